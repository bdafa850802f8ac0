#include "logic/compose.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "entity/validate.h"
#include "logic/sight.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Reader;
using data::Transaction;

Error nothing_to_read(std::string_view field) {
  return {Errc::kBadValue, "no message that you may read", std::string(field)};
}

Status add_reply(Transaction& tx, const entity::NewMessage& message, entity::MessageParts& parts) {
  const std::int64_t seq = *message.reply_to;
  auto sight = Sight::of(tx, message.sender, message.conversation);
  if (!sight) {
    return sight.error();
  }
  auto answered = tx.message_at(message.conversation, seq);
  if (!answered && answered.error().code != Errc::kNotFound) {
    return answered.error();
  }
  if (!answered || !sight->covers(seq)) {
    return nothing_to_read("reply_to");
  }
  parts.reply_to = entity::Quote{seq, answered->id, {}, {}};
  return base::ok();
}

Status add_origin(Transaction& tx, const entity::NewMessage& message, entity::MessageParts& parts) {
  auto seen = seen_message(tx, Actor{message.sender, {}}, Action::kReadMessage, message.forward);
  if (!seen && seen.error().code != Errc::kNotFound) {
    return seen.error();
  }
  if (!seen || seen->message.deleted) {
    return nothing_to_read("message");
  }
  parts.text = std::move(seen->message.text);
  if (seen->message.origin) {
    parts.origin = std::move(seen->message.origin);
    return base::ok();
  }
  auto writer = tx.user(seen->message.sender);
  if (!writer) {
    return writer.error();
  }
  parts.origin = entity::Origin{writer->id, std::move(writer->display_name), seen->object.kind};
  return base::ok();
}

/// The member who has the first of `names` that somebody there has; none where nobody has one.
Result<UserId> member_named(Reader& reader, ConversationId conversation,
                            const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    auto user = reader.user_by_name(name);
    if (!user) {
      if (user.error().code != Errc::kNotFound) {
        return user.error();
      }
      continue;
    }
    auto member = reader.member(conversation, user->id);
    if (member) {
      return user->id;
    }
    if (member.error().code != Errc::kNotFound) {
      return member.error();
    }
  }
  return UserId{};
}

Result<std::vector<UserId>> all_members(Reader& reader, ConversationId conversation) {
  auto known = reader.conversation(conversation);
  if (!known) {
    return known.error();
  }
  if (known->member_count > entity::kHereMembersMax) {
    return Error(Errc::kBadValue,
                 fmt::format("@here names at most {} people", entity::kHereMembersMax), "text");
  }
  auto members = reader.members(conversation, UserId{}, entity::kHereMembersMax);
  if (!members) {
    return members.error();
  }
  std::vector<UserId> users;
  users.reserve(members->size());
  for (const entity::Member& member : *members) {
    users.push_back(member.user);
  }
  return users;
}

}  // namespace

Result<std::vector<UserId>> named_members(Reader& reader, ConversationId conversation,
                                          UserId sender, const entity::Called& called) {
  std::vector<UserId> users;
  if (called.here) {
    auto all = all_members(reader, conversation);
    if (!all) {
      return all;
    }
    users = *std::move(all);
  } else {
    for (const std::vector<std::string>& names : called.names) {
      const auto user = member_named(reader, conversation, names);
      if (!user) {
        return user.error();
      }
      if (*user) {
        users.push_back(*user);
      }
    }
  }
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  std::erase(users, sender);
  return users;
}

Result<entity::MessageParts> compose(Transaction& tx, const entity::NewMessage& message) {
  entity::MessageParts parts;
  if (message.reply_to) {
    if (auto added = add_reply(tx, message, parts); !added) {
      return added.error();
    }
  }
  if (message.forward) {
    if (auto added = add_origin(tx, message, parts); !added) {
      return added.error();
    }
    return parts;
  }
  auto named = named_members(tx, message.conversation, message.sender, message.called);
  if (!named) {
    return named.error();
  }
  parts.mentions = *std::move(named);
  parts.here = message.called.here;
  return parts;
}

}  // namespace keepline::logic
