#include "api/decode.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <limits>

#include "base/id.h"

namespace keepline::api {

using base::Errc;
using base::Error;

namespace {

constexpr std::size_t kDepthMax = 32;

std::string about(std::string_view name, std::string_view rule) {
  std::string out;
  out.append(name).append(" ").append(rule);
  return out;
}

/// An unknown name goes into the answer, where it is of a length that anyone would type.
std::string printable_name(std::string_view name) {
  constexpr std::size_t kShown = 64;
  const auto plain = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  return name.size() <= kShown && std::all_of(name.begin(), name.end(), plain) ? std::string(name)
                                                                               : std::string();
}

}  // namespace

bool is_json(const net::Request& request) {
  std::string_view type = request.header("content-type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) {
    type.remove_suffix(1);
  }
  const std::string_view wanted = "application/json";
  const bool json = std::equal(type.begin(), type.end(), wanted.begin(), wanted.end(),
                               [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  const std::string_view coding = request.header("content-encoding");
  return json && (coding.empty() || coding == "identity");
}

/// Hears the parser, and keeps the top level alone.
struct FieldReader::Handler {
  // The names that boost::json::basic_parser asks a handler for.
  // NOLINTBEGIN(readability-identifier-naming)
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;
  // NOLINTEND(readability-identifier-naming)

  std::vector<Field> fields;
  std::vector<std::vector<std::string>> keys;  ///< of each object that is open
  std::string text;
  std::size_t depth = 0;
  bool object = false;    ///< the document is an object
  bool repeated = false;  ///< some object has a key twice

  bool at_top() const { return depth == 1 && object; }

  void put(Single value) {
    if (at_top()) {
      std::visit([this](auto& one) { fields.back().value = std::move(one); }, value);
    } else if (depth == 2 && object) {
      if (auto* const list = std::get_if<List>(&fields.back().value)) {
        list->push_back(std::move(value));
      }
    }
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    put(Other{});
    object = object || depth == 0;
    ++depth;
    keys.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    --depth;
    auto& names = keys.back();
    std::sort(names.begin(), names.end());
    repeated = repeated || std::adjacent_find(names.begin(), names.end()) != names.end();
    keys.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) {
    if (at_top()) {
      fields.back().value = List();
    } else {
      put(Other{});
    }
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    --depth;
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code&) {
    text.append(part.data(), part.size());
    keys.back().push_back(text);
    if (at_top()) {
      fields.push_back({std::move(text), Null{}, false});
    }
    text.clear();
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    text.append(part.data(), part.size());
    put(std::move(text));
    text.clear();
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, string_view, error_code&) {
    put(number);
    return true;
  }
  bool on_uint64(std::uint64_t, string_view, error_code&) {
    put(TooBig{});
    return true;
  }
  bool on_double(double, string_view, error_code&) {
    put(Other{});
    return true;
  }
  bool on_bool(bool flag, error_code&) {
    put(flag);
    return true;
  }
  bool on_null(error_code&) {
    put(Null{});
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

FieldReader::FieldReader(std::string_view body) {
  boost::json::parse_options options;
  options.max_depth = kDepthMax;
  boost::json::basic_parser<Handler> parser(options);
  boost::json::error_code ec;
  const std::size_t used = parser.write_some(false, body.data(), body.size(), ec);
  Handler& handler = parser.handler();
  if (ec || used != body.size()) {
    unreadable_ = Error(Errc::kBadJson);
  } else if (handler.repeated) {
    unreadable_ = Error(Errc::kBadJson, "An object in the body has the same key twice.");
  } else if (!handler.object) {
    unreadable_ = Error(Errc::kBadType, "The body must be a JSON object.");
  } else {
    fields_ = std::move(handler.fields);
  }
}

FieldReader::~FieldReader() = default;

FieldReader::Field* FieldReader::find(std::string_view name) {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const Field& field) { return field.name == name; });
  if (found == fields_.end()) {
    return nullptr;
  }
  found->asked = true;
  return &*found;
}

void FieldReader::note(Error error) {
  if (!wrong_) {
    wrong_ = std::move(error);
  }
}

template <class T>
std::optional<T> FieldReader::take(std::string_view name, Field* field, std::string_view type) {
  if (field == nullptr) {
    return std::nullopt;
  }
  if (T* const value = std::get_if<T>(&field->value)) {
    return std::move(*value);
  }
  if (std::is_same_v<T, std::int64_t> && std::holds_alternative<TooBig>(field->value)) {
    note({Errc::kBadValue, about(name, "is out of range."), std::string(name)});
  } else {
    note({Errc::kBadType, about(name, type), std::string(name)});
  }
  return std::nullopt;
}

std::optional<std::string> FieldReader::optional_text(std::string_view name) {
  return take<std::string>(name, find(name), "must be a string.");
}
std::optional<std::int64_t> FieldReader::optional_number(std::string_view name) {
  return take<std::int64_t>(name, find(name), "must be an integer.");
}
std::optional<bool> FieldReader::optional_flag(std::string_view name) {
  return take<bool>(name, find(name), "must be true or false.");
}

template <class T>
std::optional<std::vector<T>> FieldReader::take_list(std::string_view name, std::string_view type) {
  auto list = take<List>(name, find(name), type);
  if (!list) {
    return std::nullopt;
  }
  std::vector<T> values;
  values.reserve(list->size());
  for (Single& single : *list) {
    T* const value = std::get_if<T>(&single);
    if (value == nullptr) {
      note({Errc::kBadType, about(name, type), std::string(name)});
      return std::nullopt;
    }
    values.push_back(std::move(*value));
  }
  return values;
}

std::optional<std::vector<std::string>> FieldReader::optional_texts(std::string_view name) {
  return take_list<std::string>(name, "must be a list of strings.");
}
std::optional<std::vector<std::int64_t>> FieldReader::optional_numbers(std::string_view name) {
  return take_list<std::int64_t>(name, "must be a list of integers.");
}

std::string FieldReader::text(std::string_view name) {
  Field* const field = find(name);
  if (field == nullptr) {
    note({Errc::kMissingField, about(name, "is missing."), std::string(name)});
  }
  return take<std::string>(name, field, "must be a string.").value_or(std::string());
}

std::int64_t FieldReader::number(std::string_view name) {
  Field* const field = find(name);
  if (field == nullptr) {
    note({Errc::kMissingField, about(name, "is missing."), std::string(name)});
  }
  return take<std::int64_t>(name, field, "must be an integer.").value_or(0);
}

std::optional<std::optional<std::string>> FieldReader::nullable_text(std::string_view name) {
  Field* const field = find(name);
  if (field == nullptr) {
    return std::nullopt;
  }
  if (std::holds_alternative<Null>(field->value)) {
    return std::optional<std::string>();
  }
  return take<std::string>(name, field, "must be a string or null.");
}

std::optional<std::optional<std::int64_t>> FieldReader::nullable_number(std::string_view name) {
  Field* const field = find(name);
  if (field == nullptr) {
    return std::nullopt;
  }
  if (std::holds_alternative<Null>(field->value)) {
    return std::optional<std::int64_t>();
  }
  return take<std::int64_t>(name, field, "must be an integer or null.");
}

std::optional<Error> FieldReader::finish() {
  if (unreadable_) {
    return unreadable_;
  }
  for (const Field& field : fields_) {
    if (!field.asked) {
      return Error(Errc::kUnknownField, "The body has a field that this request does not know.",
                   printable_name(field.name));
    }
  }
  return wrong_;
}

QueryReader::QueryReader(std::string_view query)
    : form_(net::parse_form(query)), asked_(form_.fields.size()) {
  if (!form_.valid) {
    wrong_ = Error(Errc::kBadRequest, "The query is not well-formed UTF-8.");
  }
}

void QueryReader::note(Error error) {
  if (!wrong_) {
    wrong_ = std::move(error);
  }
}

const std::string* QueryReader::find(std::string_view name) {
  const std::string* found = nullptr;
  for (std::size_t i = 0; i < form_.fields.size(); ++i) {
    if (form_.fields[i].first == name) {
      if (found != nullptr) {
        note({Errc::kBadValue, about(name, "is there twice."), std::string(name)});
      }
      asked_[i] = true;
      found = &form_.fields[i].second;
    }
  }
  return found;
}

std::optional<std::string> QueryReader::optional_text(std::string_view name,
                                                      std::size_t bytes_max) {
  const std::string* const value = find(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (value->size() > bytes_max) {
    note({Errc::kTooLong, about(name, "is too long."), std::string(name)});
  }
  if (value->find('\0') != std::string::npos) {
    note({Errc::kBadValue, about(name, "must not hold NUL."), std::string(name)});
  }
  return *value;
}

std::string QueryReader::text(std::string_view name, std::size_t bytes_max) {
  auto value = optional_text(name, bytes_max);
  if (!value) {
    note({Errc::kMissingField, about(name, "is missing."), std::string(name)});
  }
  return std::move(value).value_or(std::string());
}

std::optional<std::int64_t> QueryReader::optional_number(std::string_view name, std::int64_t low,
                                                         std::int64_t high) {
  const std::string* const value = find(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc{} || end != value->data() + value->size() || number < low ||
      number > high) {
    note({Errc::kBadValue,
          about(name, "must be an integer from " + std::to_string(low) + " to " +
                          std::to_string(high) + "."),
          std::string(name)});
    return std::nullopt;
  }
  return number;
}

std::optional<Error> QueryReader::finish() {
  if (form_.valid) {
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      if (!asked_[i]) {
        return Error(Errc::kUnknownField,
                     "The query has a parameter that this request does not know.",
                     printable_name(form_.fields[i].first));
      }
    }
  }
  return wrong_;
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  constexpr std::size_t kDigitsMax = 16;
  if (text.empty() || text.size() > kDigitsMax || text.front() < '1' || text.front() > '9') {
    return std::nullopt;
  }
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id > base::kIdMax) {
    return std::nullopt;
  }
  return id;
}

}  // namespace keepline::api
