#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "base/random.h"
#include "base/result.h"

namespace keepline::logic {

/// Argon2id (RFC 9106; m = 19 MiB, t = 2, p = 1) on threads of its own, with a short bounded queue,
/// so that a flood of sign-ins cannot touch chat. Thread-safe; answers resume on the caller's
/// executor.
///
/// A full queue answers kOverloaded with a Retry-After.
class Hasher {
 public:
  struct Options {
    std::size_t threads = 1;
    std::size_t queue_max = 64;
  };

  Hasher(base::Random& random, Options options);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  /// The PHC string of `password`.
  boost::asio::awaitable<base::Result<std::string>> hash(std::string password);

  /// Whether `password` belongs to `phc`. An empty `phc` costs the same time and answers false.
  boost::asio::awaitable<base::Result<bool>> verify(std::string phc, std::string password);

  /// As hash(), on the calling thread. Blocks.
  std::string hash_now(const std::string& password);

  /// Answers what is queued with kShuttingDown and ends the threads. Blocks.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace keepline::logic
