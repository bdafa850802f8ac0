#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "entity/called.h"
#include "logic/changes_rules.h"
#include "logic/house_test.h"
#include "logic/lists_rules.h"
#include "logic/messages_rules.h"

namespace keepline::logic {

/// What the tests of messages stand on: a room of a few people, and short words for what is done
/// there.
class MessageHouse : public ::testing::Test {
 public:
  using Message = entity::Message;
  template <class T>
  using Result = base::Result<T>;

  MessageHouse() {
    room = *house.write([&](data::Transaction& tx) {
      return tx.add_conversation(entity::ConversationKind::kRoom, "room");
    });
    join(liger, entity::Role::kOwner);
    join(zql, entity::Role::kAdmin);
    join(amy);
  }

  void join(Actor who, entity::Role role = entity::Role::kMember) {
    EXPECT_TRUE(house.write([&](data::Transaction& tx) -> base::Status {
      entity::Event event;
      event.kind = entity::EventKind::kJoined;
      event.stream = entity::Stream::of(room);
      event.actor = who.user;
      entity::MemberChange change;
      change.conversation = room;
      change.user = *tx.user(who.user);
      change.role = role;
      event.data = std::move(change);
      const auto at = tx.record(std::move(event));
      return tx.add_member(room, who.user, role, *at);
    }));
  }
  void leave(Actor who) {
    EXPECT_TRUE(house.write([&](data::Transaction& tx) -> base::Status {
      entity::Event event;
      event.kind = entity::EventKind::kLeft;
      event.stream = entity::Stream::of(room);
      event.actor = who.user;
      entity::MemberChange change;
      change.conversation = room;
      change.user = *tx.user(who.user);
      event.data = std::move(change);
      const auto at = tx.record(std::move(event));
      return tx.remove_member(room, who.user, *at);
    }));
  }
  void show_all() {
    EXPECT_TRUE(house.write([&](data::Transaction& tx) -> base::Status {
      auto known = *tx.conversation(room);
      known.history = entity::History::kAll;
      return tx.update_conversation(known);
    }));
  }

  entity::NewMessage draft(Actor who, std::string_view text) {
    entity::NewMessage message;
    message.conversation = room;
    message.sender = who.user;
    message.nonce = fmt::format("nonce of the test {}", ++nonces_);
    message.text = text;
    message.called = entity::called_in(text);
    return message;
  }
  Result<entity::Sent> send(entity::NewMessage message) {
    return house.send({std::move(message)}).at(0);
  }
  Message say(Actor who, std::string_view text) {
    auto sent = send(draft(who, text));
    EXPECT_TRUE(sent) << sent.error().detail;
    return sent->message;
  }
  Result<entity::Sent> reply(Actor who, std::int64_t seq) {
    entity::NewMessage message = draft(who, "an answer");
    message.reply_to = seq;
    return send(std::move(message));
  }
  Result<entity::Sent> forward(Actor who, MessageId id, ConversationId to) {
    entity::NewMessage message = draft(who, "");
    message.conversation = to;
    message.forward = id;
    return send(std::move(message));
  }
  Result<Message> edit(Actor who, const Message& message, const std::string& text) {
    return house.write([&](data::Transaction& tx) {
      return edit_message(tx, who, message.id, text, entity::called_in(text), message.version);
    });
  }
  Result<Message> erase(Actor who, MessageId id) {
    return house.write([&](data::Transaction& tx) { return delete_message(tx, who, id); });
  }
  Result<Message> give(Actor who, MessageId id, const std::string& emoji, bool on = true) {
    return house.write([&](data::Transaction& tx) { return react(tx, who, id, emoji, on); });
  }
  base::Status set_pin(Actor who, MessageId id, bool on = true) {
    return house.write([&](data::Transaction& tx) { return pin(tx, who, id, on); });
  }
  base::Status set_saved(Actor who, MessageId id, bool on = true) {
    return house.write([&](data::Transaction& tx) { return save(tx, who, id, on); });
  }
  Result<Message> get(Actor who, MessageId id) {
    return house.read([&](data::Reader& reader) { return get_message(reader, who, id); });
  }
  /// "1 2 3": the seqs of a page of everything.
  std::string page(Actor who) {
    Messages::PageWish wish;
    wish.after = 0;
    wish.limit = 200;
    const auto found =
        house.read([&](data::Reader& reader) { return page_messages(reader, who, room, wish); });
    EXPECT_TRUE(found);
    return found ? seqs(found->messages) : "";
  }
  static std::string seqs(const std::vector<Message>& messages) {
    std::string out;
    for (const Message& message : messages) {
      out += (out.empty() ? "" : " ") + std::to_string(message.seq);
    }
    return out;
  }
  /// What the mentions inbox says, the newest first.
  std::string named(Actor who) {
    const auto list = house.read(
        [&](data::Reader& reader) { return list_mentions(reader, who, std::nullopt, 50); });
    EXPECT_TRUE(list);
    std::vector<Message> messages;
    for (const entity::Mention& mention : list->rows) {
      messages.push_back(mention.message);
    }
    return seqs(messages);
  }
  std::vector<entity::SavedMessage> saved(Actor who) {
    return house
        .read([&](data::Reader& reader) { return list_saved(reader, who, std::nullopt, 50); })
        ->rows;
  }

  TestHouse house;
  Actor liger = house.add_user("liger");
  Actor zql = house.add_user("zql");
  Actor amy = house.add_user("amy");
  Actor ben = house.add_user("ben");  ///< outside
  ConversationId room;

 private:
  int nonces_ = 0;
};

}  // namespace keepline::logic
