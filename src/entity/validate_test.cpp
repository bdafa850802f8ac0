#include "entity/validate.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::entity {
namespace {

using base::Errc;

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

/// What became of a value: the stored text, or "!" with the code's name.
template <class T>
std::string shown(const base::Result<T>& result) {
  if (!result) {
    return "!" + std::string(base::code_name(result.error().code));
  }
  if constexpr (std::is_same_v<T, std::string>) {
    return *result;
  } else {
    return std::to_string(*result);
  }
}

TEST(ValidName, TakesLettersOfAnyScriptDigitsAndThreeSigns) {
  for (const char* name : {"liger_zql", "indifferent", "a.b-c_d", "漠然", "Ольга", "ひろし", "علي",
                           "नीरज", "Ελένη", "٣٤", "7up", "_x"}) {
    EXPECT_EQ(shown(valid_name(name)), name);
  }
}

TEST(ValidName, CountsCodePointsOnBothSidesOfItsLimits) {
  EXPECT_EQ(shown(valid_name("a")), "!too_short");
  EXPECT_EQ(shown(valid_name("")), "!too_short");
  EXPECT_EQ(shown(valid_name("漠")), "!too_short");
  EXPECT_EQ(shown(valid_name("ab")), "ab");
  EXPECT_EQ(shown(valid_name(repeated("漠", 32))), repeated("漠", 32));
  EXPECT_EQ(shown(valid_name(repeated("漠", 33))), "!too_long");
  EXPECT_EQ(shown(valid_name(std::string(1'000'000, 'a'))), "!too_long");
}

TEST(ValidName, IsStoredComposed) {
  EXPECT_EQ(shown(valid_name("Jose\xCC\x81")), "Jos\xC3\xA9");
  // 33 code points as sent, 32 as stored.
  EXPECT_EQ(shown(valid_name(repeated("a", 31) + "e\xCC\x81")), repeated("a", 31) + "\xC3\xA9");
}

TEST(ValidName, RefusesWhatCannotBeTyped) {
  for (const char* name :
       {"a b", " ab", "ab ", "a\tb", "a\nb", "a/b", "a\\b", "a@b", "a<b", "a\"b", "a'b", "a,b",
        "a%b", "..", ".", "--", "\xF0\x9F\x98\x80\xF0\x9F\x98\x80"}) {
    const std::string result = shown(valid_name(name));
    EXPECT_TRUE(result == "!bad_value" || result == "!too_short") << name << " " << result;
  }
  EXPECT_EQ(shown(valid_name(std::string_view("a\0b", 3))), "!bad_value");
  EXPECT_EQ(shown(valid_name("ab\xFF")), "!bad_value");
  EXPECT_EQ(shown(valid_name("ab\xED\xA0\x80")), "!bad_value") << "a lone surrogate";
}

TEST(ValidName, RefusesWhatCannotBeSeen) {
  EXPECT_EQ(shown(valid_name("a\xE2\x80\x8B"
                             "b")),
            "!bad_value")
      << "zero width space";
  EXPECT_EQ(shown(valid_name("a\xE2\x80\xAE"
                             "b")),
            "!bad_value")
      << "right-to-left override";
  EXPECT_EQ(shown(valid_name("\xE3\x85\xA4\xE3\x85\xA4")), "!bad_value") << "Hangul fillers";
  EXPECT_EQ(shown(valid_name("a\xEF\xB8\x8F"
                             "b")),
            "!bad_value")
      << "a variation selector";
  EXPECT_EQ(shown(valid_name("\xCC\x81"
                             "ab")),
            "!bad_value")
      << "a mark on nothing";
}

TEST(ValidName, NamesTheFieldAndNeverTheValue) {
  const auto result = valid_name("<script>", "UserName");
  EXPECT_EQ(result.error().field, "UserName");
  EXPECT_EQ(result.error().detail.find("script"), std::string::npos);
}

TEST(NameKey, IsTheSameForNamesThatLookAlike) {
  EXPECT_EQ(name_key("Liger"), name_key("lIGER"));
  EXPECT_EQ(name_key("Straße"), name_key("STRASSE"));
  EXPECT_EQ(name_key("ｌｉｇｅｒ"), "liger") << "full width";
  EXPECT_EQ(name_key("Jos\xC3\xA9"), name_key("JOSE\xCC\x81"));
  EXPECT_EQ(name_key("ΣΑΣ"), name_key("σας")) << "the final sigma";
  EXPECT_NE(name_key("liger"), name_key("liger_"));
}

TEST(NameKey, OfAKeyIsTheKey) {
  for (const char* name : {"Liger_ZQL", "漠然", "STRASSE", "Ünïcode", "ﬁsh", "Ольга", "İstanbul"}) {
    EXPECT_EQ(name_key(name_key(name)), name_key(name)) << name;
  }
}

TEST(NameKey, OfWhatIsNotTextIsEmpty) {
  EXPECT_EQ(name_key("\xFF"), "");
  EXPECT_EQ(name_key(""), "");
}

TEST(ValidDisplayName, IsTrimmedAndComposed) {
  EXPECT_EQ(shown(valid_display_name("  Zeng Qinglei \n")), "Zeng Qinglei");
  EXPECT_EQ(shown(valid_display_name("\xE3\x80\x80漠然\xC2\xA0")), "漠然") << "wide white space";
  EXPECT_EQ(shown(valid_display_name("Jose\xCC\x81")), "Jos\xC3\xA9");
  EXPECT_EQ(shown(valid_display_name("\xF0\x9F\x98\x80")), "\xF0\x9F\x98\x80");
}

TEST(ValidDisplayName, StandsBetweenItsLimits) {
  EXPECT_EQ(shown(valid_display_name("")), "!too_short");
  EXPECT_EQ(shown(valid_display_name(" \t ")), "!too_short");
  EXPECT_EQ(shown(valid_display_name(repeated("漠", 64))), repeated("漠", 64));
  EXPECT_EQ(shown(valid_display_name(repeated("漠", 65))), "!too_long");
  EXPECT_EQ(shown(valid_display_name(std::string(1'000'000, ' ') + "a")), "!too_long");
}

TEST(ValidDisplayName, KeepsToItsLineAndItsDirection) {
  EXPECT_EQ(shown(valid_display_name("a\nb")), "!bad_value");
  EXPECT_EQ(shown(valid_display_name("a\xE2\x80\xA8"
                                     "b")),
            "!bad_value")
      << "line separator";
  EXPECT_EQ(shown(valid_display_name("a\xE2\x80\xAE"
                                     "b")),
            "!bad_value")
      << "override";
  EXPECT_EQ(shown(valid_display_name("a\xE2\x81\xA6"
                                     "b")),
            "!bad_value")
      << "isolate";
  EXPECT_EQ(shown(valid_display_name(std::string_view("a\0b", 3))), "!bad_value");
  EXPECT_EQ(shown(valid_display_name("\xE2\x80\x8B")), "!bad_value") << "nothing to see";
  EXPECT_EQ(shown(valid_display_name("\xC0\x80")), "!bad_value");
}

TEST(ValidPassword, StandsBetweenItsLimits) {
  EXPECT_EQ(shown(valid_password(std::string(9, 'x'))), "!too_short");
  EXPECT_EQ(shown(valid_password(std::string(10, 'x'))), std::string(10, 'x'));
  EXPECT_EQ(shown(valid_password(repeated("漠", 9))), "!too_short") << "code points, not bytes";
  EXPECT_EQ(shown(valid_password(repeated("漠", 10))), repeated("漠", 10));
  EXPECT_EQ(shown(valid_password(std::string(1024, 'x'))), std::string(1024, 'x'));
  EXPECT_EQ(shown(valid_password(std::string(1025, 'x'))), "!too_long");
}

TEST(ValidPassword, IsTheSameHoweverItWasTyped) {
  EXPECT_EQ(shown(valid_password("pass Jos\xC3\xA9 word")),
            shown(valid_password("pass Jose\xCC\x81 word")));
  EXPECT_EQ(shown(valid_password("  spaces count  ")), "  spaces count  ");
}

// U+0344 is one of the few characters that NFC takes apart for good: 2 bytes become 4.
TEST(ValidPassword, IsBoundedAfterItGrewToo) {
  EXPECT_EQ(shown(normal_password(repeated("\xCD\x84", 256))).size(), 1024U);
  EXPECT_EQ(shown(normal_password(repeated("\xCD\x84", 257))), "!too_long");
}

TEST(NormalPassword, HasNoMinimum) {
  EXPECT_EQ(shown(normal_password("12345")), "12345");
  EXPECT_EQ(shown(normal_password("")), "");
  EXPECT_EQ(shown(normal_password(std::string_view("12\0", 3))), "!bad_value");
  EXPECT_EQ(shown(normal_password("\xFF")), "!bad_value");
}

TEST(ValidText, StandsBetweenItsLimits) {
  EXPECT_EQ(shown(valid_text("")), "!too_short");
  EXPECT_EQ(shown(valid_text("a")), "a");
  EXPECT_EQ(shown(valid_text(repeated("漠", 16'000))), repeated("漠", 16'000));
  EXPECT_EQ(shown(valid_text(repeated("漠", 16'001))), "!too_long");
}

TEST(ValidText, IsStoredAsItIs) {
  EXPECT_EQ(shown(valid_text(" a\n\tb ")), " a\n\tb ");
  EXPECT_EQ(shown(valid_text("Jose\xCC\x81")), "Jose\xCC\x81");
  EXPECT_EQ(shown(valid_text("<b>&")), "<b>&");
}

TEST(ValidText, RefusesWhatSaysNothingOrIsNotText) {
  EXPECT_EQ(shown(valid_text(" \n\t\xE3\x80\x80")), "!bad_value");
  EXPECT_EQ(shown(valid_text(std::string_view("a\0", 2))), "!bad_value");
  EXPECT_EQ(shown(valid_text("a\xED\xA0\x80")), "!bad_value") << "a lone surrogate";
}

TEST(ValidNonce, StandsBetweenItsLimits) {
  EXPECT_EQ(shown(valid_nonce("")), "!too_short");
  EXPECT_EQ(shown(valid_nonce("n")), "n");
  EXPECT_EQ(shown(valid_nonce(std::string(64, 'n'))), std::string(64, 'n'));
  EXPECT_EQ(shown(valid_nonce(std::string(65, 'n'))), "!too_long");
  EXPECT_EQ(shown(valid_nonce("\xFF")), "!bad_value");
}

TEST(ValidSex, IsShortTextOrNone) {
  EXPECT_EQ(shown(valid_sex("")), "");
  EXPECT_EQ(shown(valid_sex(" 男 ")), "男");
  EXPECT_EQ(shown(valid_sex(repeated("x", 16))), repeated("x", 16));
  EXPECT_EQ(shown(valid_sex(repeated("x", 17))), "!too_long");
  EXPECT_EQ(shown(valid_sex("a\nb")), "!bad_value");
}

TEST(ValidAge, StandsBetweenItsLimits) {
  EXPECT_EQ(shown(valid_age(-1)), "!bad_value");
  EXPECT_EQ(shown(valid_age(0)), "0");
  EXPECT_EQ(shown(valid_age(150)), "150");
  EXPECT_EQ(shown(valid_age(151)), "!bad_value");
}

TEST(ValidEmail, LooksLikeAnAddress) {
  EXPECT_EQ(shown(valid_email("a@b")), "a@b");
  EXPECT_EQ(shown(valid_email("Zeng.Qinglei+chat@example.org")), "Zeng.Qinglei+chat@example.org");
  for (const char* email : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\n", "a\x01@b"}) {
    EXPECT_EQ(shown(valid_email(email)), "!bad_value") << email;
  }
  EXPECT_EQ(shown(valid_email(std::string(252, 'a') + "@b")).size(), 254U);
  EXPECT_EQ(shown(valid_email(std::string(253, 'a') + "@b")), "!too_long");
}

TEST(ValidTitle, StandsBetweenItsLimits) {
  EXPECT_EQ(shown(valid_title("  ")), "!too_short");
  EXPECT_EQ(shown(valid_title(" a room ")), "a room");
  EXPECT_EQ(shown(valid_title(repeated("漠", 80))), repeated("漠", 80));
  EXPECT_EQ(shown(valid_title(repeated("漠", 81))), "!too_long");
}

}  // namespace
}  // namespace keepline::entity
