#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "entity/event.h"
#include "logic/snapshot.h"

namespace keepline::logic {

/// What a client knows of the people in its conversations: loaded once, and every event since
/// applied as docs/protocol.md says.
class PeopleClient {
 public:
  struct People {
    std::map<UserId, std::string> members;  ///< their role, and until when they are silenced
    std::map<UserId, std::int64_t> reads;   ///< of the others
  };
  /// Loads one conversation's as the client would; nothing where it is not theirs any more.
  using Load = std::function<std::optional<People>(ConversationId)>;

  PeopleClient(UserId me, const Snapshot& snapshot, Load load) : load_(std::move(load)), me_(me) {
    for (const entity::ConversationView& view : snapshot.conversations) {
      load_again(view.conversation.id);
    }
  }

  void apply(const entity::Event& event) {
    std::visit([&](const auto& data) { on(event, data); }, event.data);
  }

  std::string text() const {
    std::string out;
    for (const auto& [id, people] : rooms_) {
      out += fmt::format("room {}:", id.value);
      for (const auto& [user, as] : people.members) {
        out += fmt::format(" {} {}", user.value, as);
      }
      for (const auto& [user, seq] : people.reads) {
        out += fmt::format(", {} has read {}", user.value, seq);
      }
      out += '\n';
    }
    return out;
  }

  static std::string as(entity::Role role, std::optional<entity::Time> silenced_until) {
    return fmt::format("{}{}", entity::role_name(role),
                       silenced_until ? fmt::format("|{}", base::to_millis(*silenced_until)) : "");
  }

 private:
  template <class Other>
  void on(const entity::Event&, const Other&) {}

  void on(const entity::Event&, const entity::Message& message) {
    read(message.conversation, message.sender, message.seq);  // to write is to have read
  }
  void on(const entity::Event&, const entity::ReadMark& mark) {
    read(mark.conversation, mark.user, mark.seq);
  }
  void on(const entity::Event& event, const entity::MemberChange& change) {
    const UserId user = change.user.id;
    const auto found = rooms_.find(change.conversation);
    const bool left = event.kind == entity::EventKind::kLeft;
    if (user == me_ && event.kind != entity::EventKind::kMember) {
      if (left) {
        rooms_.erase(change.conversation);
      } else {
        load_again(change.conversation);
      }
      return;
    }
    if (found == rooms_.end()) {
      return;
    }
    People& people = found->second;
    if (left) {
      people.members.erase(user);
      people.reads.erase(user);
      return;
    }
    people.members[user] = as(change.role, change.silenced_until);
    if (event.kind == entity::EventKind::kJoined) {
      // What was said before counts as read; up to where that is the event does not say.
      if (auto now = load_(change.conversation)) {
        people.reads = std::move(now->reads);
      }
    }
  }
  void on(const entity::Event&, const entity::ConversationClosed& closed) {
    rooms_.erase(closed.conversation);
  }

  void read(ConversationId where, UserId user, std::int64_t seq) {
    const auto found = rooms_.find(where);
    if (found != rooms_.end() && user != me_) {
      found->second.reads[user] = seq;
    }
  }
  void load_again(ConversationId id) {
    if (auto people = load_(id)) {
      rooms_[id] = *std::move(people);
    }
  }

  Load load_;
  UserId me_;
  std::map<ConversationId, People> rooms_;
};

}  // namespace keepline::logic
