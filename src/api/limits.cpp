#include "api/limits.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "api/address.h"
#include "base/check.h"

namespace keepline::api {
namespace {

using std::chrono::milliseconds;

// Generous for people, narrow for programs that guess.
constexpr std::array<Rate, 9> kRates{{
    {10, milliseconds{960'000}},  // sign-in, account: 10 failures, then 90 a day: 100 at the most
    {10, milliseconds{960'000}},  // sign-in, a browser known to the account: the same
    {50, milliseconds{18'000}},   // sign-in, address: 50, then 50 in 15 minutes
    {20, milliseconds{180'000}},  // register: 20, then 20 an hour: a household, a class room
    {60, milliseconds{500}},      // search: as fast as one types
    {30, milliseconds{200}},      // send: 30 at once, 5 a second for ever
    {600, milliseconds{10}},      // poll: each event of a busy room may end one
    {300, milliseconds{20}},      // everything else of a user
    {3'000, milliseconds{2}},     // an address: an office that comes back after a restart
}};

/// One round of SipHash.
struct Sip {
  std::uint64_t v0, v1, v2, v3;

  static std::uint64_t turn(std::uint64_t x, unsigned by) { return x << by | x >> (64U - by); }

  void round() {
    v0 += v1;
    v1 = turn(v1, 13) ^ v0;
    v0 = turn(v0, 32);
    v2 += v3;
    v3 = turn(v3, 16) ^ v2;
    v0 += v3;
    v3 = turn(v3, 21) ^ v0;
    v2 += v1;
    v1 = turn(v1, 17) ^ v2;
    v2 = turn(v2, 32);
  }
  void add(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

std::string_view bytes_of(const net::AddressBytes& address) {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

}  // namespace

Rate rate_of(Limit limit) { return kRates.at(static_cast<std::size_t>(limit)); }

void Limits::Free::operator()(Slot* slots) const { munmap(slots, sizeof(Slot) * kSets * kWays); }

Limits::Limits(const base::Clock& clock, base::Random& random, bool off)
    : clock_(clock), off_(off), secret_{random.next(), random.next()} {
  void* pages = mmap(nullptr, sizeof(Slot) * kSets * kWays, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) {
    throw std::bad_alloc();
  }
  // Zero bytes are exactly what the constructors of the atomics would write into every page.
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  static_assert(sizeof(Slot) == 16);
  slots_.reset(static_cast<Slot*>(pages));
}

Limits::~Limits() = default;

/// SipHash-2-4 (Aumasson and Bernstein): nobody outside can choose keys that fall into one set.
std::uint64_t Limits::hash(Limit limit, std::string_view bytes) const {
  Sip sip{secret_[0] ^ 0x736f6d6570736575U, secret_[1] ^ 0x646f72616e646f6dU,
          secret_[0] ^ 0x6c7967656e657261U, secret_[1] ^ 0x7465646279746573U};
  sip.add(static_cast<std::uint64_t>(limit) << 56U | bytes.size());
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min<std::size_t>(8, bytes.size());
    std::memcpy(&word, bytes.data(), count);
    bytes.remove_prefix(count);
    sip.add(word);
  }
  sip.v2 ^= 0xffU;
  for (int i = 0; i < 4; ++i) {
    sip.round();
  }
  return std::max<std::uint64_t>(1, sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3);
}

std::int64_t Limits::now_ms() const {
  return std::chrono::duration_cast<milliseconds>(clock_.tick().time_since_epoch()).count();
}

Limits::Slot& Limits::slot_for(std::uint64_t key, std::int64_t now) {
  Slot* const set = slots_.get() + (key >> 32U) % kSets * kWays;
  Slot* oldest = set;
  std::int64_t oldest_full_at = INT64_MAX;
  for (std::size_t way = 0; way < kWays; ++way) {
    Slot& slot = set[way];
    if (slot.key.load(std::memory_order_relaxed) == key) {
      return slot;
    }
    const std::int64_t full_at = slot.full_at.load(std::memory_order_relaxed);
    if (full_at < oldest_full_at) {
      oldest = &slot;
      oldest_full_at = full_at;
    }
  }
  oldest->key.store(key, std::memory_order_relaxed);
  oldest->full_at.store(now, std::memory_order_relaxed);
  return *oldest;
}

base::Status Limits::take_bytes(Limit limit, std::string_view bytes) {
  if (off_) {
    return base::ok();
  }
  const Rate rate = rate_of(limit);
  const std::int64_t every = rate.every.count();
  const std::int64_t slack = every * (rate.burst - 1);
  const std::int64_t now = now_ms();
  Slot& slot = slot_for(hash(limit, bytes), now);
  std::int64_t full_at = slot.full_at.load(std::memory_order_relaxed);
  for (;;) {
    const std::int64_t from = std::max(full_at, now);
    if (from - now > slack) {
      const std::int64_t wait_ms = from - now - slack;
      const bool sign_in = limit == Limit::kSignInAccount || limit == Limit::kSignInDevice ||
                           limit == Limit::kSignInAddress;
      return base::retry_later(sign_in ? base::Errc::kTooManyAttempts : base::Errc::kRateLimited,
                               {}, static_cast<int>((wait_ms + 999) / 1000));
    }
    if (slot.full_at.compare_exchange_weak(full_at, from + every, std::memory_order_relaxed)) {
      return base::ok();
    }
  }
}

void Limits::give_back_bytes(Limit limit, std::string_view bytes) {
  if (!off_) {
    const std::int64_t every = rate_of(limit).every.count();
    slot_for(hash(limit, bytes), now_ms()).full_at.fetch_sub(every, std::memory_order_relaxed);
  }
}

base::Status Limits::take(Limit limit, base::UserId user) {
  return take_bytes(limit, {reinterpret_cast<const char*>(&user.value), sizeof user.value});
}
base::Status Limits::take(Limit limit, const net::AddressBytes& address) {
  return take_bytes(limit, bytes_of(limit_key(address)));
}
base::Status Limits::take(Limit limit, std::string_view name) { return take_bytes(limit, name); }

void Limits::give_back(Limit limit, const net::AddressBytes& address) {
  give_back_bytes(limit, bytes_of(limit_key(address)));
}
void Limits::give_back(Limit limit, std::string_view name) { give_back_bytes(limit, name); }

}  // namespace keepline::api
