#include "entity/cursor.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

namespace keepline::entity {
namespace {

using base::EventId;

TEST(Cursor, IsShortTextThatNeedsNoEscaping) {
  EXPECT_EQ(encode({3, EventId{17}, 0xAB, 5}), "1.3.17.ab.5");
  EXPECT_EQ(encode({}), "1.0.0.0.0");

  const Cursor widest{std::numeric_limits<std::int64_t>::max(), EventId{base::kIdMax},
                      std::numeric_limits<std::uint64_t>::max(),
                      std::numeric_limits<std::uint64_t>::max()};
  const std::string text = encode(widest);
  EXPECT_LE(text.size(), 80U);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdef."), std::string::npos);
  EXPECT_EQ(decode_cursor(text), widest);
}

TEST(Cursor, ReadsWhatItWrote) {
  base::SeededRandom random(7);
  for (int i = 0; i < 1000; ++i) {
    const Cursor cursor{random.between(0, std::numeric_limits<std::int64_t>::max()),
                        EventId{random.between(0, base::kIdMax)}, random.next(), random.next()};
    EXPECT_EQ(decode_cursor(encode(cursor)), cursor) << encode(cursor);
  }
}

TEST(Cursor, HasOneTextForEachPosition) {
  const char* const others[] = {
      "1.03.17.ab.5",   // leading zeros
      "1.3.017.ab.5",   //
      "1.3.17.0ab.5",   //
      "1.3.17.ab.05",   //
      "01.3.17.ab.5",   //
      "1.3.17.AB.5",    // capitals
      "1.+3.17.ab.5",   // signs
      "1.-3.17.ab.5",   //
      "1.3.-17.ab.5",   //
      "1.3.17.-ab.5",   //
      "1.3.17.0xab.5",  //
      "1. 3.17.ab.5",   // space
      " 1.3.17.ab.5",   //
      "1.3.17.ab.5 ",   //
      "1.3.17.ab.5\n",  //
      "1.3.17.ab.5.",   // more
      "1.3.17.ab.5.6",  //
      "1.3.17.ab",      // less
      "1.3.17.ab.",     //
      "1..17.ab.5",     //
      ".1.3.17.ab.5",   //
      "2.3.17.ab.5",    // a form that does not exist
      "0.3.17.ab.5",    //
      "1.3.17.ag.5",    // no number
      "1.3.x.ab.5",     //
      "1",              //
      "",               //
      "hello",
  };
  ASSERT_TRUE(decode_cursor("1.3.17.ab.5"));
  for (const char* text : others) {
    EXPECT_FALSE(decode_cursor(text)) << text;
  }
  EXPECT_FALSE(decode_cursor(std::string_view("1.3.17.ab.5\0", 12)));
}

TEST(Cursor, RefusesNumbersThatDoNotFit) {
  EXPECT_TRUE(decode_cursor("1.9223372036854775807.0.0.0"));
  EXPECT_FALSE(decode_cursor("1.9223372036854775808.0.0.0"));
  EXPECT_TRUE(decode_cursor("1.0.9007199254740991.0.0"));
  EXPECT_FALSE(decode_cursor("1.0.9007199254740992.0.0")) << "above every id";
  EXPECT_TRUE(decode_cursor("1.0.0.ffffffffffffffff.0"));
  EXPECT_FALSE(decode_cursor("1.0.0.10000000000000000.0"));
  EXPECT_TRUE(decode_cursor("1.0.0.0.18446744073709551615"));
  EXPECT_FALSE(decode_cursor("1.0.0.0.18446744073709551616"));
  EXPECT_FALSE(decode_cursor("1.0.0.0." + std::string(100, '9')));
}

}  // namespace
}  // namespace keepline::entity
