#include "crash/fake_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdlib>

#include "base/check.h"
#include "support/server_process.h"

namespace keepline::crash {
namespace {

constexpr std::int64_t kRoom = 1;
constexpr std::size_t kBatchMax = 50;
constexpr std::int64_t kOneIn = 40;

std::int64_t direct_of(std::int64_t user) { return 1'000 + (user - 1) / 2; }

std::int64_t number_after(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  return at == std::string_view::npos
             ? 0
             : std::strtoll(std::string(text.substr(at + key.size())).c_str(), nullptr, 10);
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string reply(int status, std::string_view json) {
  return "HTTP/1.1 " + std::to_string(status) +
         " x\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n" + std::string(json);
}

}  // namespace

FakeServer::FakeServer(Fault fault) : fault_(fault), port_(support::free_port()) {}

std::vector<support::SeededUser> FakeServer::users(int count) {
  std::vector<support::SeededUser> users;
  for (int id = 1; id <= count; ++id) {
    users.push_back({id, "u" + std::to_string(id), std::to_string(id)});
  }
  return users;
}

bool FakeServer::start() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 256) != 0) {
    return false;
  }
  running_ = true;
  acceptor_ = std::thread([this] { accept_all(); });
  return true;
}

void FakeServer::kill() {
  if (listener_ < 0) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
    for (const int socket : sockets_) {
      shutdown(socket, SHUT_RDWR);
    }
  }
  changed_.notify_all();
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  listener_ = -1;
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
  if (fault_ == Fault::kLoses && !log_.empty()) {
    const Message& last = log_.back();
    --seqs_[last.shown.conversation];
    --last_id_;
    std::erase_if(nonces_, [this](const auto& nonce) { return nonce.second == log_.size() - 1; });
    log_.pop_back();
  }
}

void FakeServer::accept_all() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket < 0 || !running_) {
      if (socket >= 0) {
        close(socket);
      }
      return;
    }
    sockets_.insert(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void FakeServer::serve(int socket) {
  std::string bytes;
  std::array<char, 4096> buffer;
  while (true) {
    const std::size_t head = bytes.find("\r\n\r\n");
    const std::size_t size =
        head == std::string::npos
            ? 0
            : head + 4 + static_cast<std::size_t>(number_after(bytes, "Content-Length: "));
    if (head == std::string::npos || bytes.size() < size) {
      const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
      if (got <= 0) {
        break;
      }
      bytes.append(buffer.data(), static_cast<std::size_t>(got));
      continue;
    }
    Request request;
    request.method = bytes.substr(0, bytes.find(' '));
    const std::size_t target = request.method.size() + 1;
    request.path = bytes.substr(target, bytes.find(' ', target) - target);
    const std::size_t mark = std::min(request.path.find('?'), request.path.size());
    request.query = request.path.substr(mark);
    request.path.resize(mark);
    request.user = number_after(bytes, "Bearer ");
    request.body = bytes.substr(head + 4, size - head - 4);
    bytes.erase(0, size);
    const auto text = answer(request);
    if (!text || !send_all(socket, *text)) {
      break;
    }
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(socket);
  close(socket);
}

std::optional<std::string> FakeServer::answer(const Request& request) {
  if (request.path == "/api/v1/conversations") {
    return reply(200, R"({"conversations":[{"id":1,"kind":"room"}]})");
  }
  if (request.method == "PUT") {
    return reply(200, R"({"id":)" + std::to_string(direct_of(request.user)) + "}");
  }
  if (request.path == "/api/v1/events") {
    return reply(200, events(request.user,
                             static_cast<std::size_t>(number_after(request.query, "cursor="))));
  }
  const std::int64_t conversation = number_after(request.path, "/conversations/");
  if (request.method == "POST") {
    return store(request, conversation);
  }
  return reply(200, history(conversation, number_after(request.query, "after=")));
}

std::optional<std::string> FakeServer::store(const Request& request, std::int64_t conversation) {
  const auto body = boost::json::parse(request.body);
  const std::string nonce(body.at("nonce").as_string());
  const std::lock_guard lock(mutex_);
  if (!running_) {
    return std::nullopt;
  }
  ++sends_;
  const auto known = nonces_.find(nonce);
  if (known != nonces_.end() && fault_ != Fault::kForgetsNonces) {
    Message message = log_[known->second];
    if (fault_ == Fault::kChangesIds) {
      message.shown.id += 1'000'000;
    }
    return reply(200, json_of(message));
  }
  Message message;
  message.sender = request.user;
  message.text = body.at("text").as_string();
  std::int64_t& seq = seqs_[conversation];
  seq += fault_ == Fault::kSkipsSeq && sends_ % kOneIn == 1 ? 2 : 1;
  message.shown = {++last_id_, conversation, seq, 0};
  nonces_[nonce] = log_.size();
  log_.push_back(message);
  changed_.notify_all();
  if (sends_ % kOneIn == 0) {
    return std::nullopt;
  }
  return reply(201, json_of(message));
}

std::string FakeServer::history(std::int64_t conversation, std::int64_t after) {
  const std::lock_guard lock(mutex_);
  std::string json = R"({"messages":[)";
  std::size_t count = 0;
  bool more = false;
  for (const Message& message : log_) {
    if (message.shown.conversation != conversation || message.shown.seq <= after) {
      continue;
    }
    if (count == kBatchMax) {
      more = true;
      break;
    }
    json += (count++ == 0 ? "" : ",") + json_of(message);
  }
  return json + R"(],"more":)" + (more ? "true" : "false") + "}";
}

bool FakeServer::concerns(const Message& message, std::int64_t user) const {
  return message.shown.conversation == kRoom || message.shown.conversation == direct_of(user);
}

std::string FakeServer::events(std::int64_t user, std::size_t cursor) {
  std::unique_lock lock(mutex_);
  const auto first = [&] {
    std::size_t at = std::min(cursor, log_.size());
    while (at < log_.size() && !concerns(log_[at], user)) {
      ++at;
    }
    return at;
  };
  // A cursor of nothing begins at once; others wait until there is something, or for the end.
  changed_.wait(lock, [&] { return !running_ || cursor == 0 || first() < log_.size(); });
  ++batches_;
  std::string json;
  std::size_t at = first();
  std::size_t count = 0;
  for (; at < log_.size() && count < kBatchMax; ++at) {
    const Message& message = log_[at];
    if (!concerns(message, user) ||
        (fault_ == Fault::kHidesEvent && message.shown.id % kOneIn == 0)) {
      continue;
    }
    json += (count++ == 0 ? "" : ",") + (R"({"id":)" + std::to_string(message.shown.id)) +
            R"(,"type":"message","conversation":)" + std::to_string(message.shown.conversation) +
            R"(,"seq":)" + std::to_string(message.shown.seq) + R"(,"data":{"text":")" +
            message.text + R"("}})";
  }
  if (fault_ == Fault::kRepeatsEvent && batches_ % kOneIn == 0 && at > 1) {
    --at;
  }
  return R"({"cursor":")" + std::to_string(at) + R"(","events":[)" + json + "]}";
}

std::string FakeServer::json_of(const Message& message) {
  return R"({"id":)" + std::to_string(message.shown.id) + R"(,"conversation":)" +
         std::to_string(message.shown.conversation) + R"(,"seq":)" +
         std::to_string(message.shown.seq) + R"(,"text":")" + message.text + R"("})";
}

}  // namespace keepline::crash
