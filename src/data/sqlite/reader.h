#pragma once

#include "data/sqlite/accounts.h"
#include "data/sqlite/conversations.h"
#include "data/sqlite/event_rows.h"
#include "data/sqlite/keepsakes.h"
#include "data/sqlite/log.h"
#include "data/sqlite/marks.h"
#include "data/sqlite/messages.h"
#include "data/sqlite/reactions.h"
#include "data/sqlite/relations.h"
#include "data/sqlite/removal.h"
#include "data/sqlite/rooms.h"
#include "data/sqlite/search.h"
#include "data/sqlite/sessions.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// Everything one connection can do, noun by noun. The connection outlives this.
struct Nouns {
  explicit Nouns(Db& db)
      : accounts(db),
        sessions(db),
        relations(db),
        parts(db),
        reactions(db, parts),
        keepsakes(db, parts),
        marks(db),
        conversations(db, parts, keepsakes, marks),
        rooms(db),
        removal(db),
        messages(db, parts),
        search(db),
        event_rows(db, accounts, conversations, messages, reactions, keepsakes, marks),
        log(db, accounts, parts, event_rows) {}

  Accounts accounts;
  Sessions sessions;
  Relations relations;
  Parts parts;
  Reactions reactions;
  Keepsakes keepsakes;
  Marks marks;
  Conversations conversations;
  Rooms rooms;
  Removal removal;
  Messages messages;
  Search search;
  EventRows event_rows;
  Log log;
};

/// The reading half of the contract, for `Base` = Reader or Transaction: hands each call to its
/// noun. Lives on its connection's thread.
template <class Base>
class ReaderOn : public Base {
 public:
  explicit ReaderOn(Db& db) : nouns_(db) {}

  Result<entity::User> user(UserId id) override { return nouns_.accounts.user(id); }
  Result<entity::User> user_by_name(std::string_view name_key) override {
    return nouns_.accounts.user_by_name(name_key);
  }
  Result<Credentials> credentials(std::string_view name_key) override {
    return nouns_.accounts.credentials(name_key);
  }
  Result<Credentials> credentials(UserId id) override { return nouns_.accounts.credentials(id); }
  Result<std::vector<entity::User>> find_users(std::string_view key, std::string_view after_key,
                                               std::size_t limit) override {
    return nouns_.accounts.find_users(key, after_key, limit);
  }
  Result<entity::Settings> settings(UserId id) override { return nouns_.accounts.settings(id); }

  Result<entity::Session> session(const base::Sha256& token_hash) override {
    return nouns_.sessions.session(token_hash);
  }
  Result<std::vector<entity::Session>> sessions(UserId user) override {
    return nouns_.sessions.sessions(user);
  }
  Result<EventId> classic_position(UserId user) override {
    return nouns_.sessions.classic_position(user);
  }

  Result<entity::RelationState> relation(UserId user, UserId peer) override {
    return nouns_.relations.relation(user, peer);
  }
  Result<std::vector<entity::Relation>> relations(UserId user) override {
    return nouns_.relations.relations(user);
  }
  Result<std::int64_t> relation_count(UserId user) override {
    return nouns_.relations.relation_count(user);
  }

  Result<entity::Conversation> conversation(ConversationId id) override {
    return nouns_.conversations.conversation(id);
  }
  Result<ConversationId> direct_conversation(UserId a, UserId b) override {
    return nouns_.conversations.direct_conversation(a, b);
  }
  Result<entity::Member> member(ConversationId conversation, UserId user) override {
    return nouns_.conversations.member(conversation, user);
  }
  Result<std::vector<entity::Member>> members(ConversationId conversation, UserId after,
                                              std::size_t limit) override {
    return nouns_.conversations.members(conversation, after, limit);
  }
  Result<std::vector<entity::ConversationView>> conversations(UserId user,
                                                              std::optional<EventId> before,
                                                              std::size_t limit) override {
    return nouns_.conversations.conversations(user, before, limit);
  }
  Result<entity::ConversationView> conversation_view(ConversationId conversation,
                                                     UserId user) override {
    return nouns_.conversations.conversation_view(conversation, user);
  }

  Result<std::vector<entity::Member>> find_members(ConversationId conversation,
                                                   std::string_view key, UserId after,
                                                   std::size_t limit) override {
    return nouns_.conversations.find_members(conversation, key, after, limit);
  }
  Result<std::int64_t> owner_count(ConversationId conversation) override {
    return nouns_.conversations.owner_count(conversation);
  }
  Result<std::vector<entity::SeqRange>> member_ranges(ConversationId conversation,
                                                      UserId user) override {
    return nouns_.conversations.member_ranges(conversation, user);
  }

  Result<entity::RoomPage> rooms(UserId user, std::string_view key, const entity::RoomKey& after,
                                 std::size_t limit) override {
    return nouns_.rooms.rooms(user, key, after, limit);
  }
  Result<entity::Room> room(UserId user, ConversationId id) override {
    return nouns_.rooms.room(user, id);
  }
  Result<entity::Ban> ban(ConversationId conversation, UserId user) override {
    return nouns_.rooms.ban(conversation, user);
  }
  Result<std::vector<entity::Ban>> bans(ConversationId conversation, UserId after,
                                        std::size_t limit) override {
    return nouns_.rooms.bans(conversation, after, limit);
  }
  Result<entity::Invite> invite(const base::Sha256& code_hash) override {
    return nouns_.rooms.invite(code_hash);
  }
  Result<std::vector<entity::Invite>> invites(ConversationId conversation,
                                              std::optional<InviteId> before,
                                              std::size_t limit) override {
    return nouns_.rooms.invites(conversation, before, limit);
  }
  Result<bool> invite_used(InviteId invite, UserId user) override {
    return nouns_.rooms.invite_used(invite, user);
  }

  Result<entity::Message> message(MessageId id) override { return nouns_.messages.message(id); }
  Result<SentBefore> sent_before(UserId sender, std::string_view nonce) override {
    return nouns_.messages.sent_before(sender, nonce);
  }
  Result<entity::MessagePage> messages_before(ConversationId conversation, std::int64_t before,
                                              std::size_t limit) override {
    return nouns_.messages.messages_before(conversation, before, limit);
  }
  Result<entity::MessagePage> messages_after(ConversationId conversation, std::int64_t after,
                                             std::size_t limit) override {
    return nouns_.messages.messages_after(conversation, after, limit);
  }
  Result<entity::Message> message_at(ConversationId conversation, std::int64_t seq) override {
    return nouns_.messages.message_at(conversation, seq);
  }
  Result<std::int64_t> seq_at(ConversationId conversation, Time at) override {
    return nouns_.messages.seq_at(conversation, at);
  }
  Status add_own(UserId viewer, std::span<entity::Message> messages) override {
    for (entity::Message& message : messages) {
      if (auto added = nouns_.reactions.add_own(viewer, message); !added) {
        return added;
      }
    }
    return nouns_.keepsakes.add_own(viewer, messages);
  }
  Result<std::vector<entity::EarlierText>> earlier_texts(MessageId message) override {
    return nouns_.parts.earlier_texts(message);
  }
  Result<std::int64_t> edit_count(MessageId message) override {
    return nouns_.parts.edit_count(message);
  }
  Result<std::vector<std::string>> emojis(MessageId message, UserId user) override {
    return nouns_.reactions.emojis(message, user);
  }
  Result<std::vector<entity::Pin>> pins(ConversationId conversation) override {
    return nouns_.keepsakes.pins(conversation);
  }
  Result<std::vector<entity::Mention>> mentions(UserId user, std::optional<EventId> before,
                                                std::size_t limit) override {
    return nouns_.keepsakes.mentions(user, before, limit);
  }
  Result<std::vector<entity::SavedMessage>> saved(UserId user, std::optional<EventId> before,
                                                  std::size_t limit) override {
    return nouns_.keepsakes.saved(user, before, limit);
  }
  Result<std::int64_t> saved_count(UserId user) override {
    return nouns_.keepsakes.saved_count(user);
  }

  Result<entity::Mine> mine(ConversationId conversation, UserId user) override {
    return nouns_.marks.mine(conversation, user);
  }
  Result<std::vector<entity::ReadUpTo>> reads(ConversationId conversation, std::int64_t seq,
                                              UserId after, std::size_t limit) override {
    return nouns_.marks.reads(conversation, seq, after, limit);
  }
  Result<std::vector<entity::Message>> incoming_messages(UserId user, EventId after,
                                                         std::size_t limit) override {
    return nouns_.messages.incoming_messages(user, after, limit);
  }

  Result<entity::SearchEnd> search(const entity::SearchWish& wish, MessageId before,
                                   const entity::SearchBounds& bounds,
                                   const VisitHit& visit) override {
    return nouns_.search.search(wish, before, bounds, visit);
  }
  Result<std::vector<ConversationId>> conversations_called(UserId user, std::string_view key,
                                                           std::size_t limit) override {
    return nouns_.search.conversations_called(user, key, limit);
  }

  Result<LogPosition> position() override { return nouns_.log.position(); }
  Result<EventPage> events_for(UserId user, EventId after, std::size_t limit) override {
    const auto at = this->position();
    return at ? nouns_.log.events_for(user, after, limit, *at) : Result<EventPage>(at.error());
  }
  Result<std::vector<entity::Event>> events(EventId after, std::size_t limit) override {
    return nouns_.log.events(after, limit);
  }
  Result<UserView> view_of(UserId user, EventId spans_since) override {
    const auto at = this->position();
    return at ? nouns_.log.view_of(user, spans_since, at->head) : Result<UserView>(at.error());
  }

 protected:
  Nouns nouns_;
};

}  // namespace keepline::data::sqlite
