#include "logic/invites.h"

#include <array>
#include <utility>

#include "base/secret.h"
#include "logic/invites_rules.h"

namespace keepline::logic {

using base::Errc;
using base::Error;
using data::Reader;
using data::Transaction;

namespace {

/// 128 random bits, as 22 characters of base64url.
std::string new_code(base::Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  return base::to_base64url(bytes);
}

}  // namespace

awaitable<Result<NewInvite>> Invites::create(Actor actor, ConversationId id, InviteWish wish) {
  if (wish.expires_in &&
      (*wish.expires_in < kInviteLastsMin || *wish.expires_in > kInviteLastsMax)) {
    co_return Error(Errc::kBadValue, "from a minute to a year, in seconds", "expires_in");
  }
  if (wish.max_uses && (*wish.max_uses < 1 || *wish.max_uses > kInviteUsesMax)) {
    co_return Error(Errc::kBadValue, "1 to 10000", "max_uses");
  }
  // Made here and not in the rule, which may be run again.
  std::string code = new_code(random_);
  auto rule = [actor, id, wish, hash = base::token_hash(code)](Transaction& tx) {
    return create_invite(tx, actor, id, wish, hash);
  };
  auto invite = co_await stores_.write(std::move(rule));
  if (!invite) {
    co_return invite.error();
  }
  co_return NewInvite{*std::move(invite), std::move(code)};
}

awaitable<Result<std::vector<entity::Invite>>> Invites::list(Actor actor, ConversationId id) {
  auto query = [actor, id](Reader& reader) { return list_invites(reader, actor, id); };
  auto invites = co_await stores_.read(std::move(query));
  co_return invites;
}

awaitable<Status> Invites::revoke(Actor actor, ConversationId id, InviteId invite) {
  auto rule = [actor, id, invite](Transaction& tx) { return revoke_invite(tx, actor, id, invite); };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

awaitable<Result<InviteView>> Invites::look(Actor actor, std::string code) {
  auto query = [actor, hash = base::token_hash(code), now = clock_.now()](Reader& reader) {
    return look_at_invite(reader, actor, hash, now);
  };
  auto view = co_await stores_.read(std::move(query));
  co_return view;
}

awaitable<Result<entity::ConversationView>> Invites::use(Actor actor, std::string code) {
  auto rule = [actor, hash = base::token_hash(code)](Transaction& tx) {
    return use_invite(tx, actor, hash);
  };
  auto view = co_await stores_.write(std::move(rule));
  co_return view;
}

}  // namespace keepline::logic
