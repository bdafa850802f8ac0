#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "net/chars.h"
#include "net/request.h"

namespace keepline::net {

namespace {

/// A '%' that no two hex digits follow stands for itself (WHATWG URL section 1.3).
std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
               hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

FormFields parse_form(std::string_view text) {
  FormFields form;
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) {
      continue;
    }
    const auto equals = pair.find('=');
    std::string name = decode(pair.substr(0, equals));
    std::string value =
        equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1));
    if (!base::is_utf8(name) || !base::is_utf8(value)) {
      form.fields.clear();
      form.valid = false;
      return form;
    }
    form.fields.emplace_back(std::move(name), std::move(value));
  }
  return form;
}

const std::string* FormFields::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields, [&](const auto& each) { return each.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

}  // namespace keepline::net
