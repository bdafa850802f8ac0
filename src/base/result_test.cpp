#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace keepline::base {
namespace {

TEST(Result, HoldsAValueOrTheReasonWhyThereIsNone) {
  const Result<std::string> value = std::string("here");
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, "here");

  const Result<std::string> error = Error(Errc::kTooLong, "at most 3", "name");
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error(), Error(Errc::kTooLong, "at most 3", "name"));
}

TEST(Result, GivesItsValueAway) {
  Result<std::unique_ptr<int>> held = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(held);
  EXPECT_EQ(*taken, 7);
}

TEST(Result, ChecksThatItIsAskedForWhatItHolds) {
  const Result<int> value = 1;
  const Result<int> error = Errc::kNotFound;
  EXPECT_DEATH(static_cast<void>(value.error()), "holds a value");
  EXPECT_DEATH(static_cast<void>(*error), "holds an error");
}

TEST(Result, ComparesErrorsWithTheirTimeToWait) {
  EXPECT_NE(retry_later(Errc::kOverloaded, "later", 2), Error(Errc::kOverloaded, "later"));
  EXPECT_EQ(retry_later(Errc::kOverloaded, "later", 2).retry_after_s, 2);
}

TEST(Error, HasOneNameForEachCode) {
  std::set<std::string_view> names;
  const int last = static_cast<int>(Errc::kAhead);
  for (int code = 0; code <= last; ++code) {
    const std::string_view name = code_name(static_cast<Errc>(code));
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

}  // namespace
}  // namespace keepline::base
