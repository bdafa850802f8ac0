#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "entity/cursor.h"
#include "push/catch_up.h"
#include "push/whole_answer.h"

namespace keepline::push {

/// What the server asks of a client that asks again: {"retry":[lo,hi]} in ms, and "wait" in s where
/// it is set.
struct Advice {
  std::int64_t retry_lo_ms = 0;
  std::int64_t retry_hi_ms = 0;
  std::optional<std::int64_t> wait_s;
};

/// Who asks, in a client's first batch.
struct Hello {
  entity::UserId user;
};

using AnswerPtr = std::shared_ptr<WholeAnswer>;

/// Makes what goes over the wire: batches, resets and problems, each a whole HTTP answer. Batches
/// of the same content at the same place are built once: a fan-out writes one buffer N times, and
/// those who catch up in several groups share what each of them needs. The cache holds at most
/// kCachedMax answers, and of bytes kCachedBytesMax and one answer; what is full begins anew.
///
/// Lives on one shard.
class Batches {
 public:
  static constexpr std::size_t kCachedMax = 64;
  static constexpr std::size_t kCachedBytesMax = std::size_t{2} << 20U;

  /// `clock`, `common` and `build` must outlive it.
  Batches(const base::Clock& clock, const std::string& common, const std::string& build);

  /// A batch of what was found, leading to `cursor`.
  AnswerPtr batch(const Found& found, const entity::Cursor& cursor,
                  const std::optional<Hello>& hello);
  /// A batch of nothing, at `cursor`.
  AnswerPtr empty(const entity::Cursor& cursor, const std::optional<Advice>& advice,
                  const std::optional<Hello>& hello);
  AnswerPtr reset(std::string_view why, const entity::Cursor& cursor);
  AnswerPtr problem(const base::Error& error);

  /// Lets go of every batch: something that was said must not be said again.
  void forget();

  /// From now on every batch carries `advice`.
  void advise(const Advice& advice);
  const std::optional<Advice>& advice() const { return advice_; }

  /// Batches built since the start: what a fan-out of one buffer is measured by.
  std::uint64_t built() const { return built_; }

 private:
  using Key = std::vector<std::int64_t>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  AnswerPtr whole(int status, std::string body, std::string_view content_type,
                  const std::optional<entity::Cursor>& leads_to);
  std::string body(const Found& found, const entity::Cursor& cursor,
                   const std::optional<Advice>& advice, const std::optional<Hello>& hello);

  const base::Clock& clock_;
  const std::string& common_;
  const std::string& build_;
  std::optional<Advice> advice_;
  Key key_;  ///< kept for its memory
  std::unordered_map<Key, AnswerPtr, KeyHash> cached_;
  std::size_t cached_bytes_ = 0;
  std::uint64_t built_ = 0;
};

}  // namespace keepline::push
