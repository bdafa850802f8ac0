#include "data/backup_about.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace keepline::data {
namespace {

constexpr std::string_view kFirstLine = "Keepline backup 1";

/// The text after `word` and a space, on the next line of `text`, which moves past it.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view word) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ') {
    return std::nullopt;
  }
  return line.substr(word.size() + 1);
}

template <class Number>
bool read_number(std::optional<std::string_view> text, Number& out) {
  if (!text) {
    return false;
  }
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  return error == std::errc{} && stop == text->data() + text->size() && out >= 0;
}

}  // namespace

std::string about_text(const BackupAbout& about) {
  return fmt::format("{}\nversion {}\nschema {}\nmade {}\nhead {}\nkind {}\n", kFirstLine,
                     about.version, about.schema, base::to_rfc3339(about.at), about.head,
                     about.demo ? "demo" : "normal");
}

std::optional<BackupAbout> read_about(std::string_view text) {
  const std::string first = std::string(kFirstLine) + '\n';
  if (!text.starts_with(first)) {
    return std::nullopt;
  }
  text.remove_prefix(first.size());
  BackupAbout about;
  const auto version = take_line(text, "version");
  const bool schema = read_number(take_line(text, "schema"), about.schema);
  const auto made = take_line(text, "made");
  const auto at = made ? base::from_rfc3339(*made) : std::nullopt;
  const bool head = read_number(take_line(text, "head"), about.head);
  const auto kind = take_line(text, "kind");
  if (!version || !schema || !at || !head || !kind || (*kind != "normal" && *kind != "demo")) {
    return std::nullopt;
  }
  about.version = *version;
  about.at = *at;
  about.demo = *kind == "demo";
  return about;
}

}  // namespace keepline::data
