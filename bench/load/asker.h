#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "figures.h"
#include "support/loop.h"

namespace keepline::bench {

/// What all askers of a run count in.
struct Answers {
  bool asking = true;
  std::uint64_t count = 0;
  std::uint64_t failures = 0;
  std::string first;  ///< the bytes of the first one
};

/// Asks the same again as soon as it is answered, on one connection. Reads an answer's head once
/// and then trusts its length, so that asking costs little more than its system calls. Lives on its
/// loop's thread.
class Asker final : private support::Loop::Ready {
 public:
  /// All outlive it. Connects at once.
  Asker(support::Loop& loop, std::uint16_t port, const std::string& request, Answers& answers);
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  void ask();

 private:
  void on_ready(std::uint32_t events) override;
  void read();
  /// False while the first answer is not whole.
  bool learn(const char* bytes, std::size_t size);

  const std::string& request_;
  Answers& answers_;
  int socket_ = -1;
  bool asked_ = false;
  std::string begun_;       ///< the first answer until it is whole
  std::size_t length_ = 0;  ///< of an answer; 0 until the first is whole
  std::size_t missing_ = 0;
};

}  // namespace keepline::bench
