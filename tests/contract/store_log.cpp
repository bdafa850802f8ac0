#include "contract/log_contract.h"

namespace keepline::data {
namespace {

using base::Errc;
using entity::Event;
using entity::EventKind;
using entity::Stream;

TEST_P(LogContract, BeginsEmptyInTheFirstEpoch) {
  const auto position = must(read([](Reader& reader) { return reader.position(); }));
  EXPECT_EQ(position.epoch, 1);
  EXPECT_EQ(position.head, EventId());
  EXPECT_EQ(position.floor, EventId());
  EXPECT_TRUE(events(EventId()).empty());
}

TEST_P(LogContract, GivesABatchDenseIdsInOrder) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  const EventId before = head();
  Transaction* tx = must(writer_->begin(now_));
  const auto first = must(tx->append(new_message(room, me, "1")));
  const auto second = must(tx->record(read_event(Stream::of(me), room, me, 1)));
  const auto third = must(tx->append(new_message(room, me, "2")));
  EXPECT_EQ(must(tx->position()).head, third.id) << "a rule sees its own batch";
  EXPECT_EQ(head(), before) << "nobody else does";
  const auto batch = must(writer_->commit());

  EXPECT_EQ(first.id.value, before.value + 1);
  EXPECT_EQ(second.value, before.value + 2);
  EXPECT_EQ(third.id.value, before.value + 3);
  EXPECT_EQ(batch.last, third.id);
  EXPECT_EQ(head(), third.id);
  EXPECT_EQ(kinds(batch.events), "message read message ");
  EXPECT_EQ(ids(batch.events), ids(events(before)));
  EXPECT_EQ(batch.events[1].at, now_);
  EXPECT_EQ(std::get<entity::Message>(batch.events[2].data).text, "2");
}

TEST_P(LogContract, TakesNoIdForWhatIsUndone) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  const EventId before = head();
  Transaction* tx = must(writer_->begin(now_));
  must(tx->append(new_message(room, me, "kept")));
  must(writer_->savepoint());
  must(tx->append(new_message(room, me, "undone")));
  must(tx->record(read_event(Stream::of(room), room, me, 1)));
  must(writer_->rollback_to());
  EXPECT_EQ(must(tx->position()).head.value, before.value + 1);
  const auto after = must(tx->append(new_message(room, me, "next")));
  const auto batch = must(writer_->commit());

  EXPECT_EQ(after.id.value, before.value + 2);
  EXPECT_EQ(after.seq, 2);
  EXPECT_EQ(batch.events.size(), 2U);
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.conversation(room)).last_event, after.id);
    EXPECT_EQ(must(reader.member(room, me)).read_seq, 2);
  });
}

TEST_P(LogContract, TakesNothingOfABatchThatIsRolledBack) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  const EventId before = head();
  Transaction* tx = must(writer_->begin(now_));
  const auto message = new_message(room, me, "gone");
  must(tx->append(message));
  must(tx->add_user(new_user("gone")));
  EXPECT_TRUE(writer_->dirty());
  writer_->rollback();

  EXPECT_EQ(head(), before);
  EXPECT_EQ(say(room, me, "next").id.value, before.value + 1);
  look([&](Reader& reader) {
    EXPECT_EQ(error_of(reader.sent_before(me, message.nonce)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.user_by_name("gone")), Errc::kNotFound);
  });
}

TEST_P(LogContract, TellsABatchThatWroteFromOneThatDidNot) {
  const UserId me = add_user("me");
  Transaction* tx = must(writer_->begin(now_));
  EXPECT_FALSE(writer_->dirty());
  must(tx->user(me));
  EXPECT_FALSE(writer_->dirty());
  const auto batch = must(writer_->commit());
  EXPECT_TRUE(batch.events.empty());
  EXPECT_EQ(batch.last, head());
}

TEST_P(LogContract, GoesOnWhereItStoodAfterAReopen) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  const auto message = say(room, me, "before");
  reopen();
  EXPECT_EQ(head(), message.id);
  EXPECT_EQ(say(room, me, "after").id.value, message.id.value + 1);
}

TEST_P(LogContract, ReadsASnapshotThatDoesNotMove) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  Reader* reader = must(reader_->begin(std::chrono::seconds(60)));
  const EventId seen = must(reader->position()).head;
  say(room, me, "later");
  EXPECT_EQ(must(reader->position()).head, seen);
  EXPECT_TRUE(must(reader->messages_after(room, 0, 10)).messages.empty());
  reader_->end();
  EXPECT_EQ(head().value, seen.value + 1);
}

TEST_P(LogContract, CutsPagesAndSaysHowFarItLooked) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId mine = add_room({me});
  const ConversationId yours = add_room({you});
  const EventId start = head();
  std::vector<EventId> sent;
  for (int i = 0; i < 3; ++i) {
    sent.push_back(say(mine, me, "mine").id);
    say(yours, you, "yours");
  }

  const auto all = events_for(me, start);
  EXPECT_EQ(all.events.size(), 3U);
  EXPECT_FALSE(all.more);
  EXPECT_EQ(all.looked_at, head()) << "past what does not concern the user";
  const auto exact = events_for(me, start, 3);
  EXPECT_FALSE(exact.more);
  EXPECT_EQ(exact.looked_at, head());
  const auto cut = events_for(me, start, 2);
  EXPECT_EQ(cut.events.size(), 2U);
  EXPECT_TRUE(cut.more);
  EXPECT_EQ(cut.looked_at, sent[1]);
  const auto rest = events_for(me, cut.looked_at, 2);
  EXPECT_EQ(ids(rest.events), std::to_string(sent[2].value) + ' ');
  EXPECT_TRUE(events_for(me, sent[2]).events.empty());
  EXPECT_EQ(events_for(me, head()).looked_at, head());
}

TEST_P(LogContract, ShowsEveryKindOfEventAsItWasRecorded) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId direct = add_direct(me, you);
  const EventId start = head();
  const auto message = say(direct, you, "hi");
  record(read_event(Stream::of(me), direct, me, 1));
  record(relation_event(me, you, entity::RelationState::kFriends));
  must(write([&](Transaction& tx) { return leave(tx, direct, you); }));
  must(write([&](Transaction& tx) { return join(tx, direct, you); }));
  Event profile = own_event(me, EventKind::kProfile);
  profile.data = entity::ProfileChange{must(read([&](Reader& r) { return r.user(me); }))};
  const EventId version = record(profile);
  EXPECT_EQ(std::get<entity::ProfileChange>(batch_.events.at(0).data).user.version, version);
  Event settings = own_event(me, EventKind::kSettings);
  settings.data = entity::SettingsChange{};
  record(settings);
  Event ended = own_event(me, EventKind::kSessionEnded);
  ended.data = entity::SessionEnded{SessionId(7)};
  const EventId ended_id = record(ended);
  EXPECT_EQ(batch_.last, ended_id) << "the batch has it";

  const auto mine = events_for(me, start);
  EXPECT_EQ(kinds(mine.events), "message read relation left joined profile settings ");
  EXPECT_EQ(mine.looked_at, ended_id);
  const auto all = events(start);
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(std::get<entity::SessionEnded>(all[7].data).session, SessionId(7));

  EXPECT_EQ(std::get<entity::Message>(all[0].data).text, "hi");
  EXPECT_EQ(all[0].id, message.id);
  EXPECT_EQ(all[0].actor, you);
  EXPECT_EQ(all[0].stream, Stream::of(direct));
  EXPECT_EQ(all[0].at, now_);
  const auto& mark = std::get<entity::ReadMark>(all[1].data);
  EXPECT_EQ(mark.conversation, direct);
  EXPECT_EQ(mark.user, me);
  EXPECT_EQ(mark.seq, 1);
  const auto& relation = std::get<entity::RelationChange>(all[2].data);
  EXPECT_EQ(relation.peer.name, "you");
  EXPECT_EQ(relation.state, entity::RelationState::kFriends);
  EXPECT_EQ(all[2].stream, Stream::of(me));
  const auto& left = std::get<entity::MemberChange>(all[3].data);
  EXPECT_EQ(left.conversation, direct);
  EXPECT_EQ(left.user.name, "you");
  EXPECT_EQ(std::get<entity::ProfileChange>(all[5].data).user.name, "me");
  EXPECT_EQ(std::get<entity::SettingsChange>(all[6].data).settings, entity::Settings());
}

TEST_P(LogContract, ShowsLaterStateOfWhatAnEventIsAbout) {
  const UserId me = add_user("me");
  Event profile = own_event(me, EventKind::kProfile);
  profile.data = entity::ProfileChange{must(read([&](Reader& r) { return r.user(me); }))};
  const EventId id = record(profile);
  entity::User later = must(read([&](Reader& r) { return r.user(me); }));
  later.display_name = "later";
  later.version = EventId(id.value + 5);
  must(write([&](Transaction& tx) { return tx.update_user(later); }));
  const auto stored = events(EventId());
  const auto& shown = std::get<entity::ProfileChange>(stored.at(0).data).user;
  EXPECT_EQ(shown.display_name, "later");
  EXPECT_EQ(shown.version, later.version);
}

TEST_P(LogContract, RefusesWhatIsNotItsBusinessWithoutHarm) {
  const UserId me = add_user("me");
  const UserId stranger = add_user("stranger");
  const ConversationId room = add_room({me});
  const EventId before = head();
  EXPECT_EQ(error_of(write([&](Transaction& tx) {
              return tx.append(new_message(room, stranger, "not a member"));
            })),
            Errc::kInternal);
  auto message = new_message(room, me, "once");
  must(write([&](Transaction& tx) { return tx.append(message); }));
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.append(message); })), Errc::kInternal)
      << "a nonce is stored once, whatever a rule forgets";
  EXPECT_EQ(head().value, before.value + 1);
  EXPECT_EQ(must(read([&](Reader& r) { return r.conversation(room); })).last_seq, 1);
}

INSTANTIATE_TEST_SUITE_P(All, LogContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
