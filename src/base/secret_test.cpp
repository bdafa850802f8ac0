#include "base/secret.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace keepline::base {
namespace {

std::string hex(const Sha256& hash) {
  std::string text;
  for (const std::uint8_t byte : hash) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

std::string base64(std::string_view bytes) {
  return to_base64url(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

// The values of FIPS 180-4's examples.
TEST(Sha256, IsTheStandards) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// The values of RFC 4648 section 10, in the alphabet of section 5 and without padding.
TEST(Base64Url, WritesTheStandardsExamples) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg");
  EXPECT_EQ(base64("fo"), "Zm8");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg");
  EXPECT_EQ(base64("\xFB\xFF"), "-_8");
}

TEST(Base64Url, ReadsWhatItWrote) {
  SeededRandom random(7);
  for (std::size_t length = 0; length < 40; ++length) {
    std::vector<std::uint8_t> bytes(length);
    random.fill(bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), std::string(bytes.begin(), bytes.end()));
  }
}

TEST(Base64Url, HasOneTextForEachValue) {
  EXPECT_EQ(from_base64url("Zg"), "f");
  EXPECT_EQ(from_base64url("Zh"), std::nullopt) << "left-over bits";
  EXPECT_EQ(from_base64url("Zg=="), std::nullopt) << "padding";
  EXPECT_EQ(from_base64url("Zm9vY"), std::nullopt) << "a length that nothing has";
  EXPECT_EQ(from_base64url("Zm+v"), std::nullopt) << "the other alphabet";
  EXPECT_EQ(from_base64url("Zm 9"), std::nullopt);
  EXPECT_EQ(from_base64url(std::string_view("Zm\0v", 4)), std::nullopt);
}

TEST(Token, Has256BitsAndIsNotRepeated) {
  SystemRandom random;
  const std::string token = new_token(random);
  ASSERT_EQ(token.size(), 43U);
  EXPECT_EQ(from_base64url(token).value().size(), 32U);
  EXPECT_NE(token, new_token(random));
}

TEST(Token, IsKnownByItsHash) {
  EXPECT_EQ(token_hash("a"), token_hash("a"));
  EXPECT_NE(token_hash("a"), token_hash("b"));
}

TEST(EqualSecret, ComparesEveryByteAndTheLength) {
  EXPECT_TRUE(equal_secret("", ""));
  EXPECT_TRUE(equal_secret("secret", "secret"));
  EXPECT_FALSE(equal_secret("secret", "secreT"));
  EXPECT_FALSE(equal_secret("secret", "Secret"));
  EXPECT_FALSE(equal_secret("secret", "secre"));
  EXPECT_FALSE(equal_secret("secret", ""));
}

TEST(Sha256Sum, IsThatOfTheWholeHoweverItComes) {
  Sha256Sum sum;
  sum.add("ab");
  sum.add("");
  sum.add("c");
  EXPECT_EQ(sum.finish(), sha256("abc"));
  EXPECT_EQ(sum.finish(), sha256("")) << "and begins anew";
}

TEST(ToHex, WritesTwoDigitsForEachByte) {
  const std::array<std::uint8_t, 3> bytes{0x00, 0x0f, 0xa5};
  EXPECT_EQ(to_hex(bytes), "000fa5");
}

}  // namespace
}  // namespace keepline::base
