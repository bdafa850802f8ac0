#include "net/intake.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "net/chars.h"
#include "net/target.h"

namespace keepline::net {

using base::Errc;
using base::Error;

namespace {

/// What a finished request may leave behind for the next.
constexpr std::size_t kBodyKept = std::size_t{4} * 1024;
/// What is reserved on the word of a Content-Length alone.
constexpr std::size_t kBodyReserved = std::size_t{16} * 1024;

std::size_t count_of(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(request.headers, name, &Header::name));
}

bool same_host(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

}  // namespace

Intake::Intake() : parser_(request_) {}

Intake::Step Intake::refuse(Errc code, const char* why) {
  error_ = Error(code, why);
  return Step::kRefused;
}

Intake::Step Intake::read(std::string_view bytes, std::size_t& consumed) {
  consumed = 0;
  if (phase_ == Phase::kHead) {
    return read_head(bytes, consumed);
  }
  if (chunks_) {
    return read_chunks(bytes, consumed);
  }
  return read_length(bytes, consumed);
}

Intake::Step Intake::read_head(std::string_view bytes, std::size_t& consumed) {
  switch (gate_.look(bytes)) {
    case Gate::Verdict::kMore:
      return Step::kMore;
    case Gate::Verdict::kRefuse:
      error_ = gate_.error();
      return Step::kRefused;
    case Gate::Verdict::kPass:
      break;
  }
  const Head& head = gate_.head();
  auto target = parse_target(bytes.substr(head.target_begin, head.target_bytes));
  if (!target) {
    error_ = target.error();
    return Step::kRefused;
  }
  if (!target->authority.empty() &&
      !same_host(target->authority, bytes.substr(head.host_begin, head.host_bytes))) {
    return refuse(Errc::kBadRequest, "the request target names another host than Host");
  }
  request_.headers.reserve(head.headers);
  if (!parser_.head(bytes.substr(head.blank_bytes, head.bytes - head.blank_bytes)) ||
      !agrees(head)) {
    return refuse(Errc::kBadRequest, "the request's head is not valid");
  }
  request_.method = head.method;
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  request_.keep_alive = parser_.keep_alive();
  consumed = head.bytes;
  phase_ = Phase::kBody;
  return Step::kHead;
}

/// Two readers must have read the same: where they differ, one of them is wrong and a request may
/// be hiding.
bool Intake::agrees(const Head& head) const {
  return request_.headers.size() == head.headers && count_of(request_, "host") == 1 &&
         request_.minor_version == head.minor_version &&
         count_of(request_, "content-length") == (head.length ? 1U : 0U) &&
         count_of(request_, "transfer-encoding") == (head.chunked ? 1U : 0U) &&
         parser_.chunked() == head.chunked && parser_.length() == head.length;
}

bool Intake::expects_continue() const {
  return gate_.head().expects_continue && gate_.head().minor_version > 0 && has_body();
}

std::optional<Error> Intake::admit(std::size_t body_max) {
  base::check(phase_ == Phase::kBody && !chunks_, "admit() follows the head");
  const Head& head = gate_.head();
  if (head.length.value_or(0) > body_max) {
    return Error(Errc::kTooLarge, "the request's body is too large");
  }
  if (head.chunked) {
    chunks_.emplace(body_max);
  } else if (head.length) {
    request_.body.reserve(
        static_cast<std::size_t>(std::min<std::uint64_t>(*head.length, kBodyReserved)));
  }
  return std::nullopt;
}

Intake::Step Intake::read_length(std::string_view bytes, std::size_t& consumed) {
  const auto missing = gate_.head().length.value_or(0) - request_.body.size();
  if (missing > 0) {
    const std::string_view here =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(missing, bytes.size())));
    if (!here.empty()) {
      const auto used = parser_.body(here);
      if (used != here.size()) {
        return refuse(Errc::kBadRequest, "the request's body is not valid");
      }
      consumed = here.size();
    }
    if (here.size() < missing) {
      return Step::kMore;
    }
  }
  return parser_.done() ? Step::kRequest
                        : refuse(Errc::kBadRequest, "the request's body is not valid");
}

Intake::Step Intake::read_chunks(std::string_view bytes, std::size_t& consumed) {
  const auto verdict = chunks_->look(bytes.substr(chunks_looked_));
  if (verdict == ChunkGate::Verdict::kRefuse) {
    error_ = chunks_->error();
    return Step::kRefused;
  }
  chunks_looked_ += chunks_->looked();
  // The parser sees only what the gate passed, and no half lines: over the end of a body that comes
  // in pieces it would stumble (an assertion in parse_chunk_header).
  const bool done = verdict == ChunkGate::Verdict::kDone;
  std::string_view passed = bytes.substr(
      0, done ? chunks_looked_ : static_cast<std::size_t>(chunks_->data_end() - chunks_consumed_));
  consumed = passed.size();
  while (!passed.empty()) {
    const auto used = parser_.body(passed);
    if (!used || *used == 0) {
      return refuse(Errc::kBadRequest, "the body's chunks are not valid");
    }
    passed.remove_prefix(*used);
  }
  chunks_looked_ -= consumed;
  chunks_consumed_ += consumed;
  if (parser_.done() != done) {
    return refuse(Errc::kBadRequest, "the body's chunks are not valid");
  }
  return done ? Step::kRequest : Step::kMore;
}

void Intake::reset() {
  phase_ = Phase::kHead;
  gate_ = Gate();
  parser_.reset();
  chunks_.reset();
  chunks_looked_ = 0;
  chunks_consumed_ = 0;
  error_ = Error();
  request_.headers.clear();
  request_.path.clear();
  request_.query.clear();
  if (request_.body.capacity() > kBodyKept) {
    request_.body = std::string();
  }
  request_.body.clear();
}

}  // namespace keepline::net
