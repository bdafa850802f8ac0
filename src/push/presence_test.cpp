#include "push/presence.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::push {
namespace {

using std::chrono::milliseconds;

using entity::PresenceChoice::kAutomatic;
using entity::PresenceChoice::kBusy;
using entity::PresenceChoice::kInvisible;

constexpr entity::UserId kUser{7};

ClientKey key(std::int64_t session, std::uint64_t client) {
  return {entity::SessionId(session), client};
}
Stamp stamp(int ms, std::size_t shard) { return {base::Tick(milliseconds(ms)), shard}; }
base::Time time(int ms) { return base::Time(milliseconds(ms)); }

class HomesTest : public testing::Test, public HomesHeard {
 public:
  void edge(entity::UserId, Presence seen, base::Time at, bool told) override {
    said += seen.busy ? "busy " : seen.online ? "online " : "offline ";
    said += std::to_string(base::to_millis(at)) + (told ? " told; " : "; ");
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
  void appear(std::size_t shard, int at, Showing showing = {}, int as_of = 1) {
    homes.appear(kUser, shard, time(at), showing, entity::EventId(as_of));
  }
  void show(int at, Showing showing, int as_of) {
    homes.show(kUser, time(at), showing, entity::EventId(as_of));
  }

  std::string said;
  Homes homes{*this, 2};
};

TEST_F(HomesTest, AUserIsOnlineWithTheFirstShardAndOfflineAfterTheLast) {
  appear(0, 10);
  appear(1, 20);
  show(30, {kAutomatic, true}, 2);
  homes.vanish(kUser, 1, time(90));
  EXPECT_EQ(said, "online 10; ");
  homes.vanish(kUser, 0, time(40));
  // The last stream to end is not the last to be forgotten.
  EXPECT_EQ(said, "online 10; offline 90 told; ");
  EXPECT_EQ(homes.size(), 0U);
}

TEST_F(HomesTest, WhoIsBusyIsSeenBusyAtOnceAndUntilTheyAreNot) {
  appear(0, 10, {kBusy, false});
  show(20, {kAutomatic, false}, 2);
  show(30, {kBusy, false}, 3);
  show(40, {kBusy, true}, 4);
  homes.vanish(kUser, 0, time(50));
  EXPECT_EQ(said, "busy 10; online 20; busy 30; offline 50 told; ");
}

TEST_F(HomesTest, WhoIsInvisibleComesAndGoesUnseen) {
  appear(0, 10, {kInvisible, true});
  appear(1, 20, {kInvisible, true});
  homes.vanish(kUser, 0, time(30));
  homes.vanish(kUser, 1, time(40));
  EXPECT_EQ(said, "");
  EXPECT_EQ(homes.size(), 0U);
}

TEST_F(HomesTest, BecomingInvisibleLooksLikeGoing) {
  appear(0, 10, {kAutomatic, true});
  show(20, {kInvisible, true}, 2);
  homes.vanish(kUser, 0, time(90));
  EXPECT_EQ(said, "online 10 told; offline 20 told; ");
}

TEST_F(HomesTest, BecomingVisibleLooksLikeComing) {
  appear(0, 10, {kInvisible, true});
  show(20, {kAutomatic, true}, 2);
  EXPECT_EQ(said, "online 20 told; ");
}

TEST_F(HomesTest, AShardThatIsBehindDoesNotShowWhoHasHidden) {
  appear(0, 10, {kInvisible, false}, 5);
  appear(1, 20, {kAutomatic, false}, 4);
  show(30, {kBusy, false}, 4);
  EXPECT_EQ(said, "");
}

TEST_F(HomesTest, LeavingAsksEveryShardWhereTheUserIs) {
  appear(0, 1);
  appear(2, 1);
  homes.leave(kUser);
  EXPECT_EQ(said, "online 1; part 0; part 2; ");
}

TEST_F(HomesTest, ANewerPollOnAnotherShardEndsTheOlder) {
  appear(0, 1);
  appear(1, 1);
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  homes.claim(kUser, key(1, 5), stamp(11, 1));
  EXPECT_EQ(said, "yield 5 on 0; ");
}

TEST_F(HomesTest, AClaimThatWasOvertakenYieldsItself) {
  appear(0, 1);
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(11, 1));
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  EXPECT_EQ(said, "yield 5 on 0; ");
}

TEST_F(HomesTest, AThirdPollerOfASessionEndsTheOldest) {
  appear(0, 1);
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  homes.claim(kUser, key(1, 6), stamp(11, 1));
  homes.claim(kUser, key(2, 7), stamp(12, 0));
  EXPECT_EQ(said, "");
  homes.claim(kUser, key(1, 8), stamp(13, 1));
  EXPECT_EQ(said, "evict 5 on 0; ");
}

TEST_F(HomesTest, APollerWhoseClientWentAwayMakesRoom) {
  appear(0, 1);
  said.clear();
  homes.claim(kUser, key(1, 5), stamp(10, 0));
  homes.claim(kUser, key(1, 6), stamp(11, 0));
  homes.unclaim(kUser, key(1, 5), 0);
  homes.claim(kUser, key(1, 8), stamp(13, 0));
  EXPECT_EQ(said, "");
}

TEST_F(HomesTest, WaitsAreBoundedInAll) {
  appear(0, 1);
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
