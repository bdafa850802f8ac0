#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <span>

#include "base/check.h"
#include "data/sqlite/store.h"
#include "entity/validate.h"
#include "logic/house_test.h"
#include "logic/messages.h"

namespace keepline::logic {

std::filesystem::path make_test_folder() {
  // The rules are on trial here, not the disk: in memory hundreds of commits cost nothing.
  const std::filesystem::path memory = "/dev/shm";
  const bool usable = ::access(memory.c_str(), W_OK) == 0;
  const auto parent = usable ? memory : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "keepline-logic-XXXXXX").string();
  base::check(::mkdtemp(pattern.data()) != nullptr, "no temporary folder");
  return pattern;
}

TestHouse::TestHouse() : folder_(make_test_folder()) {
  data::OpenOptions options;
  options.folder = folder_;
  auto store = data::open_sqlite(options);
  base::check(store.has_value(), "the test's store does not open");
  store_ = *std::move(store);
  writer_ = *store_->open_writer();
  reader_ = *store_->open_reader();
}

TestHouse::~TestHouse() {
  reader_.reset();
  writer_.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
}

data::Transaction& TestHouse::begin() {
  auto tx = writer_->begin(clock.now());
  base::check(tx.has_value(), "no batch");
  base::check(writer_->savepoint().has_value(), "no savepoint");
  return **tx;
}

void TestHouse::end(bool keep) {
  base::check((keep ? writer_->release() : writer_->rollback_to()).has_value(), "no end");
  auto batch = writer_->commit();
  base::check(batch.has_value(), "no commit");
  events_.insert(events_.end(), batch->events.begin(), batch->events.end());
}

Actor TestHouse::add_user(std::string_view name) {
  auto id = write([&](data::Transaction& tx) {
    data::NewUser user;
    user.name = name;
    user.name_key = entity::name_key(name);
    user.display_name = name;
    user.email = std::string(name) + "@example.org";
    user.created_at = clock.now();
    return tx.add_user(user);
  });
  return {*id, {}};
}

void TestHouse::set_settings(Actor user, const entity::Settings& settings) {
  const auto done =
      write([&](data::Transaction& tx) { return tx.set_settings(user.user, settings); });
  base::check(done.has_value(), "no settings");
}

std::vector<base::Result<entity::Sent>> TestHouse::send(
    const std::vector<entity::NewMessage>& messages) {
  std::vector<data::SendJob> jobs;
  for (const entity::NewMessage& message : messages) {
    jobs.push_back({message, std::nullopt});
  }
  std::vector<data::SendJob*> group;
  for (data::SendJob& job : jobs) {
    group.push_back(&job);
  }
  const auto done = write([&](data::Transaction& tx) {
    send_rule_(tx, group);
    return base::ok();
  });
  base::check(done.has_value(), "no batch of sends");
  std::vector<base::Result<entity::Sent>> results;
  for (data::SendJob& job : jobs) {
    base::check(job.result.has_value(), "a send without an answer");
    results.push_back(*std::move(job.result));
  }
  return results;
}

base::Result<entity::Sent> TestHouse::send(Actor sender, entity::ConversationId where,
                                           std::string_view text, std::string_view nonce) {
  entity::NewMessage message;
  message.conversation = where;
  message.sender = sender.user;
  message.nonce = nonce.empty() ? fmt::format("nonce {}", ++nonces_) : std::string(nonce);
  message.text = text;
  return send({message}).front();
}

void TestHouse::follow() {
  while (writer_->follow(clock.now(), data::Pause::kShort)) {
  }
}

entity::RelationState TestHouse::relation(Actor one, Actor other) {
  return *read([&](data::Reader& reader) { return reader.relation(one.user, other.user); });
}

std::string TestHouse::relations(Actor one, Actor other) {
  return fmt::format("{}/{}", entity::relation_name(relation(one, other)),
                     entity::relation_name(relation(other, one)));
}

std::string TestHouse::take_streams() {
  std::string text;
  for (const entity::Event& event : take_events()) {
    const bool room = event.stream.is_conversation();
    text += fmt::format("{}@{}{} ", entity::event_kind_name(event.kind), room ? 'c' : 'u',
                        room ? event.stream.conversation().value : event.stream.user().value);
  }
  return text;
}

}  // namespace keepline::logic
