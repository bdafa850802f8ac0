#include "contract/log_contract.h"

// Groups and rooms: settings, who may come in, and their end.
namespace keepline::data {
namespace {

using base::Errc;
using entity::EventKind;
using entity::Stream;

class RoomsContract : public LogContract {
 protected:
  ConversationId add_open(const std::string& title, const std::vector<UserId>& users) {
    const ConversationId id = add_room(users);
    settle(id, [&](entity::Conversation& room) {
      room.title = title;
      room.access = entity::Access::kOpen;
    });
    return id;
  }
  EventId close(ConversationId id) {
    return must(write([&](Transaction& tx) -> Result<EventId> {
      entity::Event event = own_event(UserId(1), EventKind::kClosed);
      event.stream = Stream::of(id);
      event.data = entity::ConversationClosed{id};
      const EventId closed = must(tx.record(event));
      must(tx.delete_conversation(id, closed));
      return closed;
    }));
  }
  std::string titles(UserId user, std::string_view key, const entity::RoomKey& after,
                     std::size_t limit) {
    std::string text;
    look([&](Reader& reader) {
      const auto page = must(reader.rooms(user, key, after, limit));
      for (const entity::Room& room : page.rooms) {
        text += room.title + (room.joined ? "+ " : " ");
      }
      text += page.next ? "..." : ".";
    });
    return text;
  }
  Result<InviteId> add_invite(ConversationId id, std::string_view code,
                              std::optional<std::int64_t> max_uses) {
    return write([&](Transaction& tx) {
      NewInvite invite;
      invite.conversation = id;
      invite.code_hash = base::sha256(code);
      invite.created_by = UserId(1);
      invite.created_at = now_;
      invite.max_uses = max_uses;
      return tx.add_invite(invite);
    });
  }
  Status use(InviteId invite, UserId user) {
    return write([&](Transaction& tx) { return tx.use_invite(invite, user); });
  }
};

TEST_P(RoomsContract, KeepsSettings) {
  const UserId me = add_user("me");
  const ConversationId id = add_room({me});
  settle(id, [&](entity::Conversation& room) {
    room.title = "Günther's";
    room.topic = "漠然";
    room.color = 7;
    room.access = entity::Access::kOpen;
    room.history = entity::History::kAll;
    room.archived_at = now_;
    room.created_by = me;
  });
  const EventId version = head();
  reopen();
  look([&](Reader& reader) {
    const entity::Conversation room = must(reader.conversation_view(id, me)).conversation;
    EXPECT_EQ(room.title, "Günther's");
    EXPECT_EQ(room.topic, "漠然");
    EXPECT_EQ(room.color, 7);
    EXPECT_EQ(room.access, entity::Access::kOpen);
    EXPECT_EQ(room.history, entity::History::kAll);
    EXPECT_EQ(room.archived_at, now_);
    EXPECT_EQ(room.created_by, me);
    EXPECT_EQ(room.version, version);
  });
  entity::Conversation nowhere;
  nowhere.id = ConversationId(99);
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.update_conversation(nowhere); })),
            Errc::kNotFound);
}

TEST_P(RoomsContract, TellsOfSettingsAsTheyAreNow) {
  const UserId me = add_user("me");
  const ConversationId id = add_room({me});
  const EventId start = head();
  settle(id, [](entity::Conversation& room) { room.title = "first"; });
  settle(id, [](entity::Conversation& room) { room.title = "second"; });
  const auto told = events_for(me, start).events;
  ASSERT_EQ(kinds(told), "conversation conversation ");
  for (const entity::Event& event : told) {
    const auto& change = std::get<entity::ConversationChange>(event.data).conversation;
    EXPECT_EQ(change.title, "second");
    EXPECT_EQ(change.version, head());
  }
}

TEST_P(RoomsContract, ListsOpenRoomsByTitle) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId zebra = add_open("Zebra", {me});
  const ConversationId apple = add_open("apple pie", {you});
  const ConversationId twin = add_open("Apple pie", {you});
  add_room({me});
  const ConversationId old = add_open("old", {you});
  settle(old, [&](entity::Conversation& room) { room.archived_at = now_; });
  EXPECT_EQ(titles(me, "", {}, 10), "apple pie Apple pie Zebra+ .");
  EXPECT_EQ(titles(me, "", {}, 2), "apple pie Apple pie ...");
  EXPECT_EQ(titles(me, "", {"apple pie", twin}, 2), "Zebra+ .");
  EXPECT_EQ(titles(me, "", {"apple pie", apple}, 1), "Apple pie ...");
  EXPECT_EQ(titles(me, "pie", {}, 10), "apple pie Apple pie .");
  EXPECT_EQ(titles(me, "%", {}, 10), ".");
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.room(me, zebra)).member_count, 1);
    EXPECT_TRUE(must(reader.room(me, zebra)).joined);
    EXPECT_EQ(error_of(reader.room(me, old)), Errc::kNotFound);
  });
}

TEST_P(RoomsContract, KeepsBans) {
  const UserId me = add_user("me");
  const ConversationId id = add_room({me});
  for (const UserId user : {UserId(7), UserId(5)}) {
    must(write([&](Transaction& tx) { return tx.add_ban({id, user, me, now_}); }));
  }
  must(write([&](Transaction& tx) { return tx.add_ban({id, UserId(5), UserId(9), now_}); }));
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.ban(id, UserId(5))).by, me) << "the first one stays";
    EXPECT_EQ(error_of(reader.ban(id, me)), Errc::kNotFound);
    const auto all = must(reader.bans(id, UserId(), 10));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].user, UserId(5));
    EXPECT_EQ(must(reader.bans(id, UserId(5), 10)).size(), 1U);
    EXPECT_EQ(must(reader.bans(id, UserId(), 1)).size(), 1U);
  });
  must(write([&](Transaction& tx) { return tx.remove_ban(id, UserId(5)); }));
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.remove_ban(id, UserId(5)); })),
            Errc::kNotFound);
}

TEST_P(RoomsContract, CountsEachUserOfAnInvitationOnce) {
  const UserId me = add_user("me");
  const ConversationId id = add_room({me});
  const InviteId twice = must(add_invite(id, "code", 2));
  must(use(twice, UserId(5)));
  must(use(twice, UserId(5)));
  must(use(twice, UserId(6)));
  EXPECT_EQ(error_of(use(twice, UserId(7))), Errc::kConflict);
  must(use(twice, UserId(6)));
  const InviteId endless = must(add_invite(id, "other", std::nullopt));
  for (std::int64_t user = 5; user < 30; ++user) {
    must(use(endless, UserId(user)));
  }
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.invite(base::sha256("code"))).uses, 2);
    EXPECT_EQ(must(reader.invite(base::sha256("other"))).uses, 25);
    EXPECT_EQ(error_of(reader.invite(base::sha256("none"))), Errc::kNotFound);
    EXPECT_TRUE(must(reader.invite_used(twice, UserId(5))));
    EXPECT_FALSE(must(reader.invite_used(twice, UserId(7))));
    const auto all = must(reader.invites(id, std::nullopt, 10));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].id, endless);
    EXPECT_EQ(must(reader.invites(id, endless, 10)).size(), 1U);
  });
  EXPECT_EQ(error_of(write([&](Transaction& tx) {
              return tx.remove_invite(ConversationId(id.value + 1), twice);
            })),
            Errc::kNotFound)
      << "another conversation's";
  must(write([&](Transaction& tx) { return tx.remove_invite(id, twice); }));
  EXPECT_EQ(error_of(read([&](Reader& r) { return r.invite(base::sha256("code")); })),
            Errc::kNotFound);
}

// Goal: what is deleted is found by nobody from that moment, who catches up still hears how it
//       ended, and nothing is left of its messages in the end.
TEST_P(RoomsContract, EndsAConversationForEverybody) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const UserId gone = add_user("gone");
  const ConversationId id = add_open("Ending", {me, you, gone});
  must(write([&](Transaction& tx) { return tx.add_ban({id, UserId(9), me, now_}); }));
  must(add_invite(id, "code", 1));
  const EventId start = head();
  const auto said = say(id, you, "a secret");
  const EventId left = must(write([&](Transaction& tx) { return leave(tx, id, gone); }));
  const EventId closed = close(id);

  EXPECT_EQ(ids(events_for(me, start).events),
            std::to_string(left.value) + ' ' + std::to_string(closed.value) + ' ');
  EXPECT_EQ(kinds(events_for(me, start).events), "left closed ");
  EXPECT_EQ(kinds(events_for(gone, start).events), "left ") << "they heard no more";
  EXPECT_EQ(kinds(events(start)), "left closed ");
  look([&](Reader& reader) {
    EXPECT_EQ(error_of(reader.conversation(id)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.member(id, me)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.conversation_view(id, me)), Errc::kNotFound);
    EXPECT_TRUE(must(reader.conversations(me, std::nullopt, 10)).empty());
    EXPECT_EQ(error_of(reader.invite(base::sha256("code"))), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.ban(id, UserId(9))), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.room(me, id)), Errc::kNotFound);
    EXPECT_TRUE(must(reader.incoming_messages(me, EventId(), 10)).empty());
    const auto seen = must(reader.view_of(me, start)).conversations;
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].span.to, closed);
  });
  EXPECT_EQ(titles(me, "", {}, 10), ".");
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return join(tx, id, you); })), Errc::kNotFound);

  now_ += std::chrono::hours(1);
  writer_->maintain(now_, Pause::kLong);
  EXPECT_EQ(error_of(read([&](Reader& r) { return r.message(said.id); })), Errc::kNotFound);
  EXPECT_EQ(kinds(events_for(me, start).events), "left closed ");
  EXPECT_NE(add_room({me}), id);
}

TEST_P(RoomsContract, RemovesManyMessagesInPortions) {
  const UserId me = add_user("me");
  const ConversationId id = add_room({me});
  const ConversationId beside = add_room({me});
  const auto kept = say(beside, me, "kept");
  std::vector<entity::NewMessage> many;
  for (int i = 0; i < 2500; ++i) {
    many.push_back(new_message(id, me, "text"));
  }
  must(write([&](Transaction& tx) { return tx.append_many(many); }));
  const MessageId last(head().value);
  close(id);
  int steps = 0;
  const auto there = [&](MessageId message) {
    return read([&](Reader& r) { return r.message(message); }).has_value();
  };
  for (; steps < 10 && there(last); ++steps) {
    now_ += std::chrono::hours(1);
    writer_->maintain(now_, Pause::kLong);
  }
  EXPECT_GT(steps, 1);
  EXPECT_FALSE(there(last));
  EXPECT_TRUE(there(kept.id));
}

TEST_P(RoomsContract, AppendsManyAsIfOneByOne) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId id = add_room({me, you});
  say(id, you, "before");
  const EventId start = head();
  std::vector<entity::NewMessage> many;
  for (const char* const text : {"1", "2", "3"}) {
    many.push_back(new_message(id, me, text));
    many.back().at = now_ - std::chrono::hours(1);
  }
  must(write([&](Transaction& tx) {
    must(tx.append_many({}));
    return tx.append_many(many);
  }));
  EXPECT_EQ(head().value, start.value + 3);
  const auto after = say(id, you, "after");
  EXPECT_EQ(after.seq, 5);
  const auto told = events_for(you, start).events;
  EXPECT_EQ(kinds(told), "message message message message ");
  const auto& second = std::get<entity::Message>(told[1].data);
  EXPECT_EQ(second.text, "2");
  EXPECT_EQ(second.seq, 3);
  EXPECT_EQ(second.at, now_ - std::chrono::hours(1));

  // What is undone leaves no hole.
  const EventId before = head();
  EXPECT_EQ(error_of(write([&](Transaction& tx) -> Status {
              must(tx.append_many(many));
              return Errc::kInternal;
            })),
            Errc::kInternal);
  EXPECT_EQ(head(), before);
  EXPECT_EQ(say(id, you, "next").id.value, before.value + 1);
}

INSTANTIATE_TEST_SUITE_P(All, RoomsContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
