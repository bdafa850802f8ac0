#include "push/channel.h"

#include <utility>

#include "net/websocket.h"

namespace keepline::push {
namespace {

net::CloseCode close_code(End why) {
  switch (why) {
    case End::kSessionEnded:
      return net::CloseCode::kSignIn;
    case End::kFailed:
      return net::CloseCode::kTryLater;
    case End::kDrain:
    case End::kRotated:
    case End::kSuperseded:
      return net::CloseCode::kRestart;
    case End::kGone:
    case End::kTimeout:
      return net::CloseCode::kNormal;
  }
  return net::CloseCode::kNormal;
}

/// Who has nothing to hear.
class Nobody final : public net::StreamOwner {
  void peer_gone() override {}
  void drained() override {}
};
Nobody nobody;

class NetChannel final : public Channel {
 public:
  NetChannel(net::Exchange exchange, Carrier carrier, std::int64_t retry_ms)
      : exchange_(std::move(exchange)),
        begins_(std::make_unique<Begins>(Begins{std::move(carrier.websocket_accept), retry_ms})),
        framing_(carrier.framing) {}

  void open(net::StreamOwner& owner) override {
    net::Response head = framing_ == net::Framing::kWebsocket ? upgrade() : event_stream();
    begins_.reset();
    stream_ = std::move(exchange_).stream(std::move(head), framing_, owner);
  }

  void refuse(WholeAnswer& last, End why) override {
    open(nobody);
    finish(last, why);
  }

  bool write(WholeAnswer& batch) override { return stream_.write(batch.piece(framing_)); }

  void finish(WholeAnswer& last, End why) override {
    if (framing_ != net::Framing::kWebsocket) {
      stream_.finish(*last.piece(framing_));
      return;
    }
    // A problem is no batch: its code alone is told.
    std::string bytes = last.status() == 200 ? *last.piece(framing_) : std::string();
    bytes.append(net::websocket_close(close_code(why)));
    stream_.finish(std::move(bytes));
  }

 private:
  net::Response upgrade() {
    net::Response head;
    head.status = 101;
    head.headers.emplace_back("Upgrade", "websocket");
    head.headers.emplace_back("Sec-WebSocket-Accept", std::move(begins_->accept));
    return head;
  }

  net::Response event_stream() {
    net::Response head;
    head.content_type = "text/event-stream";
    // Nobody on the way may keep it, change it, or hold it back to have more of it.
    head.headers.emplace_back("Cache-Control", "no-store, no-transform");
    head.headers.emplace_back("X-Accel-Buffering", "no");
    // EventSource adds no chance to its waiting: each gets a time of its own.
    std::string first = "retry: " + std::to_string(begins_->retry_ms) + "\n\n";
    head.body = framing_ == net::Framing::kChunked ? net::chunk(first) : std::move(first);
    return head;
  }

  struct Begins {
    std::string accept;
    std::int64_t retry_ms;
  };

  net::Exchange exchange_;  ///< until open()
  net::Stream stream_;
  std::unique_ptr<Begins> begins_;  ///< until open()
  const net::Framing framing_;
};

}  // namespace

std::unique_ptr<Channel> channel_of(net::Exchange exchange, Carrier carrier,
                                    std::int64_t retry_ms) {
  return std::make_unique<NetChannel>(std::move(exchange), std::move(carrier), retry_ms);
}

}  // namespace keepline::push
