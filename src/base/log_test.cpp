#include "base/log.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::base {
namespace {

TEST(Printable, ShowsTextAsItIs) {
  EXPECT_EQ(printable("GET /index.html"), "GET /index.html");
  EXPECT_EQ(printable("漠然"), "漠然");
}

TEST(Printable, NeverStartsALineOfItsOwnOrSpeaksToTheTerminal) {
  EXPECT_EQ(printable("a\r\nb"), R"(a\x0d\x0ab)");
  EXPECT_EQ(printable("\x1B[31m"), R"(\x1b[31m)");
  EXPECT_EQ(printable("\x7F"), R"(\x7f)");
  EXPECT_EQ(printable(std::string_view("\0", 1)), R"(\x00)");
}

TEST(Printable, KnowsTheControlsThatTakeTwoBytes) {
  // U+009B is the one-character form of ESC [.
  EXPECT_EQ(printable("\xC2\x9B").find('\x9B'), std::string::npos);
  EXPECT_EQ(printable("\xC2\xA0"), "\xC2\xA0") << "U+00A0 is no control";
}

TEST(Printable, CutsWhatIsTooLong) {
  EXPECT_EQ(printable("abcd", 4), "abcd");
  EXPECT_EQ(printable("abcde", 4), "abcd...");
}

}  // namespace
}  // namespace keepline::base
