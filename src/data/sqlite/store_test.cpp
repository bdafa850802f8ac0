#include "data/sqlite/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include "data/folder.h"
#include "data/scratch_folder.h"
#include "data/sqlite/database.h"

namespace keepline::data {
namespace {

using base::Errc;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

OpenOptions at(const fs::path& folder) {
  OpenOptions options;
  options.folder = folder;
  return options;
}

/// The code of an open that fails; says so where it does not.
Errc refusal(const OpenOptions& options) {
  const auto store = open_sqlite(options);
  EXPECT_FALSE(store);
  return store ? Errc::kInternal : store.error().code;
}

/// Runs statements behind the store's back.
void tamper(const fs::path& folder, const std::string& statements) {
  auto db = *sqlite::Db::open(folder / "keepline.db", "", sqlite::Db::Role::kWriter);
  EXPECT_TRUE(db->execute(statements));
}

TEST(OpenSqlite, MakesAFolderAndADatabaseForOneUserOnly) {
  const ScratchFolder scratch;
  const fs::path folder = scratch.path() / "a" / "b";
  auto options = at(folder);
  options.create = false;
  EXPECT_EQ(refusal(options), Errc::kNotFound);
  EXPECT_FALSE(fs::exists(folder));
  options.create = true;
  EXPECT_TRUE(open_sqlite(options));
  EXPECT_EQ(fs::status(folder / "keepline.db").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  options.create = false;
  EXPECT_TRUE(open_sqlite(options));
}

TEST(OpenSqlite, RefusesAFolderThatIsInUse) {
  const ScratchFolder folder;
  auto store = *open_sqlite(at(folder.path()));
  EXPECT_EQ(refusal(at(folder.path())), Errc::kConflict);
  store.reset();
  EXPECT_TRUE(open_sqlite(at(folder.path())));
}

TEST(OpenSqlite, KeepsDemosApart) {
  const ScratchFolder scratch;
  auto demo = at(scratch.path() / "demo");
  demo.demo = true;
  EXPECT_TRUE(open_sqlite(demo));
  EXPECT_TRUE(open_sqlite(demo));
  EXPECT_EQ(refusal(at(demo.folder)), Errc::kConflict);

  auto normal = at(scratch.path() / "normal");
  EXPECT_TRUE(open_sqlite(normal));
  normal.demo = true;
  EXPECT_EQ(refusal(normal), Errc::kConflict);
  EXPECT_EQ(*folder_kind(normal.folder), FolderKind::kNormal);
}

TEST(OpenSqlite, TouchesNothingThatIsNotKeeplines) {
  const ScratchFolder foreign;
  std::ofstream(foreign.path() / "letter.txt") << "dear";
  EXPECT_EQ(refusal(at(foreign.path())), Errc::kConflict);
  EXPECT_FALSE(fs::exists(foreign.path() / "lock"));

  const ScratchFolder other;
  std::ofstream(other.path() / "keepline.db") << "";
  tamper(other.path(), "CREATE TABLE theirs(id)");
  EXPECT_EQ(refusal(at(other.path())), Errc::kConflict);

  const ScratchFolder broken;
  std::ofstream(broken.path() / "keepline.db") << std::string(8192, 'x');
  EXPECT_EQ(refusal(at(broken.path())), Errc::kInternal);
}

TEST(OpenSqlite, RefusesWhatANewerKeeplineWrote) {
  const ScratchFolder folder;
  EXPECT_TRUE(open_sqlite(at(folder.path())));
  tamper(folder.path(), "PRAGMA user_version=" + std::to_string(schema_version() + 1));
  const auto store = open_sqlite(at(folder.path()));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::kConflict);
  EXPECT_NE(store.error().detail.find("newer"), std::string::npos) << store.error().detail;
}

class SqliteStore : public testing::Test {
 protected:
  SqliteStore() {
    Transaction* tx = *writer->begin(now);
    NewUser user;
    user.name = user.name_key = user.display_name = "me";
    EXPECT_TRUE(tx->add_user(user));
    EXPECT_TRUE(tx->add_conversation(entity::ConversationKind::kRoom, "room"));
    EXPECT_TRUE(tx->add_member(kRoom, kMe, entity::Role::kMember, EventId(1)));
    EXPECT_TRUE(writer->commit());
  }

  static constexpr UserId kMe{1};
  static constexpr ConversationId kRoom{1};

  void say(const std::string& text, int count = 1) {
    Transaction* tx = *writer->begin(now);
    for (int i = 0; i < count; ++i) {
      entity::NewMessage message;
      message.conversation = kRoom;
      message.sender = kMe;
      message.nonce = text + std::to_string(i);
      message.text = text;
      EXPECT_TRUE(tx->append(message));
    }
    EXPECT_TRUE(writer->commit());
  }

  template <class Query>
  auto read(Query query) {
    auto reader = *store->open_reader();
    auto answer = query(**reader->begin(60s));
    reader->end();
    return answer;
  }

  bool remembers(const std::string& nonce) {
    return read([&](Reader& reader) { return reader.sent_before(kMe, nonce); }).has_value();
  }

  std::uintmax_t log_bytes() const { return fs::file_size(folder.path() / "keepline.db-wal"); }

  ScratchFolder folder;
  std::unique_ptr<Store> store = *open_sqlite(at(folder.path()));
  std::unique_ptr<WriteConnection> writer = *store->open_writer();
  base::Time now = base::from_millis(1'750'000'000'000);
};

TEST_F(SqliteStore, SendsWhoIsBelowTheFloorAway) {
  say("a", 3);
  writer.reset();
  tamper(folder.path(), "UPDATE log_head SET floor = 2");
  writer = *store->open_writer();
  const auto below = read([](Reader& reader) { return reader.events_for(kMe, EventId(1), 10); });
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error().code, Errc::kGone);
  const auto at_floor = read([](Reader& reader) { return reader.events_for(kMe, EventId(2), 10); });
  ASSERT_TRUE(at_floor);
  EXPECT_EQ(at_floor->events.size(), 1U);
  EXPECT_EQ(read([](Reader& reader) { return reader.position(); })->floor, EventId(2));
}

TEST_F(SqliteStore, ForgetsANonceAfterThirtyDaysAndNotBefore) {
  say("old");
  now += 24h;
  say("young");
  writer->maintain(now + 24h * 29 - 1ms, Pause::kLong);
  EXPECT_TRUE(remembers("old0"));
  writer->maintain(now + 24h * 29 + 10min, Pause::kLong);
  EXPECT_FALSE(remembers("old0"));
  EXPECT_TRUE(remembers("young0"));
  EXPECT_EQ(
      read([](Reader& reader) { return reader.messages_after(kRoom, 0, 9); })->messages.size(), 2U)
      << "messages stay";
}

TEST_F(SqliteStore, ForgetsABoundedNumberOfNoncesAtOnceAndSoonAll) {
  say("many", 1500);
  const auto later = now + 24h * 31;
  writer->maintain(later, Pause::kLong);
  EXPECT_FALSE(remembers("many0"));
  EXPECT_TRUE(remembers("many1499"));
  writer->maintain(later, Pause::kLong);
  EXPECT_TRUE(remembers("many1499")) << "not in the same breath";
  writer->maintain(later + 1s, Pause::kLong);
  EXPECT_FALSE(remembers("many1499"));
}

TEST_F(SqliteStore, RemovesSessionsThatHaveEnded) {
  auto sign_in = [&](const char* token, base::Time until) {
    Transaction* tx = *writer->begin(now);
    NewSession session;
    session.user = kMe;
    session.token_hash = base::sha256(token);
    session.expires_at = until;
    EXPECT_TRUE(tx->add_session(session));
    EXPECT_TRUE(writer->commit());
  };
  sign_in("short", now + 1h);
  sign_in("long", now + 1h + 1ms);
  writer->maintain(now + 1h, Pause::kLong);
  const auto left = read([](Reader& reader) { return reader.sessions(kMe); });
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->front().expires_at, now + 1h + 1ms);
}

/// With a write-ahead log that is begun anew past 300 pages.
class SqliteSmallLog : public SqliteStore {
 protected:
  static constexpr std::uintmax_t kPages = 300;
  SqliteSmallLog() {
    writer.reset();
    store.reset();
    auto options = at(folder.path());
    options.log_frames_max = kPages;
    store = *open_sqlite(options);
    writer = *store->open_writer();
  }
  void work(const std::string& name, int batches) {
    for (int i = 0; i < batches; ++i) {
      say(name + std::to_string(i) + std::string(3000, 'x'), 20);
      writer->maintain(now, Pause::kNone);
      largest = std::max(largest, log_bytes());
    }
  }
  std::uintmax_t largest = 0;
};

TEST_F(SqliteSmallLog, StaysBoundedThoughTheWriterIsNeverIdle) {
  work("a", 100);
  EXPECT_LE(largest, kPages * 4096 * 4 / 3);
  EXPECT_GT(fs::file_size(folder.path() / "keepline.db"), kPages * 4096) << "it was copied";
}

TEST_F(SqliteSmallLog, BeginsAnewOnceAReaderThatStoodInTheWayIsGone) {
  auto reading = *store->open_reader();
  Reader* reader = *reading->begin(60s);
  const auto seen = reader->position()->head;
  work("held", 30);
  EXPECT_EQ(reader->position()->head, seen);
  EXPECT_GT(log_bytes(), kPages * 4096 * 4 / 3) << "nothing that a reader may need is lost";
  reading->end();
  work("gone", 1);
  const auto held = log_bytes();
  work("after", 10);
  EXPECT_EQ(log_bytes(), held) << "written from its beginning again";
}

TEST_F(SqliteStore, CopiesItsLogIntoTheDatabaseWhenIdle) {
  say("a", 500);
  const auto before = fs::file_size(folder.path() / "keepline.db");
  writer->maintain(now, Pause::kNone);
  EXPECT_EQ(fs::file_size(folder.path() / "keepline.db"), before);
  writer->maintain(now, Pause::kLong);
  EXPECT_GT(fs::file_size(folder.path() / "keepline.db"), before);
}

TEST_F(SqliteStore, LetsReadersWriteNothing) {
  auto db = *sqlite::Db::open(folder.path() / "keepline.db", "", sqlite::Db::Role::kReader);
  EXPECT_FALSE(db->execute("DELETE FROM user_info"));
  EXPECT_TRUE(read([](Reader& reader) { return reader.user(kMe); }));
}

}  // namespace
}  // namespace keepline::data
