#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"

namespace keepline::base {

/// Writes JSON (RFC 8259) straight into a string: one pass, no tree. Commas are its business,
/// nesting is the caller's.
///
///   JsonWriter json;
///   json.begin_object().field("id", 7).field("name", "liger");
///   json.key("tags").begin_array().value("a").end_array();
///   json.end_object();
///
/// Strings must be well-formed UTF-8; '<', '>', '&' and U+2028/9 are left as they are, since every
/// answer is served as JSON with nosniff. Lives on one thread.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(Time time);
  template <class Tag>
  JsonWriter& value(Id<Tag> id) {
    return value(id.value);
  }
  JsonWriter& null();
  /// Text that is already JSON.
  JsonWriter& raw(std::string_view json);

  template <class T>
  JsonWriter& field(std::string_view name, const T& what) {
    key(name);
    return value(what);
  }

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

/// `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace keepline::base
