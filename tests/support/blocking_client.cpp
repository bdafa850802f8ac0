#include "support/blocking_client.h"

#include "support/requests.h"

namespace keepline::support {

void BlockingClient::on_answer(const Answer& answer) {
  reply_ = {answer.status, std::string(answer.body)};
  done_ = true;
}

void BlockingClient::on_lost() { done_ = true; }

BlockingClient::Reply BlockingClient::ask_once(std::string_view request) {
  done_ = false;
  reply_ = {};
  connection_.request(request);
  const Instant limit = SteadyClock::now() + std::chrono::seconds(30);
  if (!loop_.run_until([this] { return done_; }, limit)) {
    connection_.drop();
  }
  return reply_;
}

BlockingClient::Reply BlockingClient::ask(std::string_view request) {
  const Reply reply = ask_once(request);
  return reply.status != 0 ? reply : ask_once(request);
}

BlockingClient::Reply BlockingClient::get(std::string_view path, std::string_view token) {
  return ask(get_request(path, token));
}

BlockingClient::Reply BlockingClient::put(std::string_view path, std::string_view token,
                                          std::string_view json) {
  return ask(put_request(path, token, json));
}

}  // namespace keepline::support
