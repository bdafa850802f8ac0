#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/answer.h"
#include "support/loop.h"

namespace keepline::support {

/// One keep-alive HTTP connection to 127.0.0.1 with one request under way at a time. Opens itself
/// when it is needed. Lives on its loop's thread.
class Connection final : private Loop::Ready {
 public:
  /// Who asks, and hears one of these for every request(), never inside request() itself.
  class Owner {
   public:
    /// The answer's views end with the call. May call request().
    virtual void on_answer(const Answer& answer) = 0;
    /// There will be no answer: refused, closed, or not HTTP. Whether the request was carried out
    /// is unknown. May call request().
    virtual void on_lost() = 0;

   protected:
    ~Owner() = default;
  };

  /// The owner and the loop outlive it.
  Connection(Loop& loop, std::uint16_t port, Owner& owner)
      : loop_(loop), port_(port), owner_(owner) {}
  ~Connection() { drop(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends `bytes`, a whole request. Requires: !busy().
  void request(std::string_view bytes);

  /// A request is under way.
  bool busy() const { return busy_; }

  /// Closes at once; the owner hears nothing of a request under way.
  void drop();

 private:
  void on_ready(std::uint32_t events) override;
  void open();
  bool flush();
  void read(bool to_the_end);
  bool take(std::string_view bytes);
  void lose();

  Loop& loop_;
  std::uint16_t port_;
  Owner& owner_;
  int socket_ = -1;
  std::uint32_t opened_ = 0;  ///< counts connections, to notice one replaced in a callback
  bool busy_ = false;
  std::string unsent_;   ///< what the socket did not take yet
  std::string partial_;  ///< an answer's bytes so far
};

}  // namespace keepline::support
