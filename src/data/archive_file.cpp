#include "data/archive_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace keepline::data {
namespace {

using base::Errc;
using base::Error;

constexpr std::int64_t kPiece = std::int64_t{1} << 20;

Error failed(std::string_view what) {
  const int code = errno;
  std::string detail(what);
  detail += ": ";
  detail += std::system_category().message(code);
  return {code == ENOSPC || code == EDQUOT ? Errc::kStorageFull : Errc::kInternal,
          std::move(detail)};
}

}  // namespace

base::Status write_at(int file, std::int64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put < 0) {
      return failed("the file could not be written");
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
    offset += put;
  }
  return base::ok();
}

base::Status read_pieces(int file, std::int64_t offset, std::int64_t size,
                         const std::function<base::Status(std::string_view)>& take) {
  std::string piece(static_cast<std::size_t>(std::min(size, kPiece)), '\0');
  while (size > 0) {
    const auto wanted = static_cast<std::size_t>(std::min(size, kPiece));
    const ssize_t got = ::pread(file, piece.data(), wanted, offset);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return failed("the file could not be read");
    }
    if (got == 0) {
      return Error(Errc::kConflict, "the file ends too early");
    }
    if (auto taken = take({piece.data(), static_cast<std::size_t>(got)}); !taken) {
      return taken;
    }
    offset += got;
    size -= got;
  }
  return base::ok();
}

base::Result<std::string> read_at(int file, std::int64_t offset, std::int64_t size) {
  std::string bytes;
  auto done = read_pieces(file, offset, size, [&bytes](std::string_view piece) {
    bytes += piece;
    return base::ok();
  });
  return done ? base::Result<std::string>(std::move(bytes)) : done.error();
}

base::Status sync_file(int file) {
  return ::fsync(file) == 0 ? base::ok() : failed("the file could not be synced");
}

base::Result<std::int64_t> file_size(int file) {
  struct stat found{};
  if (::fstat(file, &found) != 0) {
    return failed("the file could not be looked at");
  }
  if (!S_ISREG(found.st_mode)) {
    return Error(Errc::kConflict, "a backup is a regular file, no pipe and no device");
  }
  return std::int64_t{found.st_size};
}

}  // namespace keepline::data
