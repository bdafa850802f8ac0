#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/classic_logins.h"
#include "api/door.h"
#include "api/limits.h"
#include "api/origin.h"
#include "base/clock.h"
#include "base/random.h"
#include "logic/accounts.h"
#include "logic/conversations.h"
#include "logic/friends.h"
#include "logic/messages.h"
#include "logic/names.h"
#include "net/shard.h"
#include "push/hub.h"

namespace keepline::api {

class ClassicKeepline;

/// What the classic endpoint is built on. All must outlive it.
struct ClassicParts {
  std::string path = "/comet_broadcast.asyn";
  std::vector<net::Shard*> shards;
  push::Hub* hub = nullptr;
  logic::Accounts* accounts = nullptr;
  logic::Friends* friends = nullptr;
  logic::Conversations* conversations = nullptr;
  logic::Messages* messages = nullptr;
  logic::Names* names = nullptr;
  const OriginRules* origins = nullptr;
  Limits* limits = nullptr;
  const base::Clock* clock = nullptr;
  base::Random* random = nullptr;
};

/// The protocol of the 2013 article, over the same rules and the same push engine as everything
/// else: forms in, {"ResponseStatus",...} out. docs/protocol.md, "The classic endpoint".
///
/// Every request brings its own name and password and nothing rides on a cookie, so a page of
/// another site has nothing of the visitor's to misuse. It could still make a visitor's browser
/// register somebody on a server that only the visitor can reach; so a browser's request from
/// another origin is refused here too. Programs that are no browsers send no Origin and pass.
///
/// Thread-safe; its handlers run on the shard of their connection. Destroy it after the shards'
/// threads ended and before the hub.
class Classic final : public Door {
 public:
  explicit Classic(ClassicParts parts);
  ~Classic() override;

  bool owns(std::string_view path) const override;
  net::Admission admit(const net::Request& head) override;
  void handle(net::Exchange exchange) override;

 private:
  struct Call;
  using Answer = boost::asio::awaitable<net::Response>;
  struct Action;

  boost::asio::awaitable<void> serve(net::Exchange exchange);
  boost::asio::awaitable<base::Result<ClassicCaller>> sign_in(const Call& call, bool keepline);
  boost::asio::awaitable<base::Result<entity::User>> check_password(const Call& call,
                                                                    bool remembered);
  void tell_every_shard(const std::function<void(ClassicLogins&)>& what);

  Answer register_user(const Call& call);
  Answer online(const Call& call);
  Answer get_friends(const Call& call);
  Answer add_friend(const Call& call);
  Answer send_msg(const Call& call);
  Answer offline(const Call& call);

  ClassicParts parts_;
  std::vector<std::unique_ptr<ClassicLogins>> logins_;  ///< one for each shard
  std::unique_ptr<ClassicKeepline> keepline_;
};

}  // namespace keepline::api
