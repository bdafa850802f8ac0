#include "logic/device.h"

#include <gtest/gtest.h>

namespace keepline::logic {
namespace {

class Device : public ::testing::Test {
 protected:
  base::SeededRandom random{7};
  const data::Credentials mine{entity::UserId(1), "$argon2id$mine"};
};

TEST_F(Device, IsOfTheAccountItWasMadeForAlone) {
  const std::string device = new_device(random, mine);
  EXPECT_TRUE(is_device_of(device, mine));
  EXPECT_FALSE(is_device_of(device, {entity::UserId(2), mine.password_hash}));
  EXPECT_NE(device, new_device(random, mine)) << "each browser has its own";
}

TEST_F(Device, IsVoidAfterThePasswordChanged) {
  const std::string device = new_device(random, mine);
  EXPECT_FALSE(is_device_of(device, {mine.user, "$argon2id$other"}));
}

TEST_F(Device, CannotBeMadeUpOrChanged) {
  const std::string device = new_device(random, mine);
  for (std::size_t i = 0; i < device.size(); ++i) {
    std::string changed = device;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(is_device_of(changed, mine)) << i;
  }
  for (const std::string& text : {std::string(), std::string(43, 'a'), std::string(86, 'a'),
                                  device.substr(1), device + "a", device.substr(0, 85)}) {
    EXPECT_FALSE(is_device_of(text, mine)) << text;
  }
}

TEST_F(Device, IsNobodysWhereThereIsNoPassword) {
  const data::Credentials none{entity::UserId(1), ""};
  EXPECT_FALSE(is_device_of(new_device(random, none), none));
}

}  // namespace
}  // namespace keepline::logic
