#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace keepline::api {

/// Whether two texts are equal but for the case of the letters A-Z, as ASP.NET compares paths and
/// field names.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// The fields of one classic request. Names compare without regard to case: the 2013 article writes
/// `ReciveUserId` in one place and `Reciveuserid` in another. Immutable.
class ClassicForm {
 public:
  /// Reads an application/x-www-form-urlencoded body. Errors: kBadRequest for bytes that are not
  /// UTF-8, and kTooLarge for more than kFieldsMax fields.
  static base::Result<ClassicForm> parse(std::string_view body);

  static constexpr std::size_t kFieldsMax = 64;

  /// The first value of `name`, or "" where it was not sent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;

 private:
  const std::string* find(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace keepline::api
