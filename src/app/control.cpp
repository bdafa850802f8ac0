#include "app/control.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "base/check.h"
#include "base/log.h"
#include "base/thread.h"
#include "data/backup_about.h"

namespace keepline::app {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::Error;

constexpr std::string_view kName = "control";
constexpr std::string_view kBackup = "backup\n";
constexpr std::size_t kLineMax = 4096;
/// A peer that takes longer to say a line, or to take one, is gone: it is a program of the same
/// machine.
constexpr timeval kPatience{2, 0};

/// A descriptor, closed at the end of its scope.
struct Descriptor {
  explicit Descriptor(int value_in) : value(value_in) {}
  ~Descriptor() {
    if (value >= 0) {
      ::close(value);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int value;
};

/// The address of `control` in a folder that is open as `folder`: by way of /proc, since a socket's
/// path has room for 107 bytes only.
sockaddr_un address_in(int folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", folder, kName);
  base::check(path.size() < sizeof address.sun_path, "a path under /proc is short");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

const sockaddr* raw(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool say(int peer, std::string_view line) {
  return ::send(peer, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

/// Whether the other side has hung up.
bool gone(int peer) {
  pollfd look{peer, POLLRDHUP, 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void set_patience(int peer) {
  ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

/// A question with the file that came along; no file: -1.
struct Question {
  std::string line;
  int file = -1;
};

Question hear_question(int peer) {
  std::array<char, 64> text{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> extra{};
  iovec piece{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = extra.data();
  message.msg_controllen = extra.size();
  const ssize_t count = ::recvmsg(peer, &message, MSG_CMSG_CLOEXEC);
  Question question;
  if (count > 0) {
    question.line.assign(text.data(), static_cast<std::size_t>(count));
  }
  const cmsghdr* const head = CMSG_FIRSTHDR(&message);
  if (head != nullptr && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
      head->cmsg_len == CMSG_LEN(sizeof(int))) {
    std::memcpy(&question.file, CMSG_DATA(head), sizeof(int));
  }
  return question;
}

bool ask(int peer, std::string_view line, int file) {
  std::string text(line);
  iovec piece{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> extra{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = extra.data();
  message.msg_controllen = extra.size();
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(head), &file, sizeof(int));
  return ::sendmsg(peer, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

/// `line` after `word` and a space.
std::optional<std::string_view> after(std::string_view line, std::string_view word) {
  if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ') {
    return std::nullopt;
  }
  return line.substr(word.size() + 1);
}

bool tell_progress(std::string_view text, const data::BackupGoing& going) {
  std::int64_t done = 0;
  std::int64_t of = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), text.data() + text.size(), done);
  if (first.ec != std::errc{} || first.ptr == end) {
    return true;  // a later Keepline's way to say it
  }
  std::from_chars(first.ptr + 1, end, of);
  return going(done, of);
}

}  // namespace

Control::Control(const fs::path& folder, Backups& backups)
    : path_(folder / kName), backups_(backups) {
  const Descriptor inside(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  std::error_code ec;
  fs::remove(path_, ec);  // left by one that was killed: the folder's lock says that nobody has it
  const sockaddr_un address = address_in(inside.value);
  // Its mode before its name: it is never there for others, whatever the umask.
  const bool ready = listening_ >= 0 && stop_ >= 0 && ::fchmod(listening_, 0600) == 0 &&
                     ::bind(listening_, raw(address), sizeof address) == 0 &&
                     ::listen(listening_, 4) == 0;
  if (!ready) {
    const int code = errno;
    ::close(listening_);
    ::close(stop_);
    throw std::runtime_error(fmt::format("{} cannot be made: {}",
                                         base::printable(path_.string(), 4096),
                                         std::system_category().message(code)));
  }
  thread_ = std::thread([this] { run(); });
}

Control::~Control() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t told = ::write(stop_, &one, sizeof one);
  thread_.join();
  std::error_code ec;
  fs::remove(path_, ec);
  ::close(listening_);
  ::close(stop_);
}

void Control::run() {
  base::name_this_thread("control");
  // The server's own work goes first.
  [[maybe_unused]] const int lowered = ::nice(10);
  while (true) {
    std::array<pollfd, 2> look{pollfd{stop_, POLLIN, 0}, pollfd{listening_, POLLIN, 0}};
    if (::poll(look.data(), look.size(), -1) < 0 && errno != EINTR) {
      return;
    }
    if (look[0].revents != 0) {
      return;
    }
    if (look[1].revents == 0) {
      continue;
    }
    const Descriptor peer(::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC));
    if (peer.value >= 0) {
      set_patience(peer.value);
      answer(peer.value);
    }
  }
}

void Control::answer(int peer) {
  const Question question = hear_question(peer);
  const Descriptor file(question.file);
  if (question.line == kBackup && file.value >= 0) {
    back_up(peer, file.value);
  } else {
    say(peer, "failed this server does not know that question\n");
  }
}

void Control::back_up(int peer, int file) {
  const auto about = backups_.back_up(file, [&](std::int64_t done, std::int64_t of) {
    pollfd stop{stop_, POLLIN, 0};
    const bool stopping = ::poll(&stop, 1, 0) > 0;
    return !stopping && !gone(peer) && say(peer, fmt::format("progress {} {}\n", done, of));
  });
  if (about) {
    // One line: it is told in the words of about.txt.
    std::string words = data::about_text(*about);
    std::replace(words.begin(), words.end(), '\n', '|');
    say(peer, fmt::format("done {} {}\n", about->size, words));
    base::log_info(fmt::format("backup: one of {} bytes was asked for and written", about->size));
  } else {
    say(peer, fmt::format("failed {}\n", base::printable(about.error().detail, 1000)));
    base::log_warn(fmt::format("backup: {}", about.error().detail));
  }
}

base::Result<data::BackupAbout> ask_for_backup(const fs::path& folder, int file,
                                               const data::BackupGoing& going) {
  const Descriptor inside(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const Descriptor peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_in(inside.value);
  if (inside.value < 0 || peer.value < 0 ||
      ::connect(peer.value, raw(address), sizeof address) != 0) {
    return Error(Errc::kNotFound, fmt::format("the server that uses {} cannot be asked: {}",
                                              base::printable(folder.string(), 4096),
                                              std::system_category().message(errno)));
  }
  if (!ask(peer.value, kBackup, file)) {
    return Error(Errc::kInternal, "the server does not listen");
  }
  std::string text;
  std::array<char, 4096> bytes{};
  while (true) {
    const ssize_t count = ::recv(peer.value, bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0 || text.size() > kLineMax) {
      return Error(Errc::kInternal, "the server ended before the backup was whole");
    }
    text.append(bytes.data(), static_cast<std::size_t>(count));
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      const std::string line = text.substr(0, end);
      text.erase(0, end + 1);
      if (const auto sentence = after(line, "failed")) {
        return Error(Errc::kInternal, std::string(*sentence));
      }
      if (const auto progress = after(line, "progress");
          progress && !tell_progress(*progress, going)) {
        return Error(Errc::kShuttingDown, "it was stopped");
      }
      if (const auto done = after(line, "done")) {
        std::string words(done->substr(std::min(done->find(' ') + 1, done->size())));
        std::replace(words.begin(), words.end(), '|', '\n');
        auto about = data::read_about(words);
        if (!about) {
          return Error(Errc::kInternal, "the server's answer cannot be read");
        }
        std::from_chars(done->data(), done->data() + done->size(), about->size);
        return *about;
      }
    }
  }
}

}  // namespace keepline::app
