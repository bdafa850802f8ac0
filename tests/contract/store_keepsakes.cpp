#include <algorithm>
#include <iterator>

#include "base/random.h"
#include "contract/message_contract.h"

// Lists of messages, and what a conversation keeps for one member.
namespace keepline::data {
namespace {

using base::Errc;
using entity::Message;

class KeepsakeContract : public MessageContract {};

TEST_P(KeepsakeContract, ListsPinsTheNewestFirst) {
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

TEST_P(KeepsakeContract, ListsWhatNamesSomebody) {
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

TEST_P(KeepsakeContract, NamesAnewWhomAnEditAdds) {
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

TEST_P(KeepsakeContract, KeepsWhatSomebodySaves) {
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

TEST_P(KeepsakeContract, KeepsMarksUntilTheMemberLeaves) {
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

TEST_P(KeepsakeContract, TellsWhoHasReadOfThoseWhoShareIt) {
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

TEST_P(KeepsakeContract, FindsAMessageByItsNumberAndByTheTime) {
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

// Goal: wherever it lies in whatever rhythm people write, what is looked for is found.
// Method: bursts of any length here and elsewhere, at times that stand still and jump.
TEST_P(KeepsakeContract, FindsAMessageHoweverUnevenlyPeopleWrite) {
  const std::uint64_t seed = base::SystemRandom().next();
  SCOPED_TRACE(seed);
  base::SeededRandom random(seed);
  const ConversationId other = add_room({a_});
  std::vector<base::Time> said;  // when, in room_
  for (int burst = 0; burst < 24; ++burst) {
    const bool here = random.between(0, 1) == 0;
    const std::int64_t length = std::int64_t{1} << random.between(0, 9);
    std::vector<entity::NewMessage> messages(static_cast<std::size_t>(length));
    for (entity::NewMessage& message : messages) {
      if (random.between(0, 3) == 0) {
        now_ += std::chrono::milliseconds(std::int64_t{1} << random.between(0, 24));
      }
      message.conversation = here ? room_ : other;
      message.sender = a_;
      message.text = "a text";
      message.at = now_;
      if (here) {
        said.push_back(now_);
      }
    }
    must(write([&](Transaction& tx) { return tx.append_many(messages); }));
  }
  look([&](Reader& reader) {
    for (int i = 0; i < 200 && !said.empty(); ++i) {
      const std::int64_t seq = random.between(1, std::ssize(said));
      EXPECT_EQ(must(reader.message_at(room_, seq)).seq, seq);
      const base::Time at = said[static_cast<std::size_t>(seq - 1)] +
                            std::chrono::milliseconds(random.between(-1, 1));
      const auto first = std::lower_bound(said.begin(), said.end(), at);
      const auto found = reader.seq_at(room_, at);
      if (first == said.end()) {
        EXPECT_EQ(error_of(found), Errc::kNotFound);
      } else {
        EXPECT_EQ(must(found), first - said.begin() + 1);
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(All, KeepsakeContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
