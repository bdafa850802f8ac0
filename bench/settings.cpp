#include "settings.h"

#include <charconv>
#include <filesystem>
#include <map>

namespace keepline::bench {
namespace {

bool apply(Settings& settings, std::string_view name, std::string_view value) {
  const std::map<std::string_view, int*> numbers = {{"--repeat", &settings.repeat},
                                                    {"--seconds", &settings.seconds},
                                                    {"--clients", &settings.clients_max}};
  if (const auto number = numbers.find(name); number != numbers.end()) {
    int& out = *number->second;
    return std::from_chars(value.data(), value.data() + value.size(), out).ec == std::errc() &&
           out > 0;
  }
  const std::map<std::string_view, std::string*> texts = {
      {"--keepline", &settings.keepline}, {"--bare", &settings.bare},
      {"--folder", &settings.folder},     {"--only", &settings.only},
      {"--carrier", &settings.carrier},   {"--shards", &settings.shards}};
  const auto text = texts.find(name);
  if (text == texts.end()) {
    return false;
  }
  *text->second = value;
  return true;
}

}  // namespace

std::vector<Carrier> Settings::carriers() const {
  std::vector<Carrier> wanted;
  for (const Carrier one : kCarriers) {
    if (carrier.empty() || carrier == name(one)) {
      wanted.push_back(one);
    }
  }
  return wanted;
}

std::vector<std::size_t> Settings::sizes(const std::vector<std::size_t>& counts) const {
  std::vector<std::size_t> wanted;
  for (const std::size_t count : counts) {
    if (count <= static_cast<std::size_t>(clients_max)) {
      wanted.push_back(count);
    }
  }
  return wanted;
}

std::vector<std::string> Settings::server_arguments() const {
  return shards.empty() ? std::vector<std::string>{} : std::vector<std::string>{"--shards", shards};
}

std::optional<Settings> read_settings(int argc, char** argv) {
  Settings settings;
  settings.folder = std::filesystem::temp_directory_path().string();
  settings.bare =
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "bench_bare").string();
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--long") {
      settings.thorough = true;
    } else if (i + 1 < argc && apply(settings, argv[i], argv[i + 1])) {
      ++i;
    } else {
      return std::nullopt;
    }
  }
  return settings.keepline.empty() ? std::nullopt : std::optional(settings);
}

}  // namespace keepline::bench
