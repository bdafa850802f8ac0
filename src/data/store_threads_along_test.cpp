#include "data/store_threads_harness.h"

namespace keepline::data::store_threads_test {
namespace {

using StoreThreadsAlong = StoreThreadsTest;

TEST_F(StoreThreadsAlong, WritesAlongWithTheNextWriteOnly) {
  start();
  std::string written;
  auto along = [&](const char* what) {
    return [&written, what](Transaction& tx) {
      written += what;
      EXPECT_TRUE(tx.set_classic_position(kMe, EventId(7)));
    };
  };
  hold_the_writer();
  threads_->write_along("key", along("replaced "));
  threads_->write_along("key", along("newer "));
  threads_->write_along("other", along("other "));
  ask(nothing, "nothing");
  finish();
  EXPECT_EQ(written, "") << "a batch that writes nothing takes no riders";
  ask(touch, "touch");
  finish();
  EXPECT_EQ(written, "newer other ");
  ask(touch, "again");
  finish();
  EXPECT_EQ(written, "newer other ");
  EXPECT_EQ(*read([](Reader& reader) { return reader.classic_position(kMe); }), EventId(7));
}

TEST_F(StoreThreadsAlong, KeepsWhatWasToGoAlongWithABatchThatWasLost) {
  start();
  int runs = 0;
  threads_->write_along("key", [&runs](Transaction&) { ++runs; });
  store_->fail_commits = true;
  ask(touch, "touch");
  finish();
  EXPECT_EQ(runs, 1);
  store_->fail_commits = false;
  ask(touch, "touch");
  finish();
  EXPECT_EQ(runs, 2);
}

TEST_F(StoreThreadsAlong, WritesWhatWaitsWhenItStops) {
  start();
  for (int i = 0; i < 1000; ++i) {
    threads_->write_along("key " + std::to_string(i), [i](Transaction& tx) {
      EXPECT_TRUE(tx.set_classic_position(UserId(i + 1), EventId(i)));
    });
  }
  threads_->stop();
  threads_.reset();
  start();
  EXPECT_EQ(*read([](Reader& reader) { return reader.classic_position(UserId(1000)); }),
            EventId(999));
}

}  // namespace
}  // namespace keepline::data::store_threads_test
