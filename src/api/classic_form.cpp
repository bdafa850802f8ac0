#include "api/classic_form.h"

#include <algorithm>

#include "net/request.h"

namespace keepline::api {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

base::Result<ClassicForm> ClassicForm::parse(std::string_view body) {
  net::FormFields parsed = net::parse_form(body);
  if (!parsed.valid) {
    return base::Error(base::Errc::kBadRequest, "The form is not well-formed UTF-8.");
  }
  if (parsed.fields.size() > kFieldsMax) {
    return base::Error(base::Errc::kTooLarge, "The form has more than 64 fields.");
  }
  ClassicForm form;
  form.fields_ = std::move(parsed.fields);
  return form;
}

std::string_view ClassicForm::get(std::string_view name) const {
  const std::string* value = find(name);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

bool ClassicForm::has(std::string_view name) const { return find(name) != nullptr; }

const std::string* ClassicForm::find(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (equal_ignoring_case(key, name)) {
      return &value;
    }
  }
  return nullptr;
}

}  // namespace keepline::api
