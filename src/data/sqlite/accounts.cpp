#include "data/sqlite/accounts.h"

#include "data/sqlite/rows.h"
#include "entity/validate.h"

namespace keepline::data::sqlite {
namespace {

Credentials read_credentials(const Query& row) { return {row.id<UserId>(0), row.text(1)}; }

/// The first text after all that begin with `prefix`, in SQLite's order (by bytes). UTF-8 has no
/// byte 0xff, so the last byte can always be raised.
std::string after_prefix(std::string_view prefix) {
  if (prefix.empty()) {
    return "\xff";
  }
  std::string end(prefix);
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace

Result<entity::User> Accounts::user(UserId id) {
  auto query = db_.query("SELECT " KEEPLINE_USER_COLUMNS " FROM user_info u WHERE u.id = ?1", id);
  return query.one([](const Query& row) { return read_whole_user(row); });
}

Result<entity::User> Accounts::user_by_name(std::string_view name_key) {
  auto query = db_.query("SELECT " KEEPLINE_USER_COLUMNS " FROM user_info u WHERE u.name_key = ?1",
                         name_key);
  return query.one([](const Query& row) { return read_whole_user(row); });
}

Result<Credentials> Accounts::credentials(std::string_view name_key) {
  auto query = db_.query("SELECT id, password_hash FROM user_info WHERE name_key = ?1", name_key);
  return query.one(read_credentials);
}

Result<Credentials> Accounts::credentials(UserId id) {
  auto query = db_.query("SELECT id, password_hash FROM user_info WHERE id = ?1", id);
  return query.one(read_credentials);
}

Result<std::vector<entity::User>> Accounts::find_users(std::string_view key,
                                                       std::string_view after_key,
                                                       std::size_t limit) {
  // Both halves run over an index alone; whole rows are read for the few that are left.
  auto query = db_.query(
      "SELECT " KEEPLINE_USER_COLUMNS
      " FROM (SELECT k FROM (SELECT name_key AS k FROM user_info"
      "        WHERE name_key >= ?1 AND name_key < ?2 AND name_key > ?3 ORDER BY k LIMIT ?4)"
      "       UNION"
      "       SELECT k FROM (SELECT name_key AS k FROM user_info INDEXED BY user_display"
      "        WHERE display_key >= ?1 AND display_key < ?2 AND name_key > ?3 ORDER BY k LIMIT ?4)"
      "       ORDER BY k LIMIT ?4) found"
      " CROSS JOIN user_info u ON u.name_key = found.k ORDER BY found.k",
      key, after_prefix(key), after_key, static_cast<std::int64_t>(limit));
  return query.all([](const Query& row) { return read_user(row); });
}

Result<entity::Settings> Accounts::settings(UserId id) {
  auto query = db_.query(
      "SELECT direct_from, requests_from, receipts, typing, show_last_seen, presence,"
      " language, theme FROM user_info WHERE id = ?1",
      id);
  return query.one([](const Query& row) {
    entity::Settings settings;
    settings.direct_from = static_cast<entity::DirectFrom>(row.integer(0));
    settings.requests_from = static_cast<entity::RequestsFrom>(row.integer(1));
    settings.receipts = row.integer(2) != 0;
    settings.typing = row.integer(3) != 0;
    settings.last_seen = row.integer(4) != 0;
    settings.presence = static_cast<entity::PresenceChoice>(row.integer(5));
    settings.language = row.text(6);
    settings.theme = row.text(7);
    return settings;
  });
}

Result<UserId> Accounts::add_user(const NewUser& user) {
  auto query = db_.query(
      "INSERT INTO user_info(name, name_key, display_name, display_key, password_hash, sex, age,"
      " email, created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
      " ON CONFLICT(name_key) DO NOTHING",
      user.name, user.name_key, user.display_name, entity::name_key(user.display_name),
      user.password_hash, user.sex, user.age, user.email, base::to_millis(user.created_at));
  if (auto added = query.run(); !added) {
    return added.error();
  }
  if (db_.changes() == 0) {
    return Error(Errc::kNameTaken, "this name is taken", "name");
  }
  return UserId(db_.last_row());
}

Status Accounts::update_user(const entity::User& user) {
  auto query = db_.query(
      "UPDATE user_info SET display_name = ?2, display_key = ?3, sex = ?4, age = ?5, email = ?6,"
      " version = ?7 WHERE id = ?1",
      user.id, user.display_name, entity::name_key(user.display_name), user.sex, user.age,
      user.email, user.version);
  return query.run_one();
}

Status Accounts::set_password(UserId user, std::string_view password_hash) {
  auto query =
      db_.query("UPDATE user_info SET password_hash = ?2 WHERE id = ?1", user, password_hash);
  return query.run_one();
}

Status Accounts::set_last_seen(UserId user, Time at) {
  auto query =
      db_.query("UPDATE user_info SET last_seen = ?2 WHERE id = ?1", user, base::to_millis(at));
  return query.run_one();
}

Status Accounts::set_settings(UserId user, const entity::Settings& settings) {
  auto query = db_.query(
      "UPDATE user_info SET direct_from = ?2, requests_from = ?3, receipts = ?4, typing = ?5,"
      " show_last_seen = ?6, presence = ?7, language = ?8, theme = ?9 WHERE id = ?1",
      user, static_cast<std::int64_t>(settings.direct_from),
      static_cast<std::int64_t>(settings.requests_from), settings.receipts, settings.typing,
      settings.last_seen, static_cast<std::int64_t>(settings.presence), settings.language,
      settings.theme);
  return query.run_one();
}

}  // namespace keepline::data::sqlite
