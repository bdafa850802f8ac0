#include "data/tar.h"

#include <gtest/gtest.h>

namespace keepline::data {
namespace {

std::string_view text(const std::array<char, kTarBlock>& header) {
  return {header.data(), header.size()};
}

TEST(Tar, ReadsBackWhatItWrote) {
  for (const std::int64_t size :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{511}, (std::int64_t{1} << 33) - 1,
        std::int64_t{1} << 33, std::int64_t{1} << 62}) {
    const auto header = tar_header({"files/abc", size}, base::Time{});
    const auto member = read_tar_header(text(header));
    ASSERT_TRUE(member) << size;
    EXPECT_EQ(member->name, "files/abc");
    EXPECT_EQ(member->size, size);
  }
}

TEST(Tar, TakesANameOfAHundredBytes) {
  const std::string name(100, 'n');
  const auto header = tar_header({name, 5}, base::Time{});
  const auto member = read_tar_header(text(header));
  ASSERT_TRUE(member);
  EXPECT_EQ(member->name, name);
}

TEST(Tar, RefusesAHeaderWithAnyByteChanged) {
  const auto good = tar_header({"keepline.db", 12345}, base::Time{});
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x41);
    const auto member = read_tar_header(text(bad));
    // The blank that ends the checksum says nothing.
    EXPECT_TRUE(!member || (at >= 154 && at < 156)) << at;
  }
  EXPECT_FALSE(read_tar_header(std::string(512, '\0')));
  EXPECT_FALSE(read_tar_header(text(good).substr(1)));
}

TEST(Tar, FillsUpToWholeBlocks) {
  EXPECT_EQ(tar_padding(0), 0);
  EXPECT_EQ(tar_padding(1), 511);
  EXPECT_EQ(tar_padding(512), 0);
  EXPECT_EQ(tar_padding(513), 511);
}

}  // namespace
}  // namespace keepline::data
