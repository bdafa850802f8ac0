#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "support/connection.h"

namespace keepline::bench {

/// Tells a peer's waiters one text after the other. Lives on its loop's thread.
class Teller {
 public:
  virtual ~Teller() = default;

  /// The bytes are on their way when it returns. Requires: !busy().
  virtual void tell(std::uint32_t mark) = 0;
  /// The last one is not acknowledged yet.
  virtual bool busy() const = 0;

  /// `told` is called after each acknowledgement, with whether it was one; it may call tell().
  void on_told(std::function<void(bool stored)> told) { told_ = std::move(told); }

 protected:
  std::function<void(bool)> told_;
};

/// How the nonces of messages are made: as docs/protocol.md advises, UUIDs of version 7, or UUIDs
/// that lie anywhere.
enum class Nonces : std::uint8_t { kByTime, kRandom };

/// Sends requests that differ in the number in the text, and perhaps in a nonce; both are written
/// over in a request that is built once.
class HttpTeller final : public Teller, private support::Connection::Owner {
 public:
  /// `request` holds the text of mark 0 once, and kNonce at most once.
  HttpTeller(support::Loop& loop, std::uint16_t port, std::string request,
             Nonces nonces = Nonces::kByTime);

  void tell(std::uint32_t mark) override;
  bool busy() const override { return connection_.busy(); }

  static constexpr std::string_view kNonce = "00000000-0000-0000-0000-000000000000";

 private:
  void on_answer(const support::Answer& answer) override;
  void on_lost() override;

  std::string request_;
  std::size_t nonce_at_;
  std::size_t mark_at_;
  const Nonces nonces_;
  support::Connection connection_;
};

/// A user of ours who sends into a conversation.
std::unique_ptr<HttpTeller> keepline_sender(support::Loop& loop, std::uint16_t port,
                                            std::string_view token, std::int64_t conversation,
                                            Nonces nonces = Nonces::kByTime);

}  // namespace keepline::bench
