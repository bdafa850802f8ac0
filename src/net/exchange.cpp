#include "net/exchange.h"

#include <utility>

#include "base/check.h"

namespace keepline::net {

ParkedAnswer::ParkedAnswer() = default;
ParkedAnswer::ParkedAnswer(ParkedAnswer&& other) noexcept = default;

ParkedAnswer::ParkedAnswer(ConnectionPtr connection, ParkedOwner& owner)
    : connection_(std::move(connection)) {
  connection_->park(owner);
}

ParkedAnswer& ParkedAnswer::operator=(ParkedAnswer&& other) noexcept {
  if (this != &other) {
    if (const auto old = std::exchange(connection_, std::move(other.connection_))) {
      old->abandon();
    }
  }
  return *this;
}

ParkedAnswer::~ParkedAnswer() {
  if (connection_) {
    connection_->abandon();
  }
}

After ParkedAnswer::after() const {
  base::check(connection_ != nullptr, "an empty ParkedAnswer");
  return connection_->after();
}

bool ParkedAnswer::head_only() const {
  base::check(connection_ != nullptr, "an empty ParkedAnswer");
  return connection_->head_only();
}

void ParkedAnswer::complete(base::SharedBytes whole_answer, std::function<void(bool whole)> done) {
  const auto connection = std::move(connection_);
  base::check(connection != nullptr, "an empty ParkedAnswer");
  connection->complete(std::move(whole_answer), std::move(done));
}

Stream::Stream() = default;
Stream::Stream(Stream&& other) noexcept = default;
Stream::Stream(ConnectionPtr connection) : connection_(std::move(connection)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
  if (this != &other) {
    if (const auto old = std::exchange(connection_, std::move(other.connection_))) {
      old->abandon();
    }
  }
  return *this;
}

Stream::~Stream() {
  if (connection_) {
    connection_->abandon();
  }
}

bool Stream::write(base::SharedBytes framed) {
  base::check(connection_ != nullptr, "an empty Stream");
  return connection_->write(std::move(framed));
}

void Stream::finish(std::string framed) {
  const auto connection = std::move(connection_);
  base::check(connection != nullptr, "an empty Stream");
  connection->finish(std::move(framed));
}

Exchange::Exchange(ConnectionPtr connection) : connection_(std::move(connection)) {}
Exchange::Exchange(Exchange&& other) noexcept = default;

Exchange& Exchange::operator=(Exchange&& other) noexcept {
  if (this != &other) {
    if (const auto old = std::exchange(connection_, std::move(other.connection_))) {
      old->abandon();
    }
  }
  return *this;
}

Exchange::~Exchange() {
  if (connection_) {
    connection_->abandon();
  }
}

const Request& Exchange::request() const {
  base::check(connection_ != nullptr, "an empty Exchange");
  return connection_->request();
}

Shard& Exchange::shard() const {
  base::check(connection_ != nullptr, "an empty Exchange");
  return connection_->shard();
}

void Exchange::answer(Response response, std::function<void(bool whole)> done) && {
  const auto connection = std::move(connection_);
  base::check(connection != nullptr, "an empty Exchange");
  connection->answer(std::move(response), std::move(done));
}

ParkedAnswer Exchange::park(ParkedOwner& owner) && {
  base::check(connection_ != nullptr, "an empty Exchange");
  return ParkedAnswer(std::move(connection_), owner);
}

Stream Exchange::stream(Response head, Framing framing, StreamOwner& owner) && {
  const auto connection = std::move(connection_);
  base::check(connection != nullptr, "an empty Exchange");
  connection->stream(std::move(head), framing, owner);
  return Stream(connection);
}

}  // namespace keepline::net
