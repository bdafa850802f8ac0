#include "push/whole_answer.h"

#include <cstdio>
#include <utility>

#include "net/websocket.h"

namespace keepline::push {

WholeAnswer::WholeAnswer(int status, std::string body, std::string content_type, std::string cursor,
                         std::string date, const std::string& common)
    : cursor_(std::move(cursor)), date_(std::move(date)), common_(common) {
  response_.status = status;
  response_.content_type = std::move(content_type);
  response_.headers.emplace_back("Cache-Control", "no-store");
  response_.shared_body = base::share(std::move(body));
}

void WholeAnswer::retry_after(int seconds) {
  response_.headers.emplace_back("Retry-After", std::to_string(seconds));
}

const base::SharedBytes& WholeAnswer::bytes(net::After after, bool head_only) {
  const std::size_t which = (after == net::After::kClose ? 1U : 0U) + (head_only ? 2U : 0U);
  base::SharedBytes& bytes = encoded_[which];
  if (!bytes) {
    bytes = base::share(net::encode(response_, after, head_only, date_, common_));
  }
  return bytes;
}

const base::SharedBytes& WholeAnswer::piece(net::Framing framing) {
  base::SharedBytes& bytes = pieces_[static_cast<std::size_t>(framing)];
  if (bytes) {
    return bytes;
  }
  if (framing == net::Framing::kWebsocket) {
    bytes = base::share(net::websocket_frame(net::Opcode::kText, body()));
    return bytes;
  }
  // The body is one line of JSON, so one data line holds it.
  std::string block = cursor_.empty() ? "event: problem" : "id: " + cursor_;
  block.append("\ndata: ").append(body()).append("\n\n");
  bytes = base::share(framing == net::Framing::kChunked ? net::chunk(block) : std::move(block));
  return bytes;
}

std::string http_date(base::Time time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::weekday weekday(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[weekday.c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace keepline::push
