#include "api/classic_logins.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::api {
namespace {

class ClassicLoginsTest : public testing::Test {
 protected:
  base::FakeClock clock;
  const ClassicLogins::Secret secret{1, 2, 3};
  ClassicLogins logins{clock, secret, 3};

  void add(const std::string& name, const std::string& password, std::int64_t id = 1) {
    logins.add(logins.key_of(name, password), {entity::UserId(id), name});
  }
  bool knows(const std::string& name, const std::string& password) {
    return logins.find(logins.key_of(name, password)) != nullptr;
  }
  bool remembers(const std::string& name, const std::string& password) {
    return logins.remembers(logins.key_of(name, password));
  }
};

TEST_F(ClassicLoginsTest, KnowsExactlyWhatWasChecked) {
  add("liger_zql", "12345", 4);
  ASSERT_TRUE(knows("liger_zql", "12345"));
  EXPECT_EQ(logins.find(logins.key_of("liger_zql", "12345"))->user, entity::UserId(4));
  EXPECT_FALSE(knows("liger_zql", "12346"));
  EXPECT_FALSE(knows("liger_zq", "l12345"));
  EXPECT_FALSE(knows("liger_zql1", "2345"));
  EXPECT_FALSE(knows("", ""));
}

TEST_F(ClassicLoginsTest, UsesAnotherKeyForEachSecret) {
  const ClassicLogins other(clock, ClassicLogins::Secret{9}, 3);
  EXPECT_NE(other.key_of("liger_zql", "12345"), logins.key_of("liger_zql", "12345"));
}

TEST_F(ClassicLoginsTest, ForgetsAMinuteAfterTheCheckHoweverOftenItIsAsked) {
  add("liger_zql", "12345");
  clock.advance(ClassicLogins::kLasts - std::chrono::milliseconds(1));
  EXPECT_TRUE(knows("liger_zql", "12345"));
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(knows("liger_zql", "12345"));
}

TEST_F(ClassicLoginsTest, RemembersForAnHourWhoWasHere) {
  add("liger_zql", "12345");
  clock.advance(ClassicLogins::kRemembered - std::chrono::milliseconds(1));
  EXPECT_TRUE(remembers("liger_zql", "12345"));
  EXPECT_FALSE(remembers("liger_zql", "wrong"));
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(remembers("liger_zql", "12345"));
}

TEST_F(ClassicLoginsTest, DropsWhatIsNoLongerTrue) {
  add("liger_zql", "12345");
  logins.drop(logins.key_of("liger_zql", "12345"));
  EXPECT_FALSE(knows("liger_zql", "12345"));
  EXPECT_FALSE(remembers("liger_zql", "12345"));
}

TEST_F(ClassicLoginsTest, GivesUpTheOldestCheckForTheNewest) {
  add("a", "1");
  add("b", "1");
  add("c", "1");
  add("a", "1");  // checked again: now b is the oldest
  add("d", "1");
  EXPECT_EQ(logins.size(), 3U);
  EXPECT_FALSE(knows("b", "1"));
  EXPECT_TRUE(knows("a", "1"));
  EXPECT_TRUE(knows("c", "1"));
  EXPECT_TRUE(knows("d", "1"));
}

TEST_F(ClassicLoginsTest, IsEmptyAgainAfterAnHourOfOthers) {
  add("a", "1");
  clock.advance(ClassicLogins::kRemembered);
  add("b", "1");
  EXPECT_EQ(logins.size(), 1U);
}

}  // namespace
}  // namespace keepline::api
