#include "app/terminal_qr.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace keepline::app {
namespace {

/// Whether each module is dark, row by row, as a scanner would see the drawing.
std::vector<std::vector<bool>> modules(const std::string& drawing) {
  std::vector<std::vector<bool>> rows;
  std::istringstream lines(drawing);
  for (std::string line; std::getline(lines, line);) {
    std::vector<bool> upper;
    std::vector<bool> lower;
    for (std::size_t at = 2; at < line.size();) {
      const std::size_t length = line[at] == ' ' ? 1 : 3;
      const std::string glyph = line.substr(at, length);
      upper.push_back(glyph == " " || glyph == "▄");
      lower.push_back(glyph == " " || glyph == "▀");
      at += length;
    }
    rows.push_back(upper);
    rows.push_back(lower);
  }
  return rows;
}

// ISO/IEC 18004 section 6.3.3: 7 x 7 squares in three corners tell a scanner where the code is.
TEST(TerminalQr, HasFinderPatternsInsideAQuietZone) {
  const auto rows = modules(terminal_qr("http://192.0.2.7:8080/"));
  const std::size_t width = rows.at(0).size();
  for (std::size_t x = 0; x < width; ++x) {
    EXPECT_FALSE(rows.at(0)[x]) << x;
    EXPECT_FALSE(rows.at(1)[x]) << x;
  }
  for (const auto& [top, left] :
       {std::pair{std::size_t{2}, std::size_t{2}}, std::pair{std::size_t{2}, width - 9},
        std::pair{width - 9, std::size_t{2}}}) {
    for (std::size_t i = 0; i < 7; ++i) {
      EXPECT_TRUE(rows.at(top)[left + i]);
      EXPECT_TRUE(rows.at(top + 6)[left + i]);
      EXPECT_TRUE(rows.at(top + i)[left]);
      EXPECT_TRUE(rows.at(top + i)[left + 6]);
    }
    EXPECT_FALSE(rows.at(top + 1)[left + 1]);
    EXPECT_TRUE(rows.at(top + 3)[left + 3]);
  }
}

TEST(TerminalQr, IsNothingForWhatDoesNotFit) {
  EXPECT_EQ(terminal_qr(std::string(10'000, 'x')), "");
}

}  // namespace
}  // namespace keepline::app
