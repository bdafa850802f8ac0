#include "data/folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "data/scratch_folder.h"

namespace keepline::data {
namespace {

using base::Errc;
namespace fs = std::filesystem;

void write_file(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

TEST(FolderKind, TellsWhatStandsAtAPath) {
  const ScratchFolder scratch;
  EXPECT_EQ(*folder_kind(scratch.path()), FolderKind::kEmpty);
  EXPECT_EQ(*folder_kind(scratch.path() / "none"), FolderKind::kAbsent);
  EXPECT_EQ(*folder_kind(scratch.path() / "none" / "below"), FolderKind::kAbsent);

  write_file(scratch.path() / "letter.txt", "dear");
  EXPECT_EQ(*folder_kind(scratch.path()), FolderKind::kForeign);
  EXPECT_EQ(*folder_kind(scratch.path() / "letter.txt"), FolderKind::kForeign)
      << "no folder at all";
  write_file(scratch.path() / "keepline.db", "");
  EXPECT_EQ(*folder_kind(scratch.path()), FolderKind::kNormal) << "beside other things";
}

TEST(FolderKind, CountsWhatAStartThatWasCutShortLeftAsNothing) {
  const ScratchFolder scratch;
  write_file(scratch.path() / "lock", "12");
  write_file(scratch.path() / "kind.new", "de");
  fs::create_directory(scratch.path() / "lost+found");
  EXPECT_EQ(*folder_kind(scratch.path()), FolderKind::kEmpty);
}

TEST(FolderKind, MarksADemoForEver) {
  const ScratchFolder scratch;
  const fs::path folder = scratch.path() / "deep" / "demo";
  ASSERT_TRUE(mark_demo(folder));
  EXPECT_EQ(*folder_kind(folder), FolderKind::kDemo);
  write_file(folder / "keepline.db", "");
  EXPECT_EQ(*folder_kind(folder), FolderKind::kDemo);
  EXPECT_TRUE(mark_demo(folder)) << "once more is no harm";
}

TEST(FolderKind, NeverMakesADemoOfWhatIsSomethingElse) {
  const ScratchFolder normal;
  write_file(normal.path() / "keepline.db", "");
  EXPECT_EQ(mark_demo(normal.path()).error().code, Errc::kConflict);
  EXPECT_EQ(*folder_kind(normal.path()), FolderKind::kNormal);
  const ScratchFolder foreign;
  write_file(foreign.path() / "letter.txt", "dear");
  EXPECT_EQ(mark_demo(foreign.path()).error().code, Errc::kConflict);
  EXPECT_EQ(mark_demo(foreign.path() / "letter.txt").error().code, Errc::kConflict);
  write_file(foreign.path() / "kind", "something else\n");
  EXPECT_EQ(*folder_kind(foreign.path()), FolderKind::kForeign);
}

TEST(FolderLock, IsHeldByOneUntilItEnds) {
  const ScratchFolder scratch;
  const fs::path folder = scratch.path() / "new";
  EXPECT_EQ(FolderLock::take(folder, false).error().code, Errc::kNotFound);
  {
    const auto first = FolderLock::take(folder, true);
    ASSERT_TRUE(first);
    const auto second = FolderLock::take(folder, true);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::kConflict);
    EXPECT_NE(second.error().detail.find("process"), std::string::npos) << second.error().detail;
  }
  EXPECT_TRUE(FolderLock::take(folder, false));
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all) << "nobody else looks in";
}

TEST(FolderLock, SaysThatAFileIsNoFolder) {
  const ScratchFolder scratch;
  write_file(scratch.path() / "file", "");
  const auto lock = FolderLock::take(scratch.path() / "file", true);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace keepline::data
