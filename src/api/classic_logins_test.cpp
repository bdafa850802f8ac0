#include "api/classic_logins.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::api {
namespace {

class ClassicLoginsTest : public testing::Test {
 protected:
  base::FakeClock clock;
  base::SeededRandom random{7};
  ClassicLogins logins{clock, random, 3};

  void add(const std::string& name, const std::string& password, std::int64_t id = 1) {
    logins.add(name, password, {entity::UserId(id), name});
  }
  bool knows(const std::string& name, const std::string& password) {
    return logins.find(name, password) != nullptr;
  }
};

TEST_F(ClassicLoginsTest, KnowsExactlyWhatWasChecked) {
  add("liger_zql", "12345", 4);
  ASSERT_TRUE(knows("liger_zql", "12345"));
  EXPECT_EQ(logins.find("liger_zql", "12345")->user, entity::UserId(4));
  EXPECT_FALSE(knows("liger_zql", "12346"));
  EXPECT_FALSE(knows("liger_zq", "l12345"));
  EXPECT_FALSE(knows("liger_zql1", "2345"));
  EXPECT_FALSE(knows("", ""));
}

TEST_F(ClassicLoginsTest, ForgetsAMinuteAfterTheCheckHoweverOftenItIsAsked) {
  add("liger_zql", "12345");
  clock.advance(ClassicLogins::kLasts - std::chrono::milliseconds(1));
  EXPECT_TRUE(knows("liger_zql", "12345"));
  add("liger_zql", "12345");
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(knows("liger_zql", "12345"));
  EXPECT_EQ(logins.size(), 0U);
}

TEST_F(ClassicLoginsTest, GivesUpTheOldestForTheNewest) {
  add("a", "1");
  add("b", "1");
  add("c", "1");
  add("d", "1");
  EXPECT_EQ(logins.size(), 3U);
  EXPECT_FALSE(knows("a", "1"));
  EXPECT_TRUE(knows("b", "1"));
  EXPECT_TRUE(knows("d", "1"));
}

}  // namespace
}  // namespace keepline::api
