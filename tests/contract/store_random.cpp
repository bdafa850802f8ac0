#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "contract/store_contract.h"

namespace keepline::data {
namespace {

using entity::Event;
using entity::EventKind;
using entity::Span;
using entity::Stream;

/// What the store should hold, in the plainest form that can answer the same questions.
struct Model {
  struct Entry {
    EventKind kind = EventKind::kMessage;
    Stream stream;
    UserId actor;
    std::string text;  ///< of a message
  };
  std::vector<Entry> log;  ///< the entry with id n is at n - 1
  std::map<UserId, std::vector<Span>> spans;
  std::map<UserId, bool> hides_receipts;
  std::map<std::pair<ConversationId, UserId>, std::int64_t> read;
  std::map<std::pair<UserId, UserId>, entity::RelationState> relations;
  std::set<std::string> nonces;

  EventId head() const { return EventId(static_cast<std::int64_t>(log.size())); }

  EventId add(Entry entry) {
    log.push_back(std::move(entry));
    return head();
  }

  Span* open_span(UserId user, ConversationId conversation) {
    for (Span& span : spans[user]) {
      if (span.conversation == conversation && !span.to) {
        return &span;
      }
    }
    return nullptr;
  }

  std::int64_t last_seq(ConversationId conversation) const {
    return std::count_if(log.begin(), log.end(), [&](const Entry& entry) {
      return entry.kind == EventKind::kMessage && entry.stream == Stream::of(conversation);
    });
  }

  bool concerns(UserId user, std::int64_t id) {
    const Entry& entry = log[static_cast<std::size_t>(id - 1)];
    if (entry.kind == EventKind::kSessionEnded) {
      return false;
    }
    if (!entry.stream.is_conversation()) {
      return entry.stream.user() == user;
    }
    if (entry.kind == EventKind::kRead && entry.actor != user && hides_receipts[user]) {
      return false;
    }
    return std::any_of(spans[user].begin(), spans[user].end(), [&](const Span& span) {
      return span.conversation == entry.stream.conversation() && span.covers(EventId(id));
    });
  }

  std::vector<std::int64_t> events_for(UserId user, EventId after, std::size_t limit) {
    std::vector<std::int64_t> ids;
    for (std::int64_t id = after.value + 1; id <= head().value && ids.size() < limit; ++id) {
      if (concerns(user, id)) {
        ids.push_back(id);
      }
    }
    return ids;
  }
};

class RandomContract : public StoreContract {
 protected:
  static constexpr std::int64_t kUsers = 6;
  static constexpr std::int64_t kConversations = 5;

  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  UserId some_user() { return UserId(pick(1, kUsers)); }
  ConversationId some_conversation() { return ConversationId(pick(1, kConversations)); }

  void lay_the_ground() {
    for (std::int64_t i = 1; i <= kUsers; ++i) {
      ASSERT_EQ(add_user("user" + std::to_string(i)), UserId(i));
    }
    for (std::int64_t i = 1; i <= kConversations; ++i) {
      must(write([&](Transaction& tx) {
        return i == 1 ? tx.add_direct_conversation(UserId(1), UserId(2))
                      : tx.add_conversation(entity::ConversationKind::kGroup, "group");
      }));
    }
  }

  /// One random change, to the store and to the model alike.
  void change(Transaction& tx) {
    const UserId user = some_user();
    const ConversationId conversation = some_conversation();
    const bool member = model_.open_span(user, conversation) != nullptr;
    switch (pick(0, 9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return member ? say(tx, conversation, user) : enter(tx, conversation, user);
      case 4:
        return member ? quit(tx, conversation, user) : enter(tx, conversation, user);
      case 5:
      case 6:
        return member ? mark(tx, conversation, user) : enter(tx, conversation, user);
      case 7:
        return relate(tx, user, some_user());
      case 8:
        return choose(tx, user);
      default:
        return end_session(tx, user);
    }
  }

  void say(Transaction& tx, ConversationId conversation, UserId user) {
    const auto message = new_message(conversation, user, "text " + std::to_string(nonces_));
    const auto stored = must(tx.append(message));
    EXPECT_EQ(stored.seq, model_.last_seq(conversation) + 1);
    EXPECT_EQ(stored.id,
              model_.add({EventKind::kMessage, Stream::of(conversation), user, message.text}));
    model_.read[{conversation, user}] = stored.seq;
    model_.nonces.insert(message.nonce);
  }

  void enter(Transaction& tx, ConversationId conversation, UserId user) {
    const EventId id = must(join(tx, conversation, user));
    EXPECT_EQ(id, model_.add({EventKind::kJoined, Stream::of(conversation), user, {}}));
    model_.spans[user].push_back({conversation, id, std::nullopt});
    model_.read[{conversation, user}] = model_.last_seq(conversation);
  }

  void quit(Transaction& tx, ConversationId conversation, UserId user) {
    const EventId id = must(leave(tx, conversation, user));
    EXPECT_EQ(id, model_.add({EventKind::kLeft, Stream::of(conversation), user, {}}));
    model_.open_span(user, conversation)->to = id;
    model_.read.erase({conversation, user});
  }

  void mark(Transaction& tx, ConversationId conversation, UserId user) {
    const std::int64_t seq = pick(0, model_.last_seq(conversation));
    must(tx.set_read(conversation, user, seq));
    model_.read[{conversation, user}] = seq;
    for (const Stream stream : {Stream::of(user), Stream::of(conversation)}) {
      EXPECT_EQ(must(tx.record(read_event(stream, conversation, user, seq))),
                model_.add({EventKind::kRead, stream, user, {}}));
    }
  }

  void relate(Transaction& tx, UserId user, UserId peer) {
    const auto state = static_cast<entity::RelationState>(pick(0, 4));
    const EventId id = must(tx.record(relation_event(user, peer, state)));
    EXPECT_EQ(id, model_.add({EventKind::kRelation, Stream::of(user), user, {}}));
    must(tx.set_relation(user, peer, state, id));
    model_.relations[{user, peer}] = state;
  }

  void choose(Transaction& tx, UserId user) {
    entity::Settings settings;
    settings.receipts = model_.hides_receipts[user];
    model_.hides_receipts[user] = !settings.receipts;
    must(tx.set_settings(user, settings));
    Event event;
    event.kind = EventKind::kSettings;
    event.stream = Stream::of(user);
    event.actor = user;
    event.data = entity::SettingsChange{settings};
    EXPECT_EQ(must(tx.record(event)),
              model_.add({EventKind::kSettings, Stream::of(user), user, {}}));
  }

  void end_session(Transaction& tx, UserId user) {
    Event event;
    event.kind = EventKind::kSessionEnded;
    event.stream = Stream::of(user);
    event.actor = user;
    event.data = entity::SessionEnded{SessionId(1)};
    EXPECT_EQ(must(tx.record(event)),
              model_.add({EventKind::kSessionEnded, Stream::of(user), user, {}}));
  }

  /// A batch of several jobs, of which some are undone; sometimes all of it.
  void run_a_batch() {
    const Model before = model_;
    Transaction* tx = must(writer_->begin(now_));
    for (std::int64_t jobs = pick(1, 6); jobs > 0; --jobs) {
      const Model job_before = model_;
      must(writer_->savepoint());
      for (std::int64_t changes = pick(1, 3); changes > 0; --changes) {
        change(*tx);
      }
      if (pick(0, 3) == 0) {
        must(writer_->rollback_to());
        model_ = job_before;
      } else {
        must(writer_->release());
      }
    }
    if (pick(0, 5) == 0) {
      writer_->rollback();
      model_ = before;
      return;
    }
    const auto batch = must(writer_->commit());
    EXPECT_EQ(batch.last, model_.head());
    std::int64_t id = before.head().value;
    for (const Event& event : batch.events) {
      const Model::Entry& entry = model_.log[static_cast<std::size_t>(id)];
      EXPECT_EQ(event.id.value, ++id);
      EXPECT_EQ(event.kind, entry.kind);
      EXPECT_EQ(event.stream, entry.stream);
    }
    EXPECT_EQ(id, model_.head().value);
    writer_->maintain(now_, static_cast<Pause>(pick(0, 2)));
  }

  void compare(Reader& reader) {
    EXPECT_EQ(must(reader.position()).head, model_.head());
    const EventId after(pick(0, model_.head().value));
    for (std::int64_t i = 1; i <= kUsers; ++i) {
      compare_log(reader, UserId(i), after);
      compare_view(reader, UserId(i), after);
    }
    for (std::int64_t i = 1; i <= kConversations; ++i) {
      compare_conversation(reader, ConversationId(i));
    }
    for (const auto& [pair, state] : model_.relations) {
      EXPECT_EQ(must(reader.relation(pair.first, pair.second)), state);
    }
  }

  void compare_log(Reader& reader, UserId user, EventId after) {
    const auto limit = static_cast<std::size_t>(pick(1, 20));
    const auto page = must(reader.events_for(user, after, limit));
    const auto expected = model_.events_for(user, after, limit);
    std::vector<std::int64_t> found;
    std::string incoming;
    for (const Event& event : page.events) {
      found.push_back(event.id.value);
    }
    EXPECT_EQ(found, expected) << "user " << user.value << " after " << after.value;
    EXPECT_EQ(page.more, model_.events_for(user, after, limit + 1).size() > limit);
    EXPECT_EQ(page.looked_at, page.more ? EventId(expected.back()) : model_.head());

    for (const auto& message : must(reader.incoming_messages(user, after, 1000))) {
      incoming += message.text + ' ';
    }
    std::string expected_incoming;
    for (const std::int64_t id : model_.events_for(user, after, 1000)) {
      const auto& entry = model_.log[static_cast<std::size_t>(id - 1)];
      if (entry.kind == EventKind::kMessage && entry.actor != user) {
        expected_incoming += entry.text + ' ';
      }
    }
    EXPECT_EQ(incoming, expected_incoming);
  }

  void compare_view(Reader& reader, UserId user, EventId since) {
    auto text = [](const Span& span) {
      return std::to_string(span.conversation.value) + ':' + std::to_string(span.from.value) + '-' +
             (span.to ? std::to_string(span.to->value) : "") + ' ';
    };
    std::multiset<std::string> found;
    for (const auto& viewed : must(reader.view_of(user, since)).conversations) {
      found.insert(text(viewed.span));
    }
    std::multiset<std::string> expected;
    for (const Span& span : model_.spans[user]) {
      if (!span.to || *span.to > since) {
        expected.insert(text(span));
      }
    }
    EXPECT_EQ(found, expected);
  }

  void compare_conversation(Reader& reader, ConversationId id) {
    const auto conversation = must(reader.conversation(id));
    EXPECT_EQ(conversation.last_seq, model_.last_seq(id));
    std::int64_t members = 0;
    for (std::int64_t i = 1; i <= kUsers; ++i) {
      const auto member = reader.member(id, UserId(i));
      const bool expected = model_.open_span(UserId(i), id) != nullptr;
      EXPECT_EQ(member.has_value(), expected);
      if (member && expected) {
        ++members;
        EXPECT_EQ(member->read_seq, (model_.read[{id, UserId(i)}]));
      }
    }
    EXPECT_EQ(conversation.member_count, members);
    std::string expected;
    for (const auto& entry : model_.log) {
      if (entry.kind == EventKind::kMessage && entry.stream == Stream::of(id)) {
        expected += entry.text + ' ';
      }
    }
    std::string found;
    for (const auto& message : must(reader.messages_after(id, 0, 10'000)).messages) {
      found += message.text + ' ';
    }
    EXPECT_EQ(found, expected);
  }

  std::mt19937_64 random_;
  Model model_;
};

// Goal: the store answers like a model of a few plain maps, whatever was done in whatever order.
// Method: random batches with jobs undone, batches rolled back and the store reopened, compared
// after each. KEEPLINE_SEED repeats a run.
TEST_P(RandomContract, AnswersLikeAPlainModel) {
  const char* given = std::getenv("KEEPLINE_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  SCOPED_TRACE("KEEPLINE_SEED=" + std::to_string(seed));
  random_.seed(seed);
  lay_the_ground();
  for (int i = 0; i < 120 && !HasFailure(); ++i) {
    run_a_batch();
    if (pick(0, 20) == 0) {
      reopen();
    }
    look([&](Reader& reader) { compare(reader); });
  }
  for (const std::string& nonce : model_.nonces) {
    bool found = false;
    look([&](Reader& reader) {
      for (std::int64_t i = 1; i <= kUsers; ++i) {
        found = found || reader.sent_before(UserId(i), nonce);
      }
    });
    EXPECT_TRUE(found) << nonce;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RandomContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
