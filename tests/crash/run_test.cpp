#include "crash/run.h"

#include <gtest/gtest.h>

#include <sstream>

#include "crash/fake_server.h"

// Goal: the crash run finds every kind of broken promise, and finds none where none is broken.
// Method: let it loose on a server in this process that breaks one promise at a time.
namespace keepline::crash {
namespace {

RunReport report_of(Fault fault, bool new_nonces = false) {
  RunOptions options;
  options.rounds = 3;
  options.senders = 6;
  options.receivers = 4;
  options.seed = 1;
  options.round_min = std::chrono::milliseconds(40);
  options.round_max = std::chrono::milliseconds(80);
  options.patience = std::chrono::seconds(fault == Fault::kHidesEvent ? 1 : 20);
  options.cut_one_in = 50;
  options.new_nonces = new_nonces;
  FakeServer server(fault);
  std::ostringstream progress;
  RunReport report = run(options, server, FakeServer::users(12), progress);
  EXPECT_TRUE(report.finished) << report;
  EXPECT_GT(report.verdict.acknowledged, 100);
  return report;
}

TEST(CrashRun, FindsNothingWhereNothingIsBroken) {
  const RunReport report = report_of(Fault::kNone);
  EXPECT_TRUE(report.clean()) << report;
  EXPECT_EQ(report.verdict.stored, report.verdict.acknowledged);
  EXPECT_GT(report.unknown, 0);
}

TEST(CrashRun, FindsAnAcknowledgedMessageThatIsGone) {
  const RunReport report = report_of(Fault::kLoses);
  EXPECT_GT(report.verdict.lost, 0) << report;
  EXPECT_FALSE(report.clean());
}

TEST(CrashRun, FindsARepeatThatWasStoredAgain) {
  EXPECT_GT(report_of(Fault::kForgetsNonces).verdict.doubled, 0);
}

TEST(CrashRun, FindsTheCopiesThatNewNoncesMake) {
  const RunReport report = report_of(Fault::kNone, /*new_nonces=*/true);
  EXPECT_GT(report.verdict.doubled, 0) << report;
  EXPECT_EQ(report.verdict.lost, 0) << report;
}

TEST(CrashRun, FindsARepeatThatWasAnsweredWithAnotherId) {
  EXPECT_GT(report_of(Fault::kChangesIds).verdict.changed, 0);
}

TEST(CrashRun, FindsANumberLeftOut) { EXPECT_GT(report_of(Fault::kSkipsSeq).verdict.gaps, 0); }

TEST(CrashRun, FindsAnEventThatAReceiverNeverSaw) {
  EXPECT_GT(report_of(Fault::kHidesEvent).verdict.unseen, 0);
}

TEST(CrashRun, FindsAnEventThatAReceiverSawTwice) {
  EXPECT_GT(report_of(Fault::kRepeatsEvent).verdict.seen_twice, 0);
}

}  // namespace
}  // namespace keepline::crash
