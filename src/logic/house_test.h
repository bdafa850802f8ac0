#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "data/store.h"
#include "entity/event.h"
#include "logic/actor.h"
#include "logic/messages.h"

namespace keepline::logic {

/// What the tests of the rules stand on: a store in a folder of its own, which is gone afterwards,
/// and a moment that moves only by hand.
class TestHouse {
 public:
  TestHouse();
  ~TestHouse();
  TestHouse(const TestHouse&) = delete;
  TestHouse& operator=(const TestHouse&) = delete;

  base::FakeClock clock;

  data::Store& store() { return *store_; }

  /// A new user with no password and default settings.
  Actor add_user(std::string_view name);
  void set_settings(Actor user, const entity::Settings& settings);

  /// Runs `rule` as the writer does: in a savepoint that is undone where it returns an error, then
  /// commits.
  template <class Rule>
  std::invoke_result_t<Rule, data::Transaction&> write(Rule rule) {
    data::Transaction& tx = begin();
    auto result = rule(tx);
    end(result.has_value());
    return result;
  }

  template <class Query>
  std::invoke_result_t<Query, data::Reader&> read(Query query) {
    auto reader = reader_->begin(std::chrono::seconds{60});
    EXPECT_TRUE(reader) << reader.error().detail;
    auto result = query(**reader);
    reader_->end();
    return result;
  }

  /// Sends as the writer does: one group, then a commit.
  std::vector<base::Result<entity::Sent>> send(const std::vector<entity::NewMessage>& messages);
  base::Result<entity::Sent> send(Actor sender, entity::ConversationId where, std::string_view text,
                                  std::string_view nonce = {});

  /// Lets the index of words reach the end of the log.
  void follow();

  entity::RelationState relation(Actor one, Actor other);
  /// "friends/friends": how each stands to the other.
  std::string relations(Actor one, Actor other);

  /// The events that were committed since the last call.
  std::vector<entity::Event> take_events() { return std::exchange(events_, {}); }
  /// The same as text: "relation@u1 read@c1 ", with the streams they are in.
  std::string take_streams();

 private:
  data::Transaction& begin();
  void end(bool keep);

  std::filesystem::path folder_;
  std::unique_ptr<data::Store> store_;
  std::unique_ptr<data::WriteConnection> writer_;
  std::unique_ptr<data::ReadConnection> reader_;
  data::SendRule send_rule_ = Messages::send_rule();
  std::vector<entity::Event> events_;
  int nonces_ = 0;
};

/// The code of what a rule returned: "ok", or the error's name.
template <class T>
std::string code_of(const base::Result<T>& result) {
  return result ? "ok" : std::string(base::code_name(result.error().code));
}

/// A folder of its own, in memory where the system has room for that. The caller removes it.
std::filesystem::path make_test_folder();

}  // namespace keepline::logic
