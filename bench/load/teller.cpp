#include "load/teller.h"

#include <random>

#include "base/check.h"
#include "base/uuid.h"
#include "load/text.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

std::string next_nonce(Nonces nonces) {
  static const base::SystemClock clock;
  static thread_local base::SeededRandom random(std::random_device{}());
  base::Uuid uuid = base::new_uuid_v7(clock.now(), random);
  if (nonces == Nonces::kRandom) {
    random.fill(uuid.bytes);
  }
  return base::to_text(uuid);
}

}  // namespace

HttpTeller::HttpTeller(support::Loop& loop, std::uint16_t port, std::string request, Nonces nonces)
    : request_(std::move(request)),
      nonce_at_(request_.find(kNonce)),
      mark_at_(request_.find(text_of(0))),
      nonces_(nonces),
      connection_(loop, port, *this) {
  base::check(mark_at_ != std::string::npos, "the request holds the text");
}

void HttpTeller::tell(std::uint32_t mark) {
  const std::string text = text_of(mark);
  request_.replace(mark_at_, text.size(), text);
  if (nonce_at_ != std::string::npos) {
    request_.replace(nonce_at_, kNonce.size(), next_nonce(nonces_));
  }
  connection_.request(request_);
}

void HttpTeller::on_answer(const support::Answer& answer) {
  if (told_) {
    told_(answer.status >= 200 && answer.status < 300);
  }
}

void HttpTeller::on_lost() {
  if (told_) {
    told_(false);
  }
}

std::unique_ptr<HttpTeller> keepline_sender(support::Loop& loop, std::uint16_t port,
                                            std::string_view token, std::int64_t conversation,
                                            Nonces nonces) {
  return std::make_unique<HttpTeller>(
      loop, port, support::send_request(conversation, token, HttpTeller::kNonce, text_of(0)),
      nonces);
}

}  // namespace keepline::bench
