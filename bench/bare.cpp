// The reference: one thread on bare epoll that sends bytes it was given, and nothing else. It does
// not read HTTP: what ends in an empty line is a request.
//
//   bench_bare PORT CONTROL_PORT
//
// On the control connection: "payload N", "greeting N" (each followed by N bytes), "poll 0",
// "stream 0", "answer 0" say what to do with requests; "send 0" sends the payload to all who wait;
// "calls 0" is answered with how many system calls were made.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class Mode : std::uint8_t { kPoll, kStream, kAnswer };

class Bare {
 public:
  Bare(std::uint16_t port, std::uint16_t control_port)
      : epoll_(epoll_create1(EPOLL_CLOEXEC)),
        listener_(listening(port)),
        control_listener_(listening(control_port)) {
    watch(listener_, EPOLLIN);
    watch(control_listener_, EPOLLIN);
  }

  void run() {
    std::array<epoll_event, 256> events;
    while (true) {
      ++calls_;
      const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        ready(events[static_cast<std::size_t>(i)].data.fd);
      }
    }
  }

 private:
  static int listening(std::uint16_t port) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener, 4096) != 0) {
      std::perror("listen");
      std::exit(1);
    }
    return listener;
  }

  void watch(int socket, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = socket;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }

  void ready(int socket) {
    if (socket == listener_ || socket == control_listener_) {
      accept_all(socket);
    } else if (socket == control_) {
      read_commands();
    } else {
      read_request(socket);
    }
  }

  void accept_all(int listener) {
    while (true) {
      ++calls_;
      const int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) {
        return;
      }
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (listener == control_listener_) {
        control_ = socket;
      }
      calls_ += 2;
      watch(socket, EPOLLIN);
    }
  }

  void write(int socket, std::string_view bytes) {
    ++calls_;
    // What a full socket does not take is not sent later: the client sees that something is
    // missing.
    static_cast<void>(send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  void read_request(int socket) {
    std::array<char, 4096> buffer;
    ++calls_;
    const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
      forget(socket);
      return;
    }
    if (!std::string_view(buffer.data(), static_cast<std::size_t>(got)).ends_with("\r\n\r\n")) {
      return;
    }
    if (mode_ == Mode::kAnswer) {
      write(socket, payload_);
      return;
    }
    if (mode_ == Mode::kStream) {
      write(socket, greeting_);
    }
    waiting_.push_back(socket);
  }

  void forget(int socket) {
    std::erase(waiting_, socket);
    close(socket);
    calls_ += 1;
  }

  void read_commands() {
    std::array<char, 65536> buffer;
    ++calls_;
    const ssize_t got = recv(control_, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
      std::exit(0);
    }
    commands_.append(buffer.data(), static_cast<std::size_t>(got));
    for (std::size_t end = commands_.find('\n'); end != std::string::npos;
         end = commands_.find('\n')) {
      const std::size_t space = commands_.find(' ');
      const std::size_t size = std::strtoul(commands_.c_str() + space, nullptr, 10);
      if (commands_.size() < end + 1 + size) {
        return;
      }
      const std::string word = commands_.substr(0, space);
      const std::string bytes = commands_.substr(end + 1, size);
      commands_.erase(0, end + 1 + size);
      obey(word, bytes);
    }
  }

  void obey(const std::string& word, const std::string& bytes) {
    if (word == "send") {
      send_to_all();
    } else if (word == "payload") {
      payload_ = bytes;
    } else if (word == "greeting") {
      greeting_ = bytes;
    } else if (word == "calls") {
      const std::string calls = std::to_string(calls_) + "\n";
      static_cast<void>(send(control_, calls.data(), calls.size(), MSG_NOSIGNAL));
    } else {
      mode_ = word == "poll" ? Mode::kPoll : word == "stream" ? Mode::kStream : Mode::kAnswer;
    }
  }

  void send_to_all() {
    for (const int socket : waiting_) {
      write(socket, payload_);
    }
    if (mode_ == Mode::kPoll) {
      waiting_.clear();
    }
  }

  int epoll_;
  int listener_;
  int control_listener_;
  int control_ = -1;
  Mode mode_ = Mode::kPoll;
  std::vector<int> waiting_;
  std::string payload_;
  std::string greeting_;
  std::string commands_;
  std::uint64_t calls_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("bench_bare PORT CONTROL_PORT\n", stderr);
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const auto port = [argv](int at) {
    return static_cast<std::uint16_t>(std::strtoul(argv[at], nullptr, 10));
  };
  Bare(port(1), port(2)).run();
}
