#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/store_contract.h"

namespace keepline::data {

/// What suites about messages that are there do and ask, in a room of three.
class MessageContract : public StoreContract {
 protected:
  void SetUp() override {
    a_ = add_user("a");
    b_ = add_user("b");
    c_ = add_user("c");
    room_ = add_room({a_, b_, c_});
  }

  EventId next() const { return EventId(batch_.last.value + 1); }

  entity::Message get(MessageId id) {
    return must(read([&](Reader& reader) { return reader.message(id); }));
  }
  entity::Message seen(UserId viewer, MessageId id) {
    entity::Message message = get(id);
    look([&](Reader& reader) { must(reader.add_own(viewer, {&message, 1})); });
    return message;
  }
  /// Writes, and records an event of the kind, as the rules do.
  template <class Change>
  void change(entity::EventKind kind, MessageId id, UserId actor, Change what) {
    must(write([&](Transaction& tx) -> Status {
      const EventId at(must(tx.position()).head.value + 1);
      must(what(tx, at));
      const entity::Message message = must(tx.message(id));
      entity::Event event;
      event.kind = kind;
      event.stream = entity::Stream::of(message.conversation);
      event.actor = actor;
      event.data = entity::MessageChange{message, {}};
      if (kind == entity::EventKind::kReaction) {
        event.data = entity::ReactionChange{{message.id, message.conversation, message.seq},
                                            actor,
                                            must(tx.emojis(id, actor)),
                                            message.reactions,
                                            at};
      } else if (kind == entity::EventKind::kPinned || kind == entity::EventKind::kUnpinned) {
        event.data = entity::PinChange{{message.id, message.conversation, message.seq}, actor};
      }
      EXPECT_EQ(must(tx.record(std::move(event))), at);
      return base::ok();
    }));
  }
  std::vector<UserId> edit(MessageId id, std::string_view text, std::vector<UserId> names = {},
                           bool here = false) {
    std::vector<UserId> added;
    change(entity::EventKind::kEdited, id, a_, [&](Transaction& tx, EventId at) -> Status {
      added = must(tx.edit_message({id, at, std::string(text), names, here}));
      return base::ok();
    });
    return added;
  }
  void erase(MessageId id, UserId by) {
    change(entity::EventKind::kDeleted, id, by,
           [&](Transaction& tx, EventId at) { return tx.delete_message(id, by, at); });
  }
  void react(MessageId id, UserId user, std::string_view emoji) {
    change(entity::EventKind::kReaction, id, user,
           [&](Transaction& tx, EventId at) { return tx.add_reaction(id, user, emoji, at); });
  }
  void unreact(MessageId id, UserId user, std::string_view emoji) {
    change(entity::EventKind::kReaction, id, user,
           [&](Transaction& tx, EventId at) { return tx.remove_reaction(id, user, emoji, at); });
  }
  void pin(MessageId id, UserId user) {
    change(entity::EventKind::kPinned, id, user,
           [&](Transaction& tx, EventId at) { return tx.add_pin(id, user, at); });
  }
  entity::Message say_with(UserId sender, std::string_view text,
                           const entity::MessageParts& parts) {
    return must(
        write([&](Transaction& tx) { return tx.append(new_message(room_, sender, text), parts); }));
  }
  entity::Message say_naming(UserId sender, std::vector<UserId> names, bool here = false) {
    entity::MessageParts parts;
    parts.mentions = std::move(names);
    parts.here = here;
    return say_with(sender, "hello", parts);
  }
  std::string named(UserId user) {
    std::string out;
    look([&](Reader& reader) {
      for (const auto& mention : must(reader.mentions(user, std::nullopt, 100))) {
        out += std::to_string(mention.message.seq) + ' ';
      }
    });
    return out;
  }
  std::vector<std::int64_t> unread_names(UserId user) {
    return must(read([&](Reader& r) { return r.conversation_view(room_, user); })).mentions;
  }
  static std::string reactions(const entity::Message& message) {
    std::string out;
    for (const entity::Reaction& reaction : message.reactions) {
      out += reaction.emoji + std::to_string(reaction.count) + (reaction.mine ? "! " : " ");
    }
    return out;
  }

  UserId a_;
  UserId b_;
  UserId c_;
  ConversationId room_;
};

}  // namespace keepline::data
