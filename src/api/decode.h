#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "net/request.h"

// Reads what clients send, strictly: what is not asked for is an error, and the first error is the
// answer. Bodies here are flat objects, whose values may be lists of texts or of numbers; any other
// nested value is a value of the wrong type.
namespace keepline::api {

/// Whether the request says that its body is JSON.
bool is_json(const net::Request& request);

/// The fields of a JSON body. Ask for each field the request may have, then for finish(): until it
/// says that there is no error the values mean nothing.
///
///   FieldReader in(request.body);
///   const std::string name = in.text("name");
///   const auto age = in.optional_number("age");
///   if (const auto error = in.finish()) co_return problem(*error);
class FieldReader {
 public:
  explicit FieldReader(std::string_view body);
  ~FieldReader();
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  // A field that must be there.
  std::string text(std::string_view name);
  std::int64_t number(std::string_view name);

  // A field that may be absent, but not null.
  std::optional<std::string> optional_text(std::string_view name);
  std::optional<std::int64_t> optional_number(std::string_view name);
  std::optional<bool> optional_flag(std::string_view name);

  // A list that may be absent.
  std::optional<std::vector<std::string>> optional_texts(std::string_view name);
  std::optional<std::vector<std::int64_t>> optional_numbers(std::string_view name);

  // A field that may be absent (the outer nothing) or null (the inner).
  std::optional<std::optional<std::string>> nullable_text(std::string_view name);
  std::optional<std::optional<std::int64_t>> nullable_number(std::string_view name);

  /// What is wrong, if anything. kBadJson: not JSON, not UTF-8, a lone surrogate, a repeated key,
  /// deeper than 32. Then kUnknownField; then the first of kMissingField, kBadType and kBadValue in
  /// the order of asking.
  std::optional<base::Error> finish();

 private:
  struct Null {};
  struct Other {};  ///< an object, an array, or a number that is not an integer
  struct TooBig {};
  using Single = std::variant<Null, bool, std::int64_t, std::string, TooBig, Other>;
  using List = std::vector<Single>;
  using Value = std::variant<Null, bool, std::int64_t, std::string, TooBig, Other, List>;
  struct Field {
    std::string name;
    Value value;
    bool asked = false;
  };
  struct Handler;

  Field* find(std::string_view name);
  template <class T>
  std::optional<T> take(std::string_view name, Field* field, std::string_view type);
  template <class T>
  std::optional<std::vector<T>> take_list(std::string_view name, std::string_view type);
  void note(base::Error error);

  std::vector<Field> fields_;
  std::optional<base::Error> unreadable_;
  std::optional<base::Error> wrong_;
};

/// The parameters of a query string, likewise. Errors are kBadRequest (not UTF-8), kUnknownField,
/// kMissingField, kBadValue, kTooLong.
class QueryReader {
 public:
  explicit QueryReader(std::string_view query);

  std::optional<std::string> optional_text(std::string_view name, std::size_t bytes_max);
  std::string text(std::string_view name, std::size_t bytes_max);
  std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t low,
                                              std::int64_t high);

  std::optional<base::Error> finish();

 private:
  const std::string* find(std::string_view name);
  void note(base::Error error);

  net::FormFields form_;
  std::vector<bool> asked_;
  std::optional<base::Error> wrong_;
};

/// A positive integer below 2^53 as it is written in a path: digits without a leading zero.
std::optional<std::int64_t> parse_id(std::string_view text);

}  // namespace keepline::api
