#include "push/presence.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::push {
namespace {

using std::chrono::milliseconds;

constexpr entity::UserId kUser{7};

ClientKey key(std::int64_t session, std::uint64_t client) {
  return {entity::SessionId(session), client};
}
Stamp stamp(int ms, std::size_t shard) { return {base::Tick(milliseconds(ms)), shard}; }
base::Time time(int ms) { return base::Time(milliseconds(ms)); }

class HomesTest : public testing::Test, public HomesHeard {
 public:
  void edge(entity::UserId, bool online, base::Time at, bool shows) override {
    said += (online ? "online " : "offline ") + std::to_string(base::to_millis(at)) +
            (shows ? " shown; " : "; ");
  }
  void part(std::size_t shard, entity::UserId) override {
    said += "part " + std::to_string(shard) + "; ";
  }
  void yield(std::size_t shard, entity::UserId, ClientKey k, Stamp) override {
    said += "yield " + std::to_string(k.client) + " on " + std::to_string(shard) + "; ";
  }
  void evict(std::size_t shard, entity::UserId, ClientKey k) override {
    said += "evict " + std::to_string(k.client) + " on " + std::to_string(shard) + "; ";
  }

 protected:
  std::string said;
  Homes homes{*this, 2};
};

TEST_F(HomesTest, AUserIsOnlineWithTheFirstShardAndOfflineAfterTheLast) {
  homes.appear(kUser, 0, time(10));
  homes.appear(kUser, 1, time(20));
  homes.shows_last_seen(kUser, true);
  homes.vanish(kUser, 1, time(90));
  EXPECT_EQ(said, "online 10; ");
  homes.vanish(kUser, 0, time(40));
  // The last stream to end is not the last to be forgotten.
  EXPECT_EQ(said, "online 10; offline 90 shown; ");
  EXPECT_EQ(homes.size(), 0U);
}

TEST_F(HomesTest, LeavingAsksEveryShardWhereTheUserIs) {
  homes.appear(kUser, 0, time(1));
  homes.appear(kUser, 2, time(1));
  homes.leave(kUser);
  EXPECT_EQ(said, "online 1; part 0; part 2; ");
}

TEST_F(HomesTest, ANewerPollOnAnotherShardEndsTheOlder) {
  homes.appear(kUser, 0, time(1));
  homes.appear(kUser, 1, time(1));
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  homes.claim(kUser, key(1, 5), stamp(11, 1));
  EXPECT_EQ(said, "yield 5 on 0; ");
}

TEST_F(HomesTest, AClaimThatWasOvertakenYieldsItself) {
  homes.appear(kUser, 0, time(1));
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(11, 1));
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  EXPECT_EQ(said, "yield 5 on 0; ");
}

TEST_F(HomesTest, AThirdPollerOfASessionEndsTheOldest) {
  homes.appear(kUser, 0, time(1));
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  homes.claim(kUser, key(1, 6), stamp(11, 1));
  homes.claim(kUser, key(2, 7), stamp(12, 0));
  EXPECT_EQ(said, "");
  homes.claim(kUser, key(1, 8), stamp(13, 1));
  EXPECT_EQ(said, "evict 5 on 0; ");
}

TEST_F(HomesTest, APollerWhoseClientWentAwayMakesRoom) {
  homes.appear(kUser, 0, time(1));
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  homes.claim(kUser, key(1, 6), stamp(11, 0));
  homes.unclaim(kUser, key(1, 5), 0);
  homes.claim(kUser, key(1, 8), stamp(13, 0));
  EXPECT_EQ(said, "");
}

TEST_F(HomesTest, WaitsAreBoundedInAll) {
  homes.appear(kUser, 0, time(1));
  said.clear();
  for (std::uint64_t i = 0; i < Homes::kClaimsMax; ++i) {
    homes.claim(kUser, key(0, i), stamp(10, 0));
  }
  EXPECT_EQ(said, "");
  homes.claim(kUser, key(0, 99), stamp(10, 0));
  EXPECT_EQ(said, "evict 0 on 0; ");
}

}  // namespace
}  // namespace keepline::push
