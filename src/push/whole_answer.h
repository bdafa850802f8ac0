#pragma once

#include <array>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "net/connection.h"
#include "net/response.h"

namespace keepline::push {

/// One batch, or a problem, for many: built once, and encoded at most once for each way of putting
/// it on the wire. Lives on one shard; the bytes may outlive it.
class WholeAnswer {
 public:
  /// `cursor`: where the batch leads to; empty for a problem. `common` must outlive the answer.
  WholeAnswer(int status, std::string body, std::string content_type, std::string cursor,
              std::string date, const std::string& common);

  /// For a request that is answered before it parked.
  net::Response response() const { return response_; }
  /// For one that parked.
  const base::SharedBytes& bytes(net::After after, bool head_only);

  /// As a block of an event stream (WHATWG HTML section 9.2), or as a WebSocket's message.
  const base::SharedBytes& piece(net::Framing framing);

  int status() const { return response_.status; }
  const std::string& body() const { return *response_.shared_body; }
  void retry_after(int seconds);

 private:
  net::Response response_;
  std::string cursor_;
  std::string date_;
  const std::string& common_;
  std::array<base::SharedBytes, 4> encoded_;  ///< whole answers
  std::array<base::SharedBytes, 3> pieces_;   ///< of streams
};

/// `time` as an IMF-fixdate (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(base::Time time);

}  // namespace keepline::push
