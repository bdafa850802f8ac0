#include "data/sqlite/messages.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/uuid.h"
#include "data/sqlite/rows.h"

namespace keepline::data::sqlite {
namespace {

/// What is stored of a nonce. A UUID of version 7 is its own key: those of one moment lie beside
/// each other at the end of the index, so that a commit writes few of its pages. Of any other nonce
/// it is half of the SHA-256, which falls anywhere.
struct NonceKey {
  base::Uuid key;
  explicit NonceKey(std::string_view nonce) {
    constexpr int kByTime = 7;
    if (const auto uuid = base::parse_uuid(nonce); uuid && uuid->version() == kByTime) {
      key = *uuid;
    } else {
      const base::Sha256 hash = base::sha256(nonce);
      std::copy_n(hash.begin(), key.bytes.size(), key.bytes.begin());
    }
  }
  Blob blob() const {
    return {{reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()}};
  }
};

/// Runs that are cheaper to step over than to halve further.
constexpr std::int64_t kStepMax = 64;

double share(std::int64_t low, std::int64_t wanted, std::int64_t high) {
  return static_cast<double>(wanted - low) / static_cast<double>(high - low);
}

/// Where between `low` and `bound` to look next for what lies, were all evenly spread, by `share`
/// of the way: a little before that, then a little behind, so that both ends close in on it. As
/// nothing need be evenly spread, each third look halves: never more than thrice as many as halving
/// takes.
std::int64_t look_at(int look, std::int64_t low, std::int64_t bound, double share,
                     std::int64_t messages) {
  const std::int64_t span = bound - low;
  if (look % 3 == 2) {
    return low + span / 2;
  }
  const double aside = static_cast<double>(kStepMax) / 2 / static_cast<double>(messages);
  const double way = look % 3 == 0 ? share - aside : share + aside;
  const auto step = static_cast<std::int64_t>(way * static_cast<double>(span));
  return low + std::clamp<std::int64_t>(step, 1, span - 1);
}

}  // namespace

Result<entity::Message> Messages::message(MessageId id) {
  auto query =
      db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS " FROM message_info m WHERE m.id = ?1", id);
  auto read = query.one([](const Query& row) { return read_message(row); });
  if (read) {
    if (auto filled = parts_.fill(*read); !filled) {
      return filled.error();
    }
  }
  return read;
}

Result<SentBefore> Messages::sent_before(UserId sender, std::string_view nonce) {
  const NonceKey key(nonce);
  auto query = db_.query(
      "SELECT message_id, body_hash, length(body_hash) FROM send_key"
      " WHERE sender_id = ?1 AND nonce = ?2",
      sender, key.blob());
  return query.one([](const Query& row) {
    SentBefore before;
    before.message = row.id<MessageId>(0);
    if (row.integer(2) > 0) {
      before.body_hash = row.hash(1);
    }
    return before;
  });
}

Messages::Place Messages::read_place(const Query& row) {
  return {row.integer(0), row.integer(1), row.integer(2)};
}

Result<std::optional<Messages::Place>> Messages::find(ConversationId conversation,
                                                      std::int64_t Place::* key,
                                                      std::int64_t wanted) {
  // There is no index on seq or time: they grow with the id, so a search over the ids finds them.
  using Found = Result<std::optional<Place>>;
  std::optional<Place> first;
  {
    auto query = db_.query(
        "SELECT id, seq, created_at FROM message_info INDEXED BY message_conversation"
        " WHERE conversation_id = ?1 ORDER BY id LIMIT 1",
        conversation);
    auto read = query.all(read_place);
    if (!read) {
      return read.error();
    }
    if (read->empty()) {
      return Found(std::nullopt);
    }
    first = read->front();
  }
  if ((*first).*key >= wanted) {
    return Found(first);
  }
  Place last;
  {
    auto query = db_.query(
        "SELECT id, seq, created_at FROM message_info INDEXED BY message_conversation"
        " WHERE conversation_id = ?1 ORDER BY id DESC LIMIT 1",
        conversation);
    auto read = query.one(read_place);
    if (!read) {
      return read.error();
    }
    last = *read;
  }
  if (last.*key < wanted) {
    return Found(std::nullopt);
  }
  // low.key < wanted <= high.key, and no message has an id in [bound, high.id).
  Place low = *first;
  Place high = last;
  std::int64_t bound = high.id;
  for (int look = 0; high.seq - low.seq > kStepMax && bound - low.id > 1; ++look) {
    const std::int64_t at =
        look_at(look, low.id, bound, share(low.*key, wanted, high.*key), high.seq - low.seq);
    auto query = db_.query(
        "SELECT id, seq, created_at FROM message_info INDEXED BY message_conversation"
        " WHERE conversation_id = ?1 AND id >= ?2 ORDER BY id LIMIT 1",
        conversation, at);
    const auto probe = query.one(read_place);
    if (!probe) {
      return probe.error();
    }
    if ((*probe).*key >= wanted) {
      high = *probe;
      bound = at;
    } else {
      low = *probe;
    }
  }
  auto query = db_.query(
      "SELECT id, seq, created_at FROM message_info INDEXED BY message_conversation"
      " WHERE conversation_id = ?1 AND id > ?2 ORDER BY id",
      conversation, low.id);
  while (true) {
    const auto row = query.step();
    if (!row) {
      return row.error();
    }
    if (!*row) {
      return Found(std::nullopt);
    }
    if (const Place place = read_place(query); place.*key >= wanted) {
      return Found(place);
    }
  }
}

Result<std::optional<MessageId>> Messages::find_seq(ConversationId conversation, std::int64_t seq) {
  const auto found = find(conversation, &Place::seq, seq);
  if (!found) {
    return found.error();
  }
  return *found ? std::optional(MessageId((*found)->id)) : std::optional<MessageId>();
}

Result<entity::Message> Messages::message_at(ConversationId conversation, std::int64_t seq) {
  const auto found = find(conversation, &Place::seq, seq);
  if (!found) {
    return found.error();
  }
  if (!*found || (*found)->seq != seq) {
    return Errc::kNotFound;
  }
  return message(MessageId((*found)->id));
}

Result<std::int64_t> Messages::seq_at(ConversationId conversation, Time at) {
  const auto found = find(conversation, &Place::at, base::to_millis(at));
  if (!found) {
    return found.error();
  }
  return *found ? Result<std::int64_t>((*found)->seq) : Result<std::int64_t>(Errc::kNotFound);
}

Result<entity::MessagePage> Messages::page(std::vector<entity::Message> messages,
                                           std::size_t limit) {
  entity::MessagePage page{std::move(messages), false};
  if (page.messages.size() > limit) {
    page.more = true;
    page.messages.pop_back();
  }
  if (auto filled = parts_.fill(page.messages); !filled) {
    return filled.error();
  }
  return page;
}

Result<entity::MessagePage> Messages::messages_before(ConversationId conversation,
                                                      std::int64_t before, std::size_t limit) {
  const auto end = find_seq(conversation, before);
  if (!end) {
    return end.error();
  }
  // One more than asked for tells whether there are further ones.
  auto query =
      db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS
                " FROM message_info m INDEXED BY message_conversation"
                " WHERE m.conversation_id = ?1 AND m.id < ?2 ORDER BY m.id DESC LIMIT ?3",
                conversation, *end ? (*end)->value : std::numeric_limits<std::int64_t>::max(),
                static_cast<std::int64_t>(limit) + 1);
  auto read = query.all([](const Query& row) { return read_message(row); });
  if (!read) {
    return read.error();
  }
  auto found = page(std::move(*read), limit);
  if (found) {
    std::reverse(found->messages.begin(), found->messages.end());
  }
  return found;
}

Result<entity::MessagePage> Messages::messages_after(ConversationId conversation,
                                                     std::int64_t after, std::size_t limit) {
  if (after == std::numeric_limits<std::int64_t>::max()) {
    return entity::MessagePage{};
  }
  const auto begin = find_seq(conversation, after + 1);
  if (!begin) {
    return begin.error();
  }
  if (!*begin) {
    return entity::MessagePage{};
  }
  auto query = db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS
                         " FROM message_info m INDEXED BY message_conversation"
                         " WHERE m.conversation_id = ?1 AND m.id >= ?2 ORDER BY m.id LIMIT ?3",
                         conversation, **begin, static_cast<std::int64_t>(limit) + 1);
  auto read = query.all([](const Query& row) { return read_message(row); });
  if (!read) {
    return read.error();
  }
  return page(std::move(*read), limit);
}

Result<std::vector<entity::Message>> Messages::incoming_messages(UserId user, EventId after,
                                                                 std::size_t limit) {
  // The shape of Log::messages_for(), without the user's own and what was deleted.
  static_assert(kDeleted == 1);
  auto query = db_.query(
      "SELECT " KEEPLINE_MESSAGE_COLUMNS
      " FROM (SELECT m.id AS i FROM member_span s"
      "       CROSS JOIN conversation c ON c.id = s.conversation_id AND c.last_event_id > ?2"
      "         AND c.closed_id IS NULL"
      "       CROSS JOIN message_info m INDEXED BY message_conversation"
      "         ON m.conversation_id = c.id AND m.id >= max(?2 + 1, s.from_id)"
      "         AND m.id <= coalesce(s.to_id, ?4)"
      "       WHERE s.user_id = ?1 AND coalesce(s.to_id, ?4) > ?2 AND m.sender_id <> ?1"
      "         AND m.flags & 1 = 0"
      "       ORDER BY m.id LIMIT ?3) found"
      " CROSS JOIN message_info m ON m.id = found.i ORDER BY found.i",
      user, after, static_cast<std::int64_t>(limit), std::numeric_limits<std::int64_t>::max());
  auto read = query.all([](const Query& row) { return read_message(row); });
  if (read) {
    if (auto filled = parts_.fill(*read); !filled) {
      return filled.error();
    }
  }
  return read;
}

Result<entity::Message> Messages::append(const entity::NewMessage& message,
                                         const entity::MessageParts& parts, MessageId id, Time at) {
  entity::Message stored;
  stored.id = id;
  stored.conversation = message.conversation;
  stored.sender = message.sender;
  stored.at = at;
  stored.text = parts.origin ? parts.text : message.text;
  {
    auto query = db_.query("SELECT last_seq FROM conversation WHERE id = ?1", message.conversation);
    const auto last = query.one([](const Query& row) { return row.integer(0); });
    if (!last) {
      return last.error();
    }
    stored.seq = *last + 1;
  }
  {
    auto query =
        db_.query("UPDATE conversation SET last_seq = ?2, last_event_id = ?3 WHERE id = ?1",
                  message.conversation, stored.seq, id);
    if (auto done = query.run(); !done) {
      return done.error();
    }
  }
  const auto flags = parts_.add(stored, parts);
  if (!flags) {
    return flags.error();
  }
  {
    auto query = db_.query(
        "INSERT INTO message_info(id, conversation_id, seq, sender_id, created_at, body, flags)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        id, stored.conversation, stored.seq, stored.sender, base::to_millis(at),
        std::string_view(stored.text), *flags);
    if (auto done = query.run(); !done) {
      return done.error();
    }
  }
  {
    const NonceKey key(message.nonce);
    const base::Sha256 hash = body_hash(message);
    auto query = db_.query(
        "INSERT INTO send_key(message_id, sender_id, nonce, body_hash, at)"
        " VALUES(?1, ?2, ?3, ?4, ?5)",
        id, stored.sender, key.blob(), blob_of(hash), base::to_millis(at));
    if (auto done = query.run(); !done) {
      return done.error();
    }
  }
  // To write is to have read: the sender's own mark moves along, without an event of its own.
  auto query =
      db_.query("UPDATE member SET read_seq = ?3 WHERE conversation_id = ?1 AND user_id = ?2",
                stored.conversation, stored.sender, stored.seq);
  if (auto done = query.run_one(); !done) {
    return done.error().code == Errc::kNotFound
               ? Error(Errc::kInternal, "a message was appended whose sender is not a member")
               : done.error();
  }
  return *flags == 0 ? Result<entity::Message>(std::move(stored)) : this->message(id);
}

}  // namespace keepline::data::sqlite
