#include "data/store_threads_harness.h"

namespace keepline::data::store_threads_test {
namespace {

TEST_F(StoreThreadsTest, GroupsRunsOfSendsAndCommitsOnce) {
  start();
  hold_the_writer();
  send("a");
  send("b");
  ask(touch, "touch");
  send("c");
  finish();
  EXPECT_EQ(groups_, "2 1 ");
  ASSERT_EQ(sink_.batches.size(), 1U);
  EXPECT_EQ(sink_.batches[0]->events.size(), 3U);
  EXPECT_EQ(answers_, "a b c touch ") << "sends first, each kind in its order";
  EXPECT_EQ(texts(), "1a 2b 3c ");
}

TEST_F(StoreThreadsTest, KeepsToTheLimitOfABatch) {
  StoreThreads::Options options;
  options.batch_max = 2;
  start(options);
  hold_the_writer();
  for (const char* text : {"a", "b", "c", "d", "e"}) {
    send(text);
  }
  finish();
  EXPECT_EQ(groups_, "2 2 1 ");
  ASSERT_EQ(sink_.batches.size(), 3U);
  EXPECT_EQ(sink_.batches[0]->last, EventId(2));
  EXPECT_EQ(sink_.batches[2]->last, EventId(5));
  EXPECT_EQ(sink_.batches[2]->events.front().id, EventId(5));
}

TEST_F(StoreThreadsTest, UndoesARuleThatRefusedAndLeavesNoGap) {
  start();
  hold_the_writer();
  send("a");
  ask(
      [](Transaction& tx) -> Result<EventId> {
        entity::Event event;
        event.kind = entity::EventKind::kRead;
        event.stream = entity::Stream::of(kMe);
        event.actor = kMe;
        event.data = entity::ReadMark{kRoom, kMe, 1};
        EXPECT_EQ(tx.record(event)->value, 2);
        EXPECT_TRUE(tx.set_last_seen(kMe, tx.now()));
        return Errc::kNotAllowed;
      },
      "refused");
  send("b");
  finish();
  EXPECT_EQ(answers_, "a b refused:not_allowed ");
  EXPECT_EQ(texts(), "1a 2b ");
  EXPECT_EQ(sink_.batches.at(0)->events.size(), 2U);
  EXPECT_EQ(read([](Reader& reader) { return reader.user(kMe); })->last_seen, std::nullopt);
}

TEST_F(StoreThreadsTest, RunsABatchAgainOneByOneWhenAWriteInItFailed) {
  start();
  hold_the_writer();
  send("a");
  send("poison");
  ask(touch, "touch");
  send("b");
  finish();
  EXPECT_EQ(groups_, "2 1 1 1 ");
  EXPECT_EQ(answers_, "a poison:internal b touch ");
  EXPECT_EQ(texts(), "1a 2b ");
  ASSERT_EQ(sink_.batches.size(), 1U);
  EXPECT_EQ(sink_.batches[0]->last, EventId(2));
}

TEST_F(StoreThreadsTest, AnswersARepeatInTheSameBatchWithTheFirst) {
  start();
  hold_the_writer();
  send("a", "same");
  send("a", "same");
  send("b");
  finish();
  ASSERT_EQ(sent_.size(), 3U);
  EXPECT_FALSE(sent_[0].repeated);
  EXPECT_TRUE(sent_[1].repeated);
  EXPECT_EQ(sent_[1].message.id, sent_[0].message.id);
  EXPECT_EQ(texts(), "1a 2b ");
}

TEST_F(StoreThreadsTest, ToldTheSinkBeforeItAnswers) {
  start();
  boost::asio::co_spawn(
      io_,
      [](StoreThreads& threads, RecordingSink& sink) -> boost::asio::awaitable<void> {
        entity::NewMessage message;
        message.conversation = kRoom;
        message.sender = kMe;
        message.nonce = "n";
        message.text = "a";
        auto sent = co_await threads.send(std::move(message));
        EXPECT_TRUE(sent);
        EXPECT_EQ(sink.batches.size(), 1U);
      }(*threads_, sink_),
      boost::asio::detached);
  finish();
}

TEST_F(StoreThreadsTest, SaysNothingOfABatchWithoutEvents) {
  start();
  ask(touch, "touch");
  ask(nothing, "nothing");
  finish();
  EXPECT_TRUE(sink_.batches.empty());
}

TEST_F(StoreThreadsTest, AnswersTheErrorToAllWhoseCommitFailedAndGoesOn) {
  start();
  hold_the_writer();
  store_->fail_commits = true;
  send("lost");
  ask(touch, "lost");
  ask([](Transaction&) -> Status { return Errc::kNotAllowed; }, "refused");
  finish();
  EXPECT_EQ(answers_, "lost:storage_full lost:storage_full refused:storage_full ");
  EXPECT_TRUE(sink_.batches.empty());
  EXPECT_EQ(texts(), "") << "reading goes on";

  store_->fail_commits = false;
  answers_.clear();
  send("kept");
  finish();
  EXPECT_EQ(answers_, "kept ");
  EXPECT_EQ(texts(), "1kept ") << "the lost ones took no id";
}

TEST_F(StoreThreadsTest, AcknowledgesEarlyOnlyWhenToldTo) {
  StoreThreads::Options options;
  options.acknowledge_early = true;
  start(options);
  store_->fail_commits = true;
  send("a lie");
  finish();
  EXPECT_EQ(answers_, "a lie ");
  EXPECT_EQ(texts(), "");
}

TEST_F(StoreThreadsTest, RefusesAtOnceWhatNoLongerFits) {
  StoreThreads::Options options;
  options.write_queue_max = 2;
  start(options);
  hold_the_writer();
  send("a");
  ask(touch, "b");
  send("c");
  ask(touch, "d");
  io_.restart();
  io_.poll();
  EXPECT_EQ(answers_, "c:overloaded d:overloaded ") << "while the writer is still busy";
  finish();
  EXPECT_EQ(answers_, "c:overloaded d:overloaded a b ");
}

TEST_F(StoreThreadsTest, CompletesWhatItAcceptedWhenItStops) {
  start();
  hold_the_writer();
  send("a");
  let_go();
  threads_->stop();
  send("b");
  ask(touch, "c");
  EXPECT_FALSE(threads_->read_then([](Result<Reader*>) { ADD_FAILURE() << "run after stop"; }));
  finish();
  EXPECT_EQ(answers_, "a b:shutting_down c:shutting_down ");
  EXPECT_EQ(sink_.batches.size(), 1U);
  threads_->stop();
}

// Goal: ids, answers and batches agree, however sends and other writes fall into batches.
// Method: many callers at once on the real store, then the log is compared with all answers.
TEST_F(StoreThreadsTest, AnswersWhatTheLogHoldsUnderManyCallers) {
  start();
  constexpr int kCallers = 64;
  constexpr int kEach = 20;
  for (int caller = 0; caller < kCallers; ++caller) {
    boost::asio::co_spawn(
        io_,
        [](StoreThreadsTest& test, int number) -> boost::asio::awaitable<void> {
          for (int i = 0; i < kEach; ++i) {
            if ((number + i) % 7 == 0) {
              auto done = co_await test.threads_->write(touch);
              EXPECT_TRUE(done);
            }
            entity::NewMessage message;
            message.conversation = kRoom;
            message.sender = kMe;
            message.nonce = std::to_string(number) + '/' + std::to_string(i);
            message.text = message.nonce;
            auto sent = co_await test.threads_->send(std::move(message));
            EXPECT_TRUE(sent);
            if (sent) {
              test.sent_.push_back(*sent);
            }
          }
        }(*this, caller),
        boost::asio::detached);
  }
  finish();
  ASSERT_EQ(sent_.size(), std::size_t{kCallers * kEach});
  std::int64_t next = 1;
  for (const BatchPtr& batch : sink_.batches) {
    for (const entity::Event& event : batch->events) {
      EXPECT_EQ(event.id.value, next++);
    }
    EXPECT_EQ(batch->last.value, next - 1);
  }
  EXPECT_EQ(next - 1, kCallers * kEach);
  for (const Sent& sent : sent_) {
    const auto stored = read([&](Reader& reader) { return reader.message(sent.message.id); });
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->text, sent.message.text);
    EXPECT_EQ(stored->seq, sent.message.id.value);
  }
}

}  // namespace
}  // namespace keepline::data::store_threads_test
