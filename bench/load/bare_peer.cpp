#include "load/bare_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <thread>

#include "base/check.h"
#include "load/process.h"

namespace keepline::bench {
namespace {

int connected(std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // A process that starts tells nobody when it listens.
  for (int attempt = 0; attempt < 5'000; ++attempt) {
    const int control = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(control, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
      const int on = 1;
      setsockopt(control, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return control;
    }
    close(control);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw std::runtime_error("the bare server does not start");
}

void write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    base::check(sent > 0, "the bare server listens");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

class BareTeller final : public Teller {
 public:
  explicit BareTeller(int control) : control_(control) {}
  void tell(std::uint32_t) override { write_all(control_, "send 0\n"); }
  bool busy() const override { return false; }

 private:
  int control_;
};

}  // namespace

BarePeer::BarePeer(const std::string& program, const std::string& folder)
    : port_(support::free_port()),
      control_port_(support::free_port()),
      dialect_(port_),
      process_({program, std::to_string(port_), std::to_string(control_port_)},
               folder + "/bare.log") {
  process_.spawn();
  control_ = connected(control_port_);
}

BarePeer::~BarePeer() { close(control_); }

void BarePeer::command(std::string_view line, std::string_view bytes) {
  std::string words(line);
  words.append(" ").append(std::to_string(bytes.size())).append("\n").append(bytes);
  write_all(control_, words);
}

void BarePeer::waits(Carrier carrier, std::string_view greeting, std::string_view told) {
  command("payload", told);
  command("greeting", greeting);
  command(carrier == Carrier::kPoll ? "poll" : "stream", {});
  system_calls();  // Its answer says that the commands before it were heard.
}

void BarePeer::answers(std::string_view answer) {
  command("payload", answer);
  command("answer", {});
  system_calls();
}

std::optional<std::uint64_t> BarePeer::system_calls() {
  write_all(control_, "calls 0\n");
  std::string line;
  while (!line.ends_with('\n')) {
    std::array<char, 128> buffer{};
    const ssize_t got = recv(control_, buffer.data(), buffer.size(), 0);
    base::check(got > 0, "the bare server answers");
    line.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return std::stoull(line);
}

std::chrono::nanoseconds BarePeer::cpu() const { return cpu_of(process_.pid()); }

PrivateDirty BarePeer::memory() const { return private_dirty(process_.pid()); }

std::unique_ptr<Teller> BarePeer::teller(support::Loop&, std::size_t) {
  return std::make_unique<BareTeller>(control_);
}

}  // namespace keepline::bench
