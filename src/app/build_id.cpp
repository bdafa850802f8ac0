#include "app/build_id.h"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include <cstring>
#include <string_view>

namespace keepline::app {
namespace {

constexpr std::size_t kBytesShown = 8;

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

/// The NT_GNU_BUILD_ID among the notes in `notes` (elf(5)), or "".
std::string find_build_id(std::string_view notes) {
  ElfW(Nhdr) header{};
  while (notes.size() >= sizeof header) {
    std::memcpy(&header, notes.data(), sizeof header);
    const std::size_t description = sizeof header + padded(header.n_namesz);
    const std::size_t whole = description + padded(header.n_descsz);
    if (whole > notes.size()) {
      break;
    }
    if (header.n_type == NT_GNU_BUILD_ID && notes.substr(sizeof header, 3) == "GNU") {
      std::string hex;
      for (const char byte :
           notes.substr(description, std::min<std::size_t>(header.n_descsz, kBytesShown))) {
        hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
      }
      return hex;
    }
    notes.remove_prefix(whole);
  }
  return "";
}

/// Called for each loaded object, the program itself first; returning non-zero ends the walk.
int look_at_program(dl_phdr_info* object, std::size_t, void* out) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type == PT_NOTE) {
      // The loader tells addresses as numbers.
      // NOLINTNEXTLINE(performance-no-int-to-ptr)
      const auto* bytes = reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);
      std::string id = find_build_id({bytes, segment.p_memsz});
      if (!id.empty()) {
        *static_cast<std::string*>(out) = std::move(id);
        break;
      }
    }
  }
  return 1;
}

}  // namespace

std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(&look_at_program, &id);
  return id.empty() ? KEEPLINE_VERSION : id;
}

}  // namespace keepline::app
