#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "contract/store_contract.h"
#include "entity/words.h"

namespace keepline::data {

inline constexpr entity::SearchBounds kNoBounds{1'000'000, std::chrono::seconds(60)};
inline constexpr MessageId kNewest{base::kIdMax};

inline entity::SearchWish of(std::string_view text, bool open) {
  entity::SearchWish wish;
  wish.phrases.push_back({entity::words_of(text), open});
  return wish;
}
inline entity::SearchWish words(std::string_view text) { return of(text, false); }
inline entity::SearchWish open(std::string_view text) { return of(text, true); }

/// Two people, a room of both and a room of one, and short words for looking things up.
class SearchContract : public StoreContract {
 protected:
  void SetUp() override {
    a_ = add_user("ann");
    b_ = add_user("bob");
    room_ = add_room({a_, b_});
    other_ = add_room({a_});
  }

  /// Lets the index reach the end of the log.
  void index() {
    while (writer_->follow(now_, Pause::kShort)) {
    }
  }

  struct Found {
    std::vector<entity::SearchHit> hits;
    entity::SearchEnd end;
  };
  Found search(const entity::SearchWish& wish, MessageId before = kNewest,
               const entity::SearchBounds& bounds = kNoBounds, std::size_t limit = 1'000'000) {
    return must(read([&](Reader& reader) -> Result<Found> {
      Found found;
      auto end =
          reader.search(wish, before, bounds, [&](const entity::SearchHit& hit) -> Result<bool> {
            found.hits.push_back(hit);
            return found.hits.size() < limit;
          });
      if (!end) {
        return end.error();
      }
      found.end = *end;
      return found;
    }));
  }
  static std::string seqs(const std::vector<entity::SearchHit>& hits) {
    std::string out;
    for (const entity::SearchHit& hit : hits) {
      out += (out.empty() ? "" : " ") + std::to_string(hit.seq);
    }
    return out;
  }
  /// "3 1": the seqs of what is found, and that the same is found before and after indexing.
  std::string both(const entity::SearchWish& wish) {
    const std::string before = seqs(search(wish).hits);
    index();
    EXPECT_EQ(seqs(search(wish).hits), before) << "found in the index as before it";
    return before;
  }

  void edit(MessageId id, std::string_view text) {
    must(write([&](Transaction& tx) -> Status {
      const EventId at(must(tx.position()).head.value + 1);
      must(tx.edit_message({id, at, std::string(text), {}, false}));
      return note(tx, id, entity::EventKind::kEdited);
    }));
  }
  void erase(MessageId id) {
    must(write([&](Transaction& tx) -> Status {
      const EventId at(must(tx.position()).head.value + 1);
      must(tx.delete_message(id, a_, at));
      return note(tx, id, entity::EventKind::kDeleted);
    }));
  }
  Status note(Transaction& tx, MessageId id, entity::EventKind kind) {
    const auto message = must(tx.message(id));
    entity::Event event;
    event.kind = kind;
    event.stream = entity::Stream::of(message.conversation);
    event.actor = a_;
    event.data = entity::MessageChange{message, {}};
    must(tx.record(std::move(event)));
    return base::ok();
  }

  UserId a_;
  UserId b_;
  ConversationId room_;
  ConversationId other_;
};

}  // namespace keepline::data
