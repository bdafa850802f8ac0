#include "crash/ledger.h"

#include <gtest/gtest.h>

namespace keepline::crash {
namespace {

constexpr std::int64_t kChat = 7;
const Shown kFirst{.id = 10, .conversation = kChat, .seq = 1, .tag = 101};
const Shown kSecond{.id = 12, .conversation = kChat, .seq = 2, .tag = 102};

/// A ledger of two sends, both acknowledged as they are stored.
Ledger two_sends() {
  Ledger ledger;
  for (const Shown& shown : {kFirst, kSecond}) {
    ledger.sent(shown.tag, kChat);
    ledger.acknowledged(shown, 1);
  }
  return ledger;
}

Verdict of_history(std::vector<Shown> history) {
  return two_sends().compare({{kChat, std::move(history)}}, {});
}

Verdict of_receiver(std::vector<Shown> seen) {
  return two_sends().compare({{kChat, {kFirst, kSecond}}},
                             {{"receiver", {kChat}, std::move(seen)}});
}

TEST(Ledger, AgreesWithWhatIsRight) {
  EXPECT_TRUE(of_history({kFirst, kSecond}).clean());
  EXPECT_TRUE(of_receiver({kFirst, kSecond}).clean());
}

TEST(Ledger, CountsAnAcknowledgedMessageThatIsMissing) { EXPECT_EQ(of_history({kFirst}).lost, 1); }

TEST(Ledger, CountsAnIdThatNowNamesAnotherMessage) {
  Shown usurper = kSecond;
  usurper.tag = 101;
  const Verdict verdict = of_history({kFirst, usurper});
  EXPECT_EQ(verdict.lost, 1);
  EXPECT_EQ(verdict.doubled, 1);
}

TEST(Ledger, CountsACopyEvenIfItsOriginalWasNeverAcknowledged) {
  Ledger ledger;
  ledger.sent(101, kChat);
  Shown copy = kFirst;
  copy.id = 11;
  copy.seq = 2;
  EXPECT_EQ(ledger.compare({{kChat, {kFirst, copy}}}, {}).doubled, 1);
}

TEST(Ledger, AllowsAMessageThatWasStoredAndNeverAcknowledged) {
  Ledger ledger = two_sends();
  ledger.sent(103, kChat);
  const Shown third{.id = 13, .conversation = kChat, .seq = 3, .tag = 103};
  EXPECT_TRUE(ledger.compare({{kChat, {kFirst, kSecond, third}}}, {}).clean());
}

TEST(Ledger, CountsAMessageThatNobodySent) {
  EXPECT_EQ(
      of_history({kFirst, kSecond, {.id = 13, .conversation = kChat, .seq = 3, .tag = 9}}).foreign,
      1);
}

TEST(Ledger, CountsASecondIdForOneMessage) {
  Ledger ledger = two_sends();
  ledger.acknowledged(kFirst, 2);
  EXPECT_FALSE(ledger.has_changed());
  Shown moved = kFirst;
  moved.id = 99;
  ledger.acknowledged(moved, 2);
  EXPECT_TRUE(ledger.has_changed());
  const Verdict verdict = ledger.compare({{kChat, {kFirst, kSecond}}}, {});
  EXPECT_EQ(verdict.changed, 1);
  EXPECT_EQ(verdict.lost, 1);
}

TEST(Ledger, CountsAnotherSeqThanTheOneAcknowledged) {
  Ledger ledger;
  ledger.sent(101, kChat);
  Shown claimed = kFirst;
  claimed.seq = 5;
  ledger.acknowledged(claimed, 1);
  EXPECT_EQ(ledger.compare({{kChat, {kFirst}}}, {}).misplaced, 1);
}

TEST(Ledger, CountsGapsAndFallingIdsInHistory) {
  Shown late = kSecond;
  late.seq = 3;
  EXPECT_EQ(of_history({kFirst, late}).gaps, 1);
  Shown low = kSecond;
  low.id = 9;
  EXPECT_EQ(of_history({kFirst, low}).disordered, 1);
  EXPECT_EQ(of_history({kSecond}).gaps, 1) << "history must begin at 1";
}

TEST(Ledger, CountsWhatAReceiverMissedOrSawWrong) {
  EXPECT_EQ(of_receiver({kSecond}).unseen, 1);
  EXPECT_EQ(of_receiver({kFirst, kFirst, kSecond}).seen_twice, 1);
  EXPECT_EQ(of_receiver({kSecond, kFirst}).seen_late, 1);
  Shown other = kSecond;
  other.tag = 5;
  EXPECT_EQ(of_receiver({kFirst, other}).seen_wrong, 1);
}

TEST(Ledger, ReadsBackTheTagOfAText) {
  EXPECT_EQ(tag_in(text_of(0xFFFF'FFFF'0000'0001U)), 0xFFFF'FFFF'0000'0001U);
  EXPECT_EQ(tag_in("crash message 12x"), std::nullopt);
  EXPECT_EQ(tag_in("hello"), std::nullopt);
}

}  // namespace
}  // namespace keepline::crash
