#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/connection.h"

namespace keepline::support {

/// Asks one thing after the other, for what is not worth a state machine. Blocks; has a loop of its
/// own.
class BlockingClient final : private Connection::Owner {
 public:
  struct Reply {
    int status = 0;  ///< 0: there was no answer
    std::string body;
  };

  explicit BlockingClient(std::uint16_t port) : connection_(loop_, port, *this) {}

  /// The answer to `request`, which is sent once more if a kept connection turns out to be closed.
  /// No answer within 30 s counts as none.
  Reply ask(std::string_view request);
  Reply get(std::string_view path, std::string_view token);
  Reply put(std::string_view path, std::string_view token, std::string_view json);

 private:
  void on_answer(const Answer& answer) override;
  void on_lost() override;
  Reply ask_once(std::string_view request);

  Loop loop_;
  bool done_ = false;
  Reply reply_;
  Connection connection_;
};

}  // namespace keepline::support
