#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "data/scratch_folder.h"
#include "data/sqlite/store.h"
#include "data/store_threads.h"

// For the tests of StoreThreads: a store whose commits can fail, and callers that are coroutines.
namespace keepline::data::store_threads_test {

using base::Errc;
using base::Error;
using entity::Sent;

/// What the writer told the engine.
class RecordingSink final : public EventSink {
 public:
  void committed(BatchPtr batch) override { batches.push_back(std::move(batch)); }
  std::vector<BatchPtr> batches;  ///< read once the writer rests
};

/// SQLite with a commit that can be made to fail.
class FailingStore final : public Store {
 public:
  explicit FailingStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}
  Result<std::unique_ptr<WriteConnection>> open_writer() override;
  Result<std::unique_ptr<ReadConnection>> open_reader() override;

  std::atomic<bool> fail_commits = false;
  std::atomic<int> rests = 0;  ///< of all readers

 private:
  std::unique_ptr<Store> store_;
};

class RestingReader final : public ReadConnection {
 public:
  RestingReader(std::unique_ptr<ReadConnection> reader, FailingStore& store)
      : reader_(std::move(reader)), store_(store) {}
  Result<Reader*> begin(std::chrono::milliseconds limit) override { return reader_->begin(limit); }
  void end() override { reader_->end(); }
  void rest() override {
    reader_->rest();
    ++store_.rests;
    store_.rests.notify_all();
  }

 private:
  std::unique_ptr<ReadConnection> reader_;
  FailingStore& store_;
};

inline Result<std::unique_ptr<ReadConnection>> FailingStore::open_reader() {
  auto reader = store_->open_reader();
  if (!reader) {
    return reader.error();
  }
  return std::unique_ptr<ReadConnection>(
      std::make_unique<RestingReader>(std::move(*reader), *this));
}

class FailingWriter final : public WriteConnection {
 public:
  FailingWriter(std::unique_ptr<WriteConnection> writer, FailingStore& store)
      : writer_(std::move(writer)), store_(store) {}
  Result<Transaction*> begin(Time now) override { return writer_->begin(now); }
  Status savepoint() override { return writer_->savepoint(); }
  Status release() override { return writer_->release(); }
  Status rollback_to() override { return writer_->rollback_to(); }
  bool dirty() const override { return writer_->dirty(); }
  Result<entity::EventBatch> commit() override {
    if (store_.fail_commits) {
      writer_->rollback();
      return Error(Errc::kStorageFull, "as the test says");
    }
    return writer_->commit();
  }
  void rollback() override { writer_->rollback(); }
  void maintain(Time now, Pause pause) override { writer_->maintain(now, pause); }
  bool follow(Time now, Pause pause) override { return writer_->follow(now, pause); }

 private:
  std::unique_ptr<WriteConnection> writer_;
  FailingStore& store_;
};

inline Result<std::unique_ptr<WriteConnection>> FailingStore::open_writer() {
  auto writer = store_->open_writer();
  if (!writer) {
    return writer.error();
  }
  return std::unique_ptr<WriteConnection>(new FailingWriter(std::move(*writer), *this));
}

/// Opens in `folder`, and lays one user in one room there.
inline std::unique_ptr<FailingStore> open_with_a_room(const std::filesystem::path& folder) {
  OpenOptions options;
  options.folder = folder;
  auto store = *open_sqlite(options);
  auto writer = *store->open_writer();
  Transaction* tx = *writer->begin(Time{});
  NewUser user;
  user.name = user.name_key = user.display_name = "me";
  const UserId me = *tx->add_user(user);
  const ConversationId room = *tx->add_conversation(entity::ConversationKind::kRoom, "room");
  EXPECT_TRUE(tx->add_member(room, me, entity::Role::kMember, EventId(1)));
  EXPECT_TRUE(writer->commit());
  return std::make_unique<FailingStore>(std::move(store));
}

inline constexpr UserId kMe{1};
inline constexpr ConversationId kRoom{1};

/// The threads over one user in one room. Callers live on the test's thread.
class StoreThreadsTest : public testing::Test {
 public:
  ~StoreThreadsTest() override {
    if (threads_) {
      let_go();
      threads_->stop();
    }
  }

  void start(StoreThreads::Options options = {}) {
    threads_ = std::make_unique<StoreThreads>(
        *store_, sink_, clock_,
        [this](Transaction& tx, std::span<SendJob* const> jobs) { send_rule(tx, jobs); }, options);
  }

  /// Stores what is new; "poison" is written, and then fails.
  void send_rule(Transaction& tx, std::span<SendJob* const> jobs) {
    groups_ += std::to_string(jobs.size()) + ' ';
    for (SendJob* job : jobs) {
      if (auto before = tx.sent_before(job->message.sender, job->message.nonce)) {
        job->result = Sent{*tx.message(before->message), true};
        continue;
      }
      auto stored = tx.append(job->message);
      if (!stored) {
        job->result = stored.error();
      } else if (job->message.text == "poison") {
        job->result = Error(Errc::kInternal, "poison");
      } else {
        job->result = Sent{*std::move(stored), false};
      }
    }
  }

  /// Keeps the writer in a batch of its own until let_go(), so that what is asked meanwhile becomes
  /// one batch.
  void hold_the_writer() {
    std::promise<void> held;
    auto is_held = held.get_future();
    auto shared = std::make_shared<std::promise<void>>(std::move(held));
    ask([this, shared](Transaction&) -> Status {
      shared->set_value();
      released_.wait();
      return base::ok();
    });
    is_held.wait();
  }
  void let_go() {
    if (!let_go_) {
      let_go_ = true;
      release_.set_value();
    }
  }

  template <class Rule>
  void ask(Rule rule, std::string name = {}) {
    boost::asio::co_spawn(
        io_,
        [](StoreThreadsTest& test, Rule moved, std::string as) -> boost::asio::awaitable<void> {
          auto answer = co_await test.threads_->write(std::move(moved));
          test.note(as, answer ? std::nullopt : std::optional(answer.error().code));
        }(*this, std::move(rule), std::move(name)),
        boost::asio::detached);
    io_.poll();
  }

  void send(const std::string& text, const std::string& nonce) {
    entity::NewMessage message;
    message.conversation = kRoom;
    message.sender = kMe;
    message.nonce = nonce;
    message.text = text;
    boost::asio::co_spawn(
        io_,
        [](StoreThreadsTest& test, entity::NewMessage moved) -> boost::asio::awaitable<void> {
          const std::string as = moved.text;
          auto sent = co_await test.threads_->send(std::move(moved));
          test.note(as, sent ? std::nullopt : std::optional(sent.error().code));
          if (sent) {
            test.sent_.push_back(*sent);
          }
        }(*this, std::move(message)),
        boost::asio::detached);
    io_.poll();
  }
  void send(const std::string& text) { send(text, "nonce of " + text); }

  void note(const std::string& name, std::optional<Errc> error) {
    EXPECT_EQ(std::this_thread::get_id(), thread_) << "callers resume where they asked";
    if (!name.empty()) {
      answers_ += name;
      answers_ += error ? ':' + std::string(base::code_name(*error)) : std::string();
      answers_ += ' ';
    }
  }

  /// Runs callers until all have their answer.
  void finish() {
    let_go();
    io_.restart();
    io_.run();
  }

  template <class Query>
  auto read(Query query) {
    std::optional<std::invoke_result_t<Query&, Reader&>> answer;
    boost::asio::co_spawn(
        io_,
        [](StoreThreads& threads, Query moved, auto& to) -> boost::asio::awaitable<void> {
          auto result = co_await threads.read(std::move(moved));
          to.emplace(std::move(result));
        }(*threads_, std::move(query), answer),
        boost::asio::detached);
    finish();
    return *std::move(answer);
  }

  std::string texts() {
    std::string all;
    const auto page = read([](Reader& reader) { return reader.messages_after(kRoom, 0, 100); });
    for (const auto& message : page->messages) {
      all += std::to_string(message.id.value) + message.text + ' ';
    }
    return all;
  }

  const std::thread::id thread_ = std::this_thread::get_id();
  ScratchFolder folder_;
  std::unique_ptr<FailingStore> store_ = open_with_a_room(folder_.path());
  RecordingSink sink_;
  base::FakeClock clock_;
  boost::asio::io_context io_;
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
  bool let_go_ = false;
  std::string groups_;  ///< the sizes the send rule was called with
  std::string answers_;
  std::vector<Sent> sent_;
  std::unique_ptr<StoreThreads> threads_;
};

inline Status nothing(Transaction& /*tx*/) { return base::ok(); }

inline Status touch(Transaction& tx) { return tx.set_last_seen(kMe, tx.now()); }

}  // namespace keepline::data::store_threads_test
