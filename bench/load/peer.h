#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "load/dialect.h"
#include "load/process.h"
#include "load/teller.h"

namespace keepline::bench {

/// A server whose waiters are told something: ours, or one that ours is held against. It runs, in
/// processes of its own, for as long as it lives.
class Peer {
 public:
  virtual ~Peer() = default;

  virtual const Dialect& dialect() const = 0;
  /// CPU time that its processes have spent.
  virtual std::chrono::nanoseconds cpu() const = 0;
  /// Memory that its processes have of their own.
  virtual PrivateDirty memory() const = 0;
  /// System calls that it has made, where it counts them. Blocks.
  virtual std::optional<std::uint64_t> system_calls() { return std::nullopt; }
  /// The `number`th who can tell all waiters something.
  virtual std::unique_ptr<Teller> teller(support::Loop& loop, std::size_t number) = 0;
};

}  // namespace keepline::bench
