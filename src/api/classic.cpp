#include "api/classic.h"

#include <algorithm>
#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <utility>

#include "api/address.h"
#include "api/classic_answer.h"
#include "api/classic_form.h"
#include "api/classic_keepline.h"
#include "api/respond.h"
#include "base/secret.h"
#include "entity/validate.h"

namespace keepline::api {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using boost::asio::awaitable;
using entity::RelationState;

/// 16 000 code points of four bytes, each written as %xx, and the other fields.
constexpr std::size_t kBodyMax = 256U << 10U;

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

bool is_form(const net::Request& head) {
  std::string_view type = head.header("content-type");
  type = type.substr(0, type.find_first_of("; \t"));
  return equal_ignoring_case(type, kFormType);
}

std::optional<std::string> if_sent(std::string_view value) {
  return value.empty() ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

/// What an action works on. Lives in the frame of serve().
struct Classic::Call {
  net::Shard& shard;
  net::AddressBytes address;
  ClassicForm form;
  ClassicCaller caller;  ///< nobody yet for Register

  logic::Actor actor() const { return {caller.user, {}}; }
};

struct Classic::Action {
  std::string_view name;
  Answer (Classic::*run)(const Call&);  ///< nullptr: Keepline, which parks
};

Classic::Classic(ClassicParts parts)
    : parts_(std::move(parts)),
      keepline_(std::make_unique<ClassicKeepline>(parts_.shards, *parts_.hub, *parts_.messages)) {
  ClassicLogins::Secret secret{};
  parts_.random->fill(secret);
  for (std::size_t i = 0; i < parts_.shards.size(); ++i) {
    logins_.push_back(std::make_unique<ClassicLogins>(*parts_.clock, secret));
  }
}

Classic::~Classic() = default;

bool Classic::owns(std::string_view path) const {
  // The pages under /classic/ are written for the article's own path, whatever else is set.
  return equal_ignoring_case(path, parts_.path) || equal_ignoring_case(path, ClassicParts{}.path);
}

net::Admission Classic::admit(const net::Request& head) {
  net::Admission admission;
  if (head.method != net::Method::kPost) {
    admission.refusal = problem(Errc::kMethodNotAllowed);
    admission.refusal->headers.emplace_back("Allow", "POST");
  } else if (!is_form(head)) {
    admission.refusal = problem(Error(Errc::kWrongType, "Send a form: " + std::string(kFormType)));
  } else if (const base::Status own = parts_.origins->check_origin(head, false); !own) {
    admission.refusal = problem(own.error());
  } else {
    admission.body_max = kBodyMax;
  }
  return admission;
}

void Classic::handle(net::Exchange exchange) {
  const auto executor = exchange.shard().executor();
  boost::asio::co_spawn(executor, serve(std::move(exchange)), boost::asio::detached);
}

awaitable<void> Classic::serve(net::Exchange exchange) {
  static constexpr std::array<Action, 7> kActions{{
      {"Register", &Classic::register_user},
      {"Online", &Classic::online},
      {"GetFriends", &Classic::get_friends},
      {"AddFriend", &Classic::add_friend},
      {"Keepline", nullptr},
      {"SendMsg", &Classic::send_msg},
      {"Offline", &Classic::offline},
  }};

  Result<ClassicForm> form = ClassicForm::parse(exchange.request().body);
  if (!form) {
    std::move(exchange).answer(classic_refused(form.error()));
    co_return;
  }
  const std::string_view wish = form->get("Action");
  const auto action = std::find_if(kActions.begin(), kActions.end(), [&](const Action& one) {
    return equal_ignoring_case(one.name, wish);
  });
  if (action == kActions.end()) {
    const Error unknown(Errc::kBadValue,
                        "Action is one of Register, Online, GetFriends, AddFriend, Keepline, "
                        "SendMsg and Offline.",
                        "Action");
    std::move(exchange).answer(classic_refused(unknown));
    co_return;
  }

  const net::AddressBytes address =
      limit_key(client_address(exchange.request(), parts_.origins->trusted_proxies()));
  Call call{exchange.shard(), address, std::move(*form), {}};
  const bool keepline = action->run == nullptr;
  if (action->run != &Classic::register_user) {
    Result<ClassicCaller> caller = co_await sign_in(call, keepline);
    if (!caller) {
      if (keepline) {
        keepline_->refuse_later(std::move(exchange), caller.error());
      } else {
        std::move(exchange).answer(classic_refused(caller.error()));
      }
      co_return;
    }
    call.caller = std::move(*caller);
  }
  if (keepline) {
    std::optional<entity::EventId> received;
    if (call.form.has("Received")) {
      received = entity::EventId(to_number(call.form.get("Received")).value_or(0));
    }
    keepline_->start(std::move(exchange), std::move(call.caller), received);
    co_return;
  }
  Answer running = (this->*action->run)(call);
  const net::Response response = co_await std::move(running);
  std::move(exchange).answer(response);
}

awaitable<Result<ClassicCaller>> Classic::sign_in(const Call& call, bool keepline) {
  ClassicLogins& logins = *logins_[call.shard.index()];
  const ClassicLogins::Key key = logins.key_of(call.form.get("UserId"), call.form.get("PassWord"));
  if (const ClassicCaller* known = logins.find(key)) {
    const ClassicCaller caller = *known;
    const base::Status allowed =
        parts_.limits->take(keepline ? Limit::kPoll : Limit::kUser, caller.user);
    if (!allowed) {
      co_return allowed.error();
    }
    co_return caller;
  }

  Result<entity::User> user = co_await check_password(call, logins.remembers(key));
  if (!user) {
    if (user.error().code == Errc::kWrongCredentials) {
      tell_every_shard([key](ClassicLogins& each) { each.drop(key); });
    }
    co_return user.error();
  }
  ClassicCaller caller{user->id, user->name};
  tell_every_shard([key, caller](ClassicLogins& each) { each.add(key, caller); });
  co_return caller;
}

awaitable<Result<entity::User>> Classic::check_password(const Call& call, bool remembered) {
  const std::string name(call.form.get("UserId"));
  const std::string password(call.form.get("PassWord"));
  if (remembered) {
    // No guess, but a client that comes back: whoever guesses at the same time must not shut it
    // out.
    Result<entity::User> user = co_await parts_.accounts->verify(name, password);
    co_return user;
  }
  Limits& limits = *parts_.limits;
  const std::string account = entity::name_key(name);
  const base::Status address_allows = limits.take(Limit::kSignInAddress, call.address);
  if (!address_allows) {
    co_return address_allows.error();
  }
  const base::Status account_allows = limits.take(Limit::kSignInAccount, account);
  if (!account_allows) {
    limits.give_back(Limit::kSignInAddress, call.address);
    co_return account_allows.error();
  }
  Result<entity::User> user = co_await parts_.accounts->verify(name, password);
  if (user || user.error().code != Errc::kWrongCredentials) {
    limits.give_back(Limit::kSignInAddress, call.address);
    limits.give_back(Limit::kSignInAccount, account);
  }
  co_return user;
}

void Classic::tell_every_shard(const std::function<void(ClassicLogins&)>& what) {
  for (net::Shard* shard : parts_.shards) {
    shard->post([&logins = *logins_[shard->index()], what] { what(logins); });
  }
}

Classic::Answer Classic::register_user(const Call& call) {
  const ClassicForm& form = call.form;
  const base::Status allowed = parts_.limits->take(Limit::kRegister, call.address);
  if (!allowed) {
    co_return classic_refused(allowed.error());
  }
  logic::Registration wish;
  wish.name = form.get("UserId");
  wish.password = form.get("PassWord");
  wish.display_name = if_sent(form.get("UserName"));
  wish.sex = if_sent(form.get("Sex"));
  wish.email = if_sent(form.get("Email"));
  if (const std::string_view age = form.get("Age"); !age.empty()) {
    wish.age = to_number(age);
    if (!wish.age) {
      co_return classic_refused(Error(Errc::kBadValue, "Age is a whole number.", "age"));
    }
  }
  Result<entity::User> user = co_await parts_.accounts->register_user(std::move(wish));
  if (!user) {
    co_return classic_refused(user.error());
  }
  // Their stream begins here, so that what is sent to them before their first Online is not lost.
  const logic::Actor actor{user->id, {}};
  const base::Status begun = co_await parts_.messages->classic_online(actor);
  if (!begun) {
    co_return classic_refused(begun.error());
  }
  co_return classic_data("Welcome.", classic_user(*user, true));
}

Classic::Answer Classic::online(const Call& call) {
  const base::Status begun = co_await parts_.messages->classic_online(call.actor());
  if (!begun) {
    co_return classic_refused(begun.error());
  }
  parts_.hub->shard(call.shard.index()).touch(call.caller.user);
  Result<entity::User> me = co_await parts_.accounts->me(call.actor());
  if (!me) {
    co_return classic_refused(me.error());
  }
  co_return classic_data("Online.", classic_user(*me, true));
}

Classic::Answer Classic::get_friends(const Call& call) {
  Result<std::vector<entity::Relation>> relations = co_await parts_.friends->list(call.actor());
  if (!relations) {
    co_return classic_refused(relations.error());
  }
  const push::ShardHub& hub = parts_.hub->shard(call.shard.index());
  std::vector<ClassicFriend> friends;
  std::vector<entity::User> requests;
  for (entity::Relation& relation : *relations) {
    if (relation.state == RelationState::kFriends) {
      const bool online = hub.presence(relation.peer.id).online;
      friends.push_back({std::move(relation.peer), online});
    } else if (relation.state == RelationState::kIncoming) {
      requests.push_back(std::move(relation.peer));
    }
  }
  co_return classic_data("", classic_friends(friends, requests));
}

Classic::Answer Classic::add_friend(const Call& call) {
  const base::Status allowed = parts_.limits->take(Limit::kSearch, call.caller.user);
  if (!allowed) {
    co_return classic_refused(allowed.error());
  }
  Result<entity::UserId> peer = co_await parts_.names->find(std::string(call.form.get("FriendId")));
  if (!peer) {
    co_return classic_refused(Error(peer.error().code, peer.error().detail, "FriendId"));
  }
  Result<entity::Relation> relation = co_await parts_.friends->request(call.actor(), *peer);
  if (!relation) {
    co_return classic_refused(relation.error());
  }
  // Who is not a friend yet shows no presence.
  const bool friends = relation->state == RelationState::kFriends;
  const push::ShardHub& hub = parts_.hub->shard(call.shard.index());
  const bool online = friends && hub.presence(*peer).online;
  co_return classic_data(friends ? "You are friends now." : "Your request is sent.",
                         classic_friend({std::move(relation->peer), online}, relation->state));
}

Classic::Answer Classic::send_msg(const Call& call) {
  const ClassicForm& form = call.form;
  const base::Status allowed = parts_.limits->take(Limit::kSend, call.caller.user);
  if (!allowed) {
    co_return classic_refused(allowed.error());
  }
  Result<entity::UserId> peer = co_await parts_.names->find(std::string(form.get("ReciveUserId")));
  if (!peer) {
    co_return classic_refused(Error(peer.error().code, peer.error().detail, "ReciveUserId"));
  }
  Result<entity::ConversationView> direct =
      co_await parts_.conversations->open_direct(call.actor(), *peer);
  if (!direct) {
    co_return classic_refused(direct.error());
  }
  // The article knows no nonces: without one, every request is a message of its own.
  std::string nonce(form.get("Nonce"));
  if (nonce.empty()) {
    nonce = base::new_token(*parts_.random);
  }
  Result<entity::Sent> sent = co_await parts_.messages->send(
      call.actor(), direct->conversation.id, std::move(nonce), std::string(form.get("Content")));
  if (!sent) {
    co_return classic_refused(sent.error());
  }
  Result<entity::User> me = co_await parts_.accounts->me(call.actor());
  if (!me) {
    co_return classic_refused(me.error());
  }
  const std::string receiver =
      direct->peer ? direct->peer->name : std::string(form.get("ReciveUserId"));
  co_return classic_data("Sent.", classic_message(sent->message, *me, receiver));
}

Classic::Answer Classic::offline(const Call& call) {
  // The parked polls go first: presence does not end while a stream is open.
  push::ShardHub& hub = parts_.hub->shard(call.shard.index());
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(
      [this, &call](auto handler) {
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        keepline_->end(call.caller.user, call.shard, [resume] { std::move (*resume)(); });
      },
      boost::asio::use_awaitable);
  hub.leave(call.caller.user);
  co_return classic_data("Offline.", "null");
}

}  // namespace keepline::api
