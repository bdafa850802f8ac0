#include "logic/state_kinds_test.h"

#include <gtest/gtest.h>

namespace keepline::logic {
namespace {

using entity::EventKind;

// Goal: no kind of event is added without a test that a snapshot and the events after it agree.
TEST(StateKinds, AreAllHeldToTheSnapshotOfLaterOrNeverTold) {
  Kinds covered = kUntoldKinds;
  for (const Kinds& kinds : {kSnapshotKinds, kMessageKinds, kBadgeKinds, kRoomKinds}) {
    EXPECT_FALSE(kinds.contains(EventKind::kSessionEnded));
    covered.insert(kinds.begin(), kinds.end());
  }
  EXPECT_EQ(missing(all_kinds(), covered), "");
  EXPECT_EQ(missing(covered, all_kinds()), "");
}

TEST(StateKinds, SayWhichAreMissing) {
  EXPECT_EQ(missing({EventKind::kRead, EventKind::kMine}, {EventKind::kRead}), "mine ");
  EXPECT_TRUE(all_kinds().contains(EventKind::kMessage));
  EXPECT_TRUE(all_kinds().contains(EventKind::kSaved));
}

}  // namespace
}  // namespace keepline::logic
