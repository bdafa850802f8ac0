#include "app/backups.h"

#include <gtest/gtest.h>

namespace keepline::app {
namespace {

TEST(Backups, NamesCarryTheirTimeAndLieInItsOrder) {
  const base::Time time = *base::from_rfc3339("2026-01-31T09:40:07.000Z");
  EXPECT_EQ(Backups::name_at(time), "keepline-20260131T094007Z.tar");
  EXPECT_EQ(Backups::time_in(Backups::name_at(time)), time);
  EXPECT_LT(Backups::name_at(time), Backups::name_at(time + std::chrono::seconds(1)));
  EXPECT_EQ(Backups::time_in(Backups::name_at(time + std::chrono::milliseconds(999))), time);
}

TEST(Backups, LeavesFilesOfOtherNamesAlone) {
  for (const char* name :
       {"", "keepline.tar", "keepline-20260131T094007Z.tar.gz", "keepline-20261331T094007Z.tar",
        "keepline-2026x131T094007Z.tar", "keepline-notes.tar", "keepline.unfinished"}) {
    EXPECT_FALSE(Backups::time_in(name)) << name;
  }
}

}  // namespace
}  // namespace keepline::app
