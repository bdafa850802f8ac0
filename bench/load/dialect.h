#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/batch_reader.h"
#include "load/carrier.h"
#include "support/seeded.h"

namespace keepline::bench {

/// How to wait at a kind of server on 127.0.0.1.
class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual const char* server() const = 0;  ///< its name, for people
  virtual std::uint16_t port() const = 0;
  virtual bool tls() const { return false; }
  /// The whole request of the waiter with that number; `cursor` is empty at first.
  virtual std::string request(Carrier carrier, std::size_t number,
                              const std::string& cursor) const = 0;
  /// Where to go on after `batch`; empty if it does not say.
  virtual std::string cursor_after(const Batch& batch) const = 0;
  /// A waiter that just came hears something at once.
  virtual bool greets(Carrier carrier) const = 0;
};

/// Waiter i is `users[i]`, signed in by its token.
class KeeplineDialect final : public Dialect {
 public:
  /// `client` names the poller, so that a user can wait twice. The users outlive it.
  KeeplineDialect(std::uint16_t port, const std::vector<support::SeededUser>& users,
                  std::string client, bool tls = false)
      : port_(port), users_(users), client_(std::move(client)), tls_(tls) {}

  const char* server() const override { return "keepline"; }
  std::uint16_t port() const override { return port_; }
  std::string request(Carrier carrier, std::size_t number,
                      const std::string& cursor) const override;
  std::string cursor_after(const Batch& batch) const override;
  bool greets(Carrier) const override { return true; }
  bool tls() const override { return tls_; }

 private:
  std::uint16_t port_;
  const std::vector<support::SeededUser>& users_;
  std::string client_;
  bool tls_;
};

/// The channel `room` of nginx with nchan, from the newest message on.
class NchanDialect final : public Dialect {
 public:
  explicit NchanDialect(std::uint16_t port, bool tls = false) : port_(port), tls_(tls) {}

  const char* server() const override { return "nginx + nchan"; }
  std::uint16_t port() const override { return port_; }
  std::string request(Carrier carrier, std::size_t number,
                      const std::string& cursor) const override;
  std::string cursor_after(const Batch& batch) const override;
  bool greets(Carrier carrier) const override { return carrier != Carrier::kPoll; }
  bool tls() const override { return tls_; }

 private:
  std::uint16_t port_;
  bool tls_;
};

/// The bare server, which does not look at what it is asked.
class BareDialect final : public Dialect {
 public:
  explicit BareDialect(std::uint16_t port) : port_(port) {}

  const char* server() const override { return "bare epoll"; }
  std::uint16_t port() const override { return port_; }
  std::string request(Carrier carrier, std::size_t number,
                      const std::string& cursor) const override;
  std::string cursor_after(const Batch&) const override { return {}; }
  bool greets(Carrier carrier) const override { return carrier != Carrier::kPoll; }

 private:
  std::uint16_t port_;
};

}  // namespace keepline::bench
