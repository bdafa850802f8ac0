#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace keepline::base {

/// A value, or the reason why there is none. What can fail in normal running returns one.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Result(Errc code) : Result(Error(code)) {}                 // NOLINT(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  /// Requires: has_value().
  T& value() & {
    check(has_value(), "Result holds an error");
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    check(has_value(), "Result holds an error");
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    check(has_value(), "Result holds an error");
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Requires: !has_value().
  const Error& error() const {
    check(!has_value(), "Result holds a value");
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// The value of a Result that only says "done".
struct Done {
  friend bool operator==(Done, Done) = default;
};

using Status = Result<Done>;

inline Status ok() { return Done{}; }

}  // namespace keepline::base
