#include "net/lobby.h"

#include <unistd.h>

#include <utility>

#include "net/tcp_connection.h"

namespace keepline::net {

Lobby::Lobby(Shard& shard, Handler& handler, const ServerOptions& options,
             std::function<void()> left)
    : shard_(shard),
      handler_(handler),
      options_(options),
      left_(std::move(left)),
      tls_(options.tls) {}

Lobby::~Lobby() { close_all(); }

void Lobby::enter(int descriptor, const AddressBytes& peer) {
  const TcpConnectionPtr connection(new TcpConnection(*this, peer));
  connection->start(descriptor);
}

void Lobby::add(TcpConnection& connection) {
  intrusive_ptr_add_ref(&connection);
  connection.next_ = first_;
  if (first_ != nullptr) {
    first_->previous_ = &connection;
  }
  first_ = &connection;
}

void Lobby::remove(TcpConnection& connection) {
  (connection.previous_ != nullptr ? connection.previous_->next_ : first_) = connection.next_;
  if (connection.next_ != nullptr) {
    connection.next_->previous_ = connection.previous_;
  }
  left_();
  intrusive_ptr_release(&connection);
}

void Lobby::drain() {
  draining_ = true;
  for (TcpConnection* each = first_; each != nullptr;) {
    TcpConnection& connection = *each;
    each = each->next_;
    connection.close_if_idle();
  }
}

void Lobby::close_all() {
  draining_ = true;
  while (first_ != nullptr) {
    first_->end();
  }
}

std::unique_ptr<Intake> Lobby::take_intake() {
  if (spares_.empty()) {
    return std::make_unique<Intake>();
  }
  auto intake = std::move(spares_.back());
  spares_.pop_back();
  return intake;
}

void Lobby::give_back(std::unique_ptr<Intake> intake) {
  if (spares_.size() < kSparesMax) {
    intake->reset();
    spares_.push_back(std::move(intake));
  }
}

}  // namespace keepline::net
