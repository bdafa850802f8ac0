#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "net/request.h"

namespace keepline::api {

/// What is counted apart. The rates stand in kRates (limits.cpp) and in docs/protocol.md.
enum class Limit : std::uint8_t {
  kSignInAccount,  ///< failed sign-ins, by account name
  kSignInDevice,   ///< failed sign-ins from browsers known to the account, by account and browser
  kSignInAddress,  ///< failed sign-ins, by address
  kRegister,       ///< by address
  kSearch,         ///< people searched and names tried, by user or address
  kSend,           ///< by user
  kPoll,           ///< asked for events, by user
  kUser,           ///< every other request, by user
  kAddress,        ///< requests without a session that is known already, by address
};

/// `burst` at once, then one more every `every`.
struct Rate {
  int burst = 1;
  std::chrono::milliseconds every{1000};
};
Rate rate_of(Limit limit);

/// Token buckets for users and addresses, in one table of fixed size for the whole process.
///
/// A bucket is one number: the time at which it would be full again (the generic cell rate
/// algorithm, ITU-T I.371), so a bucket that is full needs no memory, and its place is taken by the
/// next. 2^20 places of 16 bytes, touched only when used. A key hashes, with a secret of this run,
/// to a set of eight places; where all eight are in use the one nearest to full is forgotten, which
/// forgives a little.
///
/// Thread-safe without locks. Two first uses of one key at the same moment may count as one.
class Limits {
 public:
  /// `off`: everything is allowed, for load tests.
  Limits(const base::Clock& clock, base::Random& random, bool off);
  ~Limits();
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;

  /// Takes one token. Errors: kTooManyAttempts for sign-ins, else kRateLimited, with Retry-After.
  base::Status take(Limit limit, base::UserId user);
  base::Status take(Limit limit, const net::AddressBytes& address);
  base::Status take(Limit limit, std::string_view name);

  /// Gives back what the same take() took: the attempt did not fail.
  void give_back(Limit limit, const net::AddressBytes& address);
  void give_back(Limit limit, std::string_view name);

 private:
  struct Slot {
    std::atomic<std::uint64_t> key{0};     ///< 0: empty
    std::atomic<std::int64_t> full_at{0};  ///< milliseconds of the clock's ticks
  };
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kSets = (std::size_t{1} << 20U) / kWays;

  std::uint64_t hash(Limit limit, std::string_view bytes) const;
  std::int64_t now_ms() const;
  Slot& slot_for(std::uint64_t key, std::int64_t now);
  base::Status take_bytes(Limit limit, std::string_view bytes);
  void give_back_bytes(Limit limit, std::string_view bytes);

  struct Free {
    void operator()(Slot* slots) const;
  };
  const base::Clock& clock_;
  const bool off_;
  std::uint64_t secret_[2];
  std::unique_ptr<Slot, Free> slots_;  ///< fresh zero pages of the kernel, so idle costs nothing
};

}  // namespace keepline::api
