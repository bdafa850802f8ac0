#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "api/authenticate.h"
#include "api/context.h"
#include "api/door.h"
#include "api/origin.h"
#include "api/pages.h"
#include "api/routes.h"
#include "net/server.h"

namespace keepline::api {

struct ApiOptions {
  std::vector<std::string> public_urls;
  /// Further names under which the server answers: its listen addresses, the machine's own name.
  std::vector<std::string> names;
  std::vector<std::string> trusted_proxies;
};

/// The front of the server: takes each request through the rules about hosts, paths, sizes,
/// origins, sessions and limits to its route, and gives the answer.
///
/// One for the process; each shard has its own memory of sessions. admit() and handle() run on the
/// shard of their connection. Services, doors and assets outlive this.
class Api final : public net::Handler {
 public:
  /// Call before the shards start, since it registers with each shard's hub. Throws
  /// std::runtime_error where an option cannot be read.
  Api(Services services, ApiOptions options, std::size_t shards,
      std::span<const EmbeddedAsset> assets, std::vector<Door*> doors = {});
  ~Api() override;

  net::Admission admit(const net::Request& head) override;
  void handle(net::Exchange exchange) override;
  net::Response refuse(const base::Error& error) override;

  /// The rules about hosts and origins, for doors.
  const OriginRules& origins() const { return origins_; }

 private:
  struct OnShard;

  Context context_of(const net::Exchange& exchange, const Match& match);
  boost::asio::awaitable<void> serve(net::Exchange exchange, Match match);
  /// Answers what need not ask the store; or says why not, where `allowed` is an error.
  void answer_now(Context& context, const Route& route, base::Status allowed,
                  net::Exchange exchange);
  /// Finds out who asks. `stranger`: the token, where only the store can tell.
  base::Status recognise(Context& context, const Route& route, std::string_view& stranger);
  /// Whether whoever asks may ask this now.
  base::Status allow(const Context& context, const Route& route);
  /// Gives a browser its cookie anew, where it is time.
  void renew_cookie(const Context& context, net::Response& response);
  /// Hands a request for events to the engine.
  void follow(const Context& context, net::Exchange exchange);
  Door* door_of(std::string_view path) const;

  Services services_;
  ApiOptions options_;
  OriginRules origins_;
  Pages pages_;
  std::vector<Door*> doors_;
  std::vector<std::unique_ptr<OnShard>> shards_;
};

}  // namespace keepline::api
