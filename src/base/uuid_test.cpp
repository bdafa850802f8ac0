#include "base/uuid.h"

#include <gtest/gtest.h>

#include <chrono>

namespace keepline::base {
namespace {

using namespace std::chrono_literals;

TEST(Uuid, SortsByTheMomentItWasMade) {
  SeededRandom random(1);
  const Time now{1'750'000'000'123ms};
  std::string last;
  for (int i = 0; i < 100; ++i) {
    const auto text = to_text(new_uuid_v7(now + i * 1ms, random));
    EXPECT_LT(last, text);
    last = text;
  }
}

// The example of RFC 9562, appendix A.6.
TEST(Uuid, HasTheMillisecondInItsFirst48Bits) {
  SeededRandom random(1);
  const auto uuid = new_uuid_v7(Time{1'645'557'742'000ms}, random);
  EXPECT_EQ(to_text(uuid).substr(0, 15), "017f22e2-79b0-7");
  EXPECT_EQ(uuid.version(), 7);
  EXPECT_EQ(uuid.bytes[8] >> 6U, 2) << "the variant of RFC 9562";
}

TEST(Uuid, ReadsWhatItWrote) {
  SeededRandom random(2);
  const auto uuid = new_uuid_v7(Time{1'750'000'000'123ms}, random);
  EXPECT_EQ(parse_uuid(to_text(uuid)), uuid);
}

TEST(Uuid, ReadsNothingElse) {
  EXPECT_TRUE(parse_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  for (const auto* text :
       {"", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2 79b0-7cc3-98c4-dc0c0c07398f", "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}"}) {
    EXPECT_FALSE(parse_uuid(text)) << text;
  }
}

}  // namespace
}  // namespace keepline::base
