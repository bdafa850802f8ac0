#include "contract/store_contract.h"

// What can be done with a message that is there, and what a conversation keeps for one member.
namespace keepline::data {
namespace {

using base::Errc;
using entity::Message;

class MessageContract : public StoreContract {
 protected:
  void SetUp() override {
    a_ = add_user("a");
    b_ = add_user("b");
    c_ = add_user("c");
    room_ = add_room({a_, b_, c_});
  }

  EventId next() const { return EventId(batch_.last.value + 1); }

  Message get(MessageId id) {
    return must(read([&](Reader& reader) { return reader.message(id); }));
  }
  Message seen(UserId viewer, MessageId id) {
    Message message = get(id);
    look([&](Reader& reader) { must(reader.add_own(viewer, {&message, 1})); });
    return message;
  }
  /// Writes, and records an event of the kind, as the rules do.
  template <class Change>
  void change(entity::EventKind kind, MessageId id, UserId actor, Change what) {
    must(write([&](Transaction& tx) -> Status {
      const EventId at(must(tx.position()).head.value + 1);
      must(what(tx, at));
      const Message message = must(tx.message(id));
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
  Message say_with(UserId sender, std::string_view text, const entity::MessageParts& parts) {
    return must(
        write([&](Transaction& tx) { return tx.append(new_message(room_, sender, text), parts); }));
  }
  Message say_naming(UserId sender, std::vector<UserId> names, bool here = false) {
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
  static std::string reactions(const Message& message) {
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

TEST_P(MessageContract, KeepsWhatAMessageSaidBefore) {
  const Message one = say(room_, a_, "one");
  EXPECT_EQ(one.version, EventId());
  const base::Time written = now_;
  now_ += std::chrono::seconds(1);
  edit(one.id, "two");
  const Message two = get(one.id);
  EXPECT_EQ(two.text, "two");
  EXPECT_EQ(two.seq, one.seq);
  EXPECT_EQ(two.at, written);
  EXPECT_EQ(two.edited_at, now_);
  EXPECT_EQ(two.version, batch_.last);
  now_ += std::chrono::seconds(1);
  edit(one.id, "three");
  look([&](Reader& reader) {
    const auto texts = must(reader.earlier_texts(one.id));
    ASSERT_EQ(texts.size(), 2U);
    EXPECT_EQ(texts[0].text, "one");
    EXPECT_EQ(texts[0].at, written);
    EXPECT_EQ(texts[1].text, "two");
    EXPECT_EQ(texts[1].at, written + std::chrono::seconds(1));
    EXPECT_EQ(must(reader.edit_count(one.id)), 2);
    EXPECT_EQ(must(reader.messages_after(room_, 0, 10)).messages.at(0).text, "three");
  });
  EXPECT_EQ(error_of(write([&](Transaction& tx) {
              return tx.edit_message({MessageId(9'999), next(), "x", {}, false});
            })),
            Errc::kNotFound);
}

// Goal: nothing of a deleted message is left in any answer, nor in the file's own pages.
TEST_P(MessageContract, LeavesATombstoneOfWhatIsDeleted) {
  const Message secret = say_naming(a_, {b_});
  edit(secret.id, "a secret text", {b_});
  edit(secret.id, "another secret text", {b_});
  react(secret.id, b_, "👍");
  pin(secret.id, b_);
  entity::MessageParts parts;
  parts.reply_to = entity::Quote{secret.seq, secret.id, {}, {}};
  const Message answer = say_with(b_, "an answer", parts);
  EXPECT_EQ(answer.reply_to->text, "another secret text");
  must(write([&](Transaction& tx) { return tx.save(b_, secret.id, EventId(500)); }));

  erase(secret.id, a_);
  const Message left = seen(b_, secret.id);
  EXPECT_EQ(left.seq, secret.seq);
  EXPECT_EQ(left.sender, a_);
  EXPECT_EQ(left.text, "");
  ASSERT_TRUE(left.deleted);
  EXPECT_EQ(left.deleted->at, now_);
  EXPECT_EQ(left.deleted->by, a_);
  EXPECT_EQ(left.version, batch_.last);
  EXPECT_FALSE(left.edited_at);
  EXPECT_TRUE(left.reactions.empty());
  EXPECT_TRUE(left.mentions.empty());
  EXPECT_FALSE(left.pinned);
  EXPECT_TRUE(left.saved);
  look([&](Reader& reader) {
    EXPECT_TRUE(must(reader.earlier_texts(secret.id)).empty());
    EXPECT_TRUE(must(reader.pins(room_)).empty());
    EXPECT_TRUE(must(reader.mentions(b_, std::nullopt, 10)).empty());
    EXPECT_TRUE(must(reader.emojis(secret.id, b_)).empty());
    EXPECT_EQ(must(reader.conversation(room_)).last_seq, answer.seq);
    const auto saved = must(reader.saved(b_, std::nullopt, 10));
    ASSERT_EQ(saved.size(), 1U);
    EXPECT_TRUE(saved[0].message->deleted);
    for (const entity::Event& event : must(reader.events(EventId(), 1000))) {
      if (const auto* message = std::get_if<Message>(&event.data)) {
        EXPECT_EQ(message->text.find("secret"), std::string::npos);
        EXPECT_TRUE(!message->reply_to || message->reply_to->text.empty());
      }
      if (const auto* changed = std::get_if<entity::MessageChange>(&event.data)) {
        EXPECT_EQ(changed->message.text, "");
        EXPECT_TRUE(changed->message.deleted) << "an earlier edit shows the later state";
      }
    }
  });
  const Message quoting = get(answer.id);
  EXPECT_EQ(quoting.reply_to->seq, secret.seq);
  EXPECT_FALSE(quoting.reply_to->id);
  EXPECT_EQ(quoting.reply_to->text, "");
}

TEST_P(MessageContract, KeepsASendOnceEvenIfItsMessageWasDeleted) {
  const auto wish = new_message(room_, a_, "once");
  const auto stored = must(write([&](Transaction& tx) { return tx.append(wish); }));
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.sent_before(a_, wish.nonce)).body_hash, body_hash(wish));
  });
  erase(stored.id, a_);
  look([&](Reader& reader) {
    const auto before = must(reader.sent_before(a_, wish.nonce));
    EXPECT_EQ(before.message, stored.id);
    EXPECT_FALSE(before.body_hash) << "it could tell the text";
  });
}

TEST_P(MessageContract, QuotesWhatAMessageAnswers) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "漠";
  }
  const Message first = say(room_, a_, text);
  entity::MessageParts parts;
  parts.reply_to = entity::Quote{first.seq, first.id, {}, {}};
  const Message answer = say_with(b_, "yes", parts);
  ASSERT_TRUE(answer.reply_to);
  EXPECT_EQ(answer.reply_to->seq, first.seq);
  EXPECT_EQ(answer.reply_to->id, first.id);
  EXPECT_EQ(answer.reply_to->sender, a_);
  EXPECT_EQ(answer.reply_to->text, text.substr(0, 140 * 3));
  EXPECT_EQ(get(answer.id).reply_to->text, answer.reply_to->text);
  edit(first.id, "short");
  EXPECT_EQ(get(answer.id).reply_to->text, "short");
}

// Goal: an event that all are told in the same bytes quotes nothing that one of them may not read;
//       catch-up, which is one user's, quotes what that one may.
TEST_P(MessageContract, QuotesInAnEventOnlyWhatEveryMemberMayRead) {
  const Message first = say(room_, a_, "before d came");
  entity::MessageParts parts;
  parts.reply_to = entity::Quote{first.seq, first.id, {}, {}};
  auto quoted_live = [&] { return std::get<Message>(batch_.events.at(0).data).reply_to->text; };
  say_with(b_, "yes", parts);
  EXPECT_EQ(quoted_live(), "before d came");

  const UserId d = add_user("d");
  must(write([&](Transaction& tx) { return join(tx, room_, d); }));
  const Message late = say_with(b_, "still yes", parts);
  EXPECT_EQ(quoted_live(), "");
  EXPECT_EQ(late.reply_to->text, "before d came") << "who sent it may read it";
  look([&](Reader& reader) {
    auto quoted = [&](UserId user) {
      const auto page = must(reader.events_for(user, EventId(late.id.value - 1), 10));
      return std::get<Message>(page.events.at(0).data).reply_to->text;
    };
    EXPECT_EQ(quoted(a_), "before d came");
    EXPECT_EQ(quoted(d), "");
    const auto all = must(reader.events(EventId(late.id.value - 1), 10));
    EXPECT_EQ(std::get<Message>(all.at(0).data).reply_to->text, "");
    EXPECT_EQ(must(reader.conversation_view(room_, d)).last_message->reply_to->text, "");
    EXPECT_EQ(must(reader.conversation_view(room_, a_)).last_message->reply_to->text,
              "before d came");
  });
}

TEST_P(MessageContract, RemembersWhereAForwardedTextComesFrom) {
  entity::MessageParts parts;
  parts.origin = entity::Origin{c_, "Old Name", entity::ConversationKind::kDirect};
  parts.text = "copied";
  const Message copy = say_with(b_, "", parts);
  EXPECT_EQ(copy.text, "copied");
  EXPECT_EQ(copy.origin, parts.origin);
  EXPECT_EQ(get(copy.id).origin, parts.origin);
}

TEST_P(MessageContract, CountsReactions) {
  const Message message = say(room_, a_, "hello");
  react(message.id, b_, "❤️");
  react(message.id, a_, "👍");
  react(message.id, c_, "❤️");
  EXPECT_EQ(reactions(seen(b_, message.id)), "❤️2! 👍1 ");
  EXPECT_EQ(reactions(seen(a_, message.id)), "❤️2 👍1! ");
  EXPECT_EQ(get(message.id).reactions.at(0).users, (std::vector{b_, c_}));
  EXPECT_EQ(get(message.id).reaction_version, batch_.last);
  EXPECT_EQ(get(message.id).version, EventId()) << "a reaction is no edit";
  EXPECT_EQ(error_of(write(
                [&](Transaction& tx) { return tx.add_reaction(message.id, b_, "❤️", next()); })),
            Errc::kConflict);
  EXPECT_EQ(error_of(write(
                [&](Transaction& tx) { return tx.remove_reaction(message.id, b_, "👍", next()); })),
            Errc::kConflict);
  unreact(message.id, b_, "❤️");
  unreact(message.id, c_, "❤️");
  EXPECT_EQ(reactions(seen(b_, message.id)), "👍1 ");
  react(message.id, b_, "❤️");
  EXPECT_EQ(reactions(seen(b_, message.id)), "👍1 ❤️1! ") << "given anew, listed anew";
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.emojis(message.id, b_)), std::vector<std::string>{"❤️"});
  });
}

TEST_P(MessageContract, ShowsAtMostTenOfThoseWhoReacted) {
  const Message message = say(room_, a_, "hello");
  for (int i = 0; i < 12; ++i) {
    react(message.id, add_user("u" + std::to_string(i)), "👍");
  }
  const auto reaction = get(message.id).reactions.at(0);
  EXPECT_EQ(reaction.count, 12);
  EXPECT_EQ(reaction.users.size(), 10U);
}

TEST_P(MessageContract, ListsPinsTheNewestFirst) {
  const Message one = say(room_, a_, "one");
  const Message two = say(room_, a_, "two");
  pin(two.id, b_);
  pin(one.id, a_);
  look([&](Reader& reader) {
    const auto pins = must(reader.pins(room_));
    ASSERT_EQ(pins.size(), 2U);
    EXPECT_EQ(pins[0].message.id, one.id);
    EXPECT_EQ(pins[0].user, a_);
    EXPECT_EQ(pins[0].at, now_);
    EXPECT_TRUE(pins[0].message.pinned);
    EXPECT_EQ(pins[1].message.id, two.id);
  });
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.add_pin(one.id, a_, next()); })),
            Errc::kConflict);
  change(entity::EventKind::kUnpinned, one.id, a_,
         [&](Transaction& tx, EventId) { return tx.remove_pin(one.id); });
  EXPECT_FALSE(get(one.id).pinned);
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.remove_pin(one.id); })),
            Errc::kConflict);
}

TEST_P(MessageContract, ListsWhatNamesSomebody) {
  const Message one = say_naming(a_, {b_, c_});
  const Message two = say_naming(a_, {b_});
  EXPECT_EQ(one.mentions, (std::vector{b_, c_}));
  EXPECT_EQ(named(b_), "2 1 ");
  EXPECT_EQ(named(c_), "1 ");
  EXPECT_EQ(unread_names(b_), (std::vector<std::int64_t>{1, 2}));
  must(write([&](Transaction& tx) { return tx.set_read(room_, b_, 1); }));
  EXPECT_EQ(unread_names(b_), (std::vector<std::int64_t>{2}));
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.mentions(b_, std::nullopt, 1)).size(), 1U);
    const auto older = must(reader.mentions(b_, EventId(two.id.value), 10));
    ASSERT_EQ(older.size(), 1U);
    EXPECT_EQ(older[0].message.id, one.id);
  });
  must(write([&](Transaction& tx) { return leave(tx, room_, b_); }));
  EXPECT_EQ(named(b_), "") << "of a conversation that is no longer theirs";
}

TEST_P(MessageContract, NamesAnewWhomAnEditAdds) {
  const Message message = say_naming(a_, {b_});
  const Message later = say_naming(a_, {b_, c_});
  EXPECT_EQ(edit(message.id, "now c", {c_}), std::vector{c_});
  EXPECT_EQ(get(message.id).mentions, std::vector{c_});
  EXPECT_EQ(named(b_), "2 ");
  EXPECT_EQ(named(c_), "1 2 ") << "the edit is newer than the later message";
  look([&](Reader& reader) {
    const auto events = must(reader.events(EventId(later.id.value), 10));
    EXPECT_EQ(std::get<entity::MessageChange>(events.at(0).data).new_mentions, std::vector{c_});
  });
  EXPECT_EQ(edit(message.id, "all", {b_, c_}, true), std::vector{b_});
  EXPECT_TRUE(get(message.id).here);
  EXPECT_TRUE(get(message.id).mentions.empty()) << "everybody is not a list";
  EXPECT_TRUE(edit(message.id, "all again", {b_, c_}, true).empty());
  EXPECT_TRUE(edit(message.id, "nobody").empty());
  EXPECT_FALSE(get(message.id).here);
  EXPECT_EQ(named(b_), "2 ");
}

TEST_P(MessageContract, KeepsWhatSomebodySaves) {
  const Message one = say(room_, a_, "one");
  const Message two = say(room_, a_, "two");
  const auto save = [&](MessageId id, std::int64_t at) {
    return write([&](Transaction& tx) { return tx.save(b_, id, EventId(at)); });
  };
  must(save(one.id, 100));
  must(save(two.id, 101));
  EXPECT_EQ(error_of(save(one.id, 102)), Errc::kConflict);
  EXPECT_TRUE(seen(b_, one.id).saved);
  EXPECT_FALSE(seen(a_, one.id).saved);
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.saved_count(b_)), 2);
    const auto all = must(reader.saved(b_, std::nullopt, 10));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].message_id, two.id);
    EXPECT_EQ(all[0].message->text, "two");
    EXPECT_EQ(must(reader.saved(b_, all[0].id, 10)).size(), 1U);
  });
  must(write([&](Transaction& tx) { return tx.unsave(b_, one.id); }));
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.unsave(b_, one.id); })),
            Errc::kConflict);
}

TEST_P(MessageContract, KeepsMarksUntilTheMemberLeaves) {
  EXPECT_EQ(must(read([&](Reader& r) { return r.mine(room_, a_); })), entity::Mine{});
  entity::Mine mine{entity::Level::kMentions, now_, true, EventId(7)};
  must(write([&](Transaction& tx) { return tx.set_mine(room_, a_, mine); }));
  EXPECT_EQ(must(read([&](Reader& r) { return r.mine(room_, a_); })), mine);
  EXPECT_EQ(must(read([&](Reader& r) { return r.conversation_view(room_, a_); })).mine, mine);
  EXPECT_EQ(must(read([&](Reader& r) { return r.mine(room_, b_); })), entity::Mine{});
  mine.muted_until.reset();
  mine.level = entity::Level::kNothing;
  must(write([&](Transaction& tx) { return tx.set_mine(room_, a_, mine); }));
  EXPECT_EQ(must(read([&](Reader& r) { return r.mine(room_, a_); })), mine);
  must(write([&](Transaction& tx) { return leave(tx, room_, a_); }));
  EXPECT_EQ(must(read([&](Reader& r) { return r.mine(room_, a_); })), entity::Mine{});
}

TEST_P(MessageContract, TellsWhoHasReadOfThoseWhoShareIt) {
  say(room_, a_, "one");
  say(room_, a_, "two");
  must(write([&](Transaction& tx) { return tx.set_read(room_, b_, 1); }));
  auto reads = [&](std::int64_t seq, UserId after = {}, std::size_t limit = 10) {
    std::string out;
    look([&](Reader& reader) {
      for (const auto& one : must(reader.reads(room_, seq, after, limit))) {
        out += std::to_string(one.user.value) + ':' + std::to_string(one.seq) + ' ';
      }
    });
    return out;
  };
  EXPECT_EQ(reads(0), "1:2 2:1 3:0 ");
  EXPECT_EQ(reads(1), "1:2 2:1 ");
  EXPECT_EQ(reads(0, a_, 1), "2:1 ");
  entity::Settings settings;
  settings.receipts = false;
  must(write([&](Transaction& tx) { return tx.set_settings(b_, settings); }));
  EXPECT_EQ(reads(0), "1:2 3:0 ");
}

TEST_P(MessageContract, FindsAMessageByItsNumberAndByTheTime) {
  const ConversationId other = add_room({a_});
  std::vector<Message> said;
  for (int i = 0; i < 300; ++i) {
    now_ += std::chrono::seconds(10);
    said.push_back(say(room_, a_, "text " + std::to_string(i)));
    say(other, a_, "between");
  }
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.message_at(room_, 1)).id, said.front().id);
    EXPECT_EQ(must(reader.message_at(room_, 150)).id, said[149].id);
    EXPECT_EQ(error_of(reader.message_at(room_, 301)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.message_at(room_, 0)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.message_at(ConversationId(99), 1)), Errc::kNotFound);
    EXPECT_EQ(must(reader.seq_at(room_, base::Time())), 1);
    EXPECT_EQ(must(reader.seq_at(room_, said[200].at)), 201);
    EXPECT_EQ(must(reader.seq_at(room_, said[200].at - std::chrono::seconds(5))), 201);
    EXPECT_EQ(must(reader.seq_at(room_, said[200].at + std::chrono::milliseconds(1))), 202);
    EXPECT_EQ(error_of(reader.seq_at(room_, now_ + std::chrono::seconds(1))), Errc::kNotFound);
  });
}

INSTANTIATE_TEST_SUITE_P(All, MessageContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
