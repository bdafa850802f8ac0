#include "data/tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/check.h"

namespace keepline::data {
namespace {

// Where a field lies in a header, and how long it is.
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kOwner{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kSum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kMagic{257, 8};

constexpr std::string_view kUstar{"ustar\00000", 8};
constexpr std::int64_t kOctalMax = (std::int64_t{1} << 33) - 1;  // eleven octal digits
constexpr char kRegular = '0';

using Header = std::array<char, kTarBlock>;

void put(Header& header, Field field, std::string_view text) {
  base::check(text.size() <= field.size, "a tar header's field is too short");
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(field.at));
}

void put_octal(Header& header, Field field, std::int64_t number) {
  put(header, field, fmt::format("{:0{}o}", number, field.size - 1));
}

void put_size(Header& header, std::int64_t size) {
  if (size <= kOctalMax) {
    put_octal(header, kSize, size);
    return;
  }
  header[kSize.at] = static_cast<char>(0x80);
  for (std::size_t i = 0; i < 8; ++i) {
    header[kSize.at + kSize.size - 1 - i] = static_cast<char>((size >> (8 * i)) & 0xff);
  }
}

/// The sum of all bytes, those of the sum itself counted as spaces.
std::int64_t sum_of(std::string_view header) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool own = i >= kSum.at && i < kSum.at + kSum.size;
    sum += own ? ' ' : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

std::string_view field_of(std::string_view header, Field field) {
  return header.substr(field.at, field.size);
}

std::optional<std::int64_t> octal(std::string_view text) {
  std::int64_t number = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '\0' || c == ' ') {
      break;
    }
    if (c < '0' || c > '7') {
      return std::nullopt;
    }
    number = number * 8 + (c - '0');
    ++digits;
  }
  return digits == 0 ? std::nullopt : std::optional(number);
}

std::optional<std::int64_t> size_of(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) != 0x80) {
    return octal(text);
  }
  std::uint64_t number = 0;
  for (const char c : text.substr(1)) {
    if ((number >> 56) != 0) {
      return std::nullopt;
    }
    number = (number << 8) | static_cast<unsigned char>(c);
  }
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::array<char, kTarBlock> tar_header(const TarMember& member, base::Time at) {
  base::check(!member.name.empty() && member.size >= 0, "a tar member has a name and a size");
  Header header{};
  put(header, kName, member.name);
  put_octal(header, kMode, 0600);
  put_octal(header, kOwner, 0);
  put_octal(header, kGroup, 0);
  put_size(header, member.size);
  put_octal(header, kTime, base::to_millis(at) / 1000);
  header[kType.at] = kRegular;
  put(header, kMagic, kUstar);
  put(header, kSum, fmt::format("{:06o}", sum_of({header.data(), header.size()})));
  header[kSum.at + 7] = ' ';
  return header;
}

std::int64_t tar_padding(std::int64_t size) { return (kTarBlock - size % kTarBlock) % kTarBlock; }

std::optional<TarMember> read_tar_header(std::string_view header) {
  if (header.size() != static_cast<std::size_t>(kTarBlock) || field_of(header, kMagic) != kUstar ||
      header[kType.at] != kRegular) {
    return std::nullopt;
  }
  const auto sum = octal(field_of(header, kSum));
  const auto size = size_of(field_of(header, kSize));
  const std::string_view name = field_of(header, kName);
  TarMember member{std::string(name.substr(0, name.find('\0'))), size.value_or(0)};
  if (!sum || *sum != sum_of(header) || !size || member.name.empty()) {
    return std::nullopt;
  }
  return member;
}

}  // namespace keepline::data
