#include "contract/message_contract.h"

// What can be done with a message that is there.
namespace keepline::data {
namespace {

using base::Errc;
using entity::Message;

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

INSTANTIATE_TEST_SUITE_P(All, MessageContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
