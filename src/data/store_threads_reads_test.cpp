#include "data/store_threads_harness.h"

namespace keepline::data::store_threads_test {
namespace {

using StoreThreadsReads = StoreThreadsTest;

TEST_F(StoreThreadsReads, ReadsInASnapshotAndPassesErrorsOn) {
  start();
  send("a");
  finish();
  EXPECT_EQ(texts(), "1a ");
  const auto missing = read([](Reader& reader) { return reader.user(UserId(99)); });
  EXPECT_EQ(missing.error().code, Errc::kNotFound);
  std::promise<EventId> head;
  EXPECT_TRUE(threads_->read_then(
      [&head](Result<Reader*> reader) { head.set_value((*reader)->position()->head); }));
  EXPECT_EQ(head.get_future().get(), EventId(1));
}

TEST_F(StoreThreadsReads, InterruptsAReadThatTakesTooLong) {
  StoreThreads::Options options;
  options.read_limit = std::chrono::milliseconds(0);
  start(options);
  ask([](Transaction& tx) -> Status {
    for (int i = 0; i < 2000; ++i) {
      NewUser user;
      user.name = user.name_key = user.display_name = "user" + std::to_string(i);
      EXPECT_TRUE(tx.add_user(user));
    }
    return base::ok();
  });
  finish();
  const auto all = read([](Reader& reader) { return reader.find_users("user", "", 2000); });
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code, Errc::kOverloaded);
  EXPECT_TRUE(read([](Reader& reader) { return reader.user(kMe); })) << "the next one is not";
}

// Goal: who is idle keeps no cache, and works as before after that.
TEST_F(StoreThreadsReads, RestOnceAfterEachTimeThatTheyRead) {
  StoreThreads::Options options;
  options.readers = 1;
  options.readers_rest_after = std::chrono::milliseconds(1);
  start(options);
  EXPECT_TRUE(read([](Reader& reader) { return reader.user(kMe); }));
  store_->rests.wait(0);
  EXPECT_TRUE(read([](Reader& reader) { return reader.user(kMe); }));
  store_->rests.wait(1);
  EXPECT_LE(store_->rests, 2);
}

TEST_F(StoreThreadsReads, RefusesReadsThatNoLongerFit) {
  StoreThreads::Options options;
  options.readers = 1;
  options.read_queue_max = 1;
  start(options);
  std::promise<void> held;
  EXPECT_TRUE(threads_->read_then([&](Result<Reader*>) {
    held.set_value();
    released_.wait();
  }));
  held.get_future().wait();
  EXPECT_TRUE(threads_->read_then([](Result<Reader*>) {}));
  EXPECT_FALSE(threads_->read_then([](Result<Reader*>) {}));
  std::optional<Errc> refused;
  boost::asio::co_spawn(
      io_,
      [](StoreThreads& threads, std::optional<Errc>& to) -> boost::asio::awaitable<void> {
        auto user = co_await threads.read([](Reader& reader) { return reader.user(kMe); });
        to = user.error().code;
      }(*threads_, refused),
      boost::asio::detached);
  io_.poll();  // it asks while the reader is still held
  finish();
  EXPECT_EQ(refused, Errc::kOverloaded);
}

}  // namespace
}  // namespace keepline::data::store_threads_test
