#include "push/ring.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::push {
namespace {

EventPtr event(std::int64_t id, std::size_t bytes = 0) {
  auto entry = std::make_shared<LoggedEvent>();
  entry->id = entity::EventId(id);
  entry->json = std::string(bytes, ' ');
  return entry;
}

Ring ring(std::size_t events_max, std::size_t bytes_max = 1U << 20U) {
  return {entity::EventId(10), events_max, bytes_max};
}

// Goal: the floor is the newest event that went, never one less.
TEST(Ring, SaysFromWhereItIsComplete) {
  Ring r = ring(2);
  EXPECT_EQ(r.floor(), entity::EventId(10));
  r.push(event(11));
  r.push(event(14));
  EXPECT_EQ(r.floor(), entity::EventId(10));
  r.push(event(15));
  EXPECT_EQ(r.floor(), entity::EventId(11));
  EXPECT_EQ(r.size(), 2U);
}

TEST(Ring, IsBoundedByBytesToo) {
  Ring r = ring(100, 3 * (sizeof(LoggedEvent) + 1000));
  for (std::int64_t id = 11; id < 21; ++id) {
    r.push(event(id, 1000));
  }
  EXPECT_EQ(r.size(), 3U);
  EXPECT_EQ(r.floor(), entity::EventId(17));
  EXPECT_LE(r.bytes(), 3 * (sizeof(LoggedEvent) + 1000));
}

TEST(Ring, KeepsTheNewestEvenIfItIsTooLargeAlone) {
  Ring r = ring(100, 10);
  r.push(event(11, 1000));
  r.push(event(12, 1000));
  EXPECT_EQ(r.size(), 1U);
  EXPECT_NE(r.find(entity::EventId(12)), nullptr);
}

TEST(Ring, FindsAnEventByItsIdAndThePlaceAfterAnyId) {
  Ring r = ring(10);
  r.push(event(11));
  r.push(event(14));
  EXPECT_EQ(r.find(entity::EventId(12)), nullptr);
  EXPECT_EQ(r.find(entity::EventId(14))->id, entity::EventId(14));
  EXPECT_EQ(r.first_after(entity::EventId(10)), 0U);
  EXPECT_EQ(r.first_after(entity::EventId(11)), 1U);
  EXPECT_EQ(r.first_after(entity::EventId(13)), 1U);
  EXPECT_EQ(r.first_after(entity::EventId(14)), 2U);
}

TEST(RingDeathTest, RefusesAnEventOutOfOrder) {
  Ring r = ring(10);
  r.push(event(12));
  EXPECT_DEATH(r.push(event(12)), "in order");
  EXPECT_DEATH(r.push(event(10)), "floor");
}

}  // namespace
}  // namespace keepline::push
