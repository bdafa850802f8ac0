#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "entity/validate.h"
#include "logic/snapshot.h"

namespace keepline::logic {

/// What a client knows: a snapshot, and every event since applied to it as docs/protocol.md says.
class Client {
 public:
  /// `get` loads a conversation as the client would, by a request of its own.
  using Get = std::function<base::Result<entity::ConversationView>(ConversationId)>;

  Client(const Snapshot& snapshot, Get get)
      : get_(std::move(get)), me_(snapshot.me), settings_(snapshot.settings) {
    for (const entity::Relation& relation : snapshot.relations) {
      relations_[relation.peer.id] = relation.state;
    }
    for (const entity::ConversationView& view : snapshot.conversations) {
      conversations_[view.conversation.id] = view;
    }
  }

  void apply(const entity::Event& event) {
    std::visit([&](const auto& data) { on(event, data); }, event.data);
  }

  std::string text() const {
    std::string out =
        fmt::format("me {} {} v{}\n", me_.display_name, me_.email.value_or("-"), me_.version.value);
    out += fmt::format("settings {} {} {} {} {}\n", entity::direct_from_name(settings_.direct_from),
                       settings_.receipts, settings_.typing, settings_.language, settings_.theme);
    for (const auto& [peer, state] : relations_) {
      out += fmt::format("user {} {}\n", peer.value, entity::relation_name(state));
    }
    for (const auto& [id, view] : conversations_) {
      const entity::Conversation& known = view.conversation;
      out += fmt::format(
          "room {} at {} {} {} {} {} {} v{} archived {} members {} role {} silenced {}\n", id.value,
          view.position.value, known.title, known.topic, known.color,
          entity::access_name(known.access), entity::history_name(known.history),
          known.version.value, known.archived_at.has_value(), known.member_count,
          entity::role_name(view.me.role), view.me.silenced_until.has_value());
      out += marks(view);
      out += fmt::format("conversation {} peer {} seq {} read {} theirs {} last {}\n", id.value,
                         view.peer ? view.peer->id.value : 0, view.conversation.last_seq,
                         view.me.read_seq, view.peer_read_seq.value_or(-1),
                         view.last_message ? view.last_message->text : "-");
    }
    return out;
  }

 private:
  static std::string marks(const entity::ConversationView& view) {
    std::string out =
        fmt::format("mine {} {} {} v{} last v{} names", level_name(view.mine.level), view.mine.top,
                    view.mine.muted_until.has_value(), view.mine.version.value,
                    view.last_message ? view.last_message->version.value : 0);
    for (const std::int64_t seq : view.mentions) {
      out += fmt::format(" {}", seq);
    }
    return out + ' ';
  }
  entity::ConversationView* find(ConversationId id) {
    const auto found = conversations_.find(id);
    return found == conversations_.end() ? nullptr : &found->second;
  }
  void load(ConversationId id) {
    if (auto view = get_(id)) {
      conversations_[id] = *std::move(view);
    }
  }
  void on(const entity::Event&, const entity::Message& message) {
    entity::ConversationView* view = find(message.conversation);
    if (view == nullptr) {
      return;  // left since; the event that says so comes later
    }
    if (message.seq >= view->conversation.last_seq) {
      view->conversation.last_seq = message.seq;
      view->last_message = message;
      view->position = std::max(view->position, message.id);
    }
    // To write is to have read.
    mark(*view, message.sender, message.seq);
    name(*view, message);
  }
  void on(const entity::Event&, const entity::ReadMark& read) {
    if (entity::ConversationView* view = find(read.conversation)) {
      mark(*view, read.user, read.seq);
    }
  }
  void mark(entity::ConversationView& view, UserId user, std::int64_t seq) {
    if (user == me_.id) {
      if (seq < view.me.read_seq) {
        // Which of what is unread again names them is not known here; nothing else is asked for.
        if (auto now = get_(view.conversation.id)) {
          view.mentions = std::move(now->mentions);
        }
      }
      view.me.read_seq = seq;
      std::erase_if(view.mentions, [seq](std::int64_t named) { return named <= seq; });
    } else if (view.peer_read_seq) {
      view.peer_read_seq = seq;
    }
  }
  void on(const entity::Event&, const entity::RelationChange& change) {
    if (change.state == entity::RelationState::kNone) {
      relations_.erase(change.peer.id);
    } else {
      relations_[change.peer.id] = change.state;
    }
  }
  void on(const entity::Event& event, const entity::MemberChange& change) {
    entity::ConversationView* view = find(change.conversation);
    if (event.kind == entity::EventKind::kMember) {
      if (view != nullptr && change.user.id == me_.id) {
        view->me.role = change.role;
        view->me.silenced_until = change.silenced_until;
      }
    } else if (change.user.id != me_.id) {
      if (view != nullptr) {
        view->conversation.member_count = change.member_count;
      }
    } else if (event.kind == entity::EventKind::kJoined) {
      load(change.conversation);
    } else {
      conversations_.erase(change.conversation);
    }
  }
  void on(const entity::Event& event, const entity::ConversationChange& change) {
    entity::ConversationView* view = find(change.conversation.id);
    if (view == nullptr) {
      return;
    }
    entity::Conversation& known = view->conversation;
    const entity::Conversation& now = change.conversation;
    const bool same = known.access == now.access && known.history == now.history;
    if (const EventId version = std::max(now.version, event.id); version > known.version) {
      known.version = version;
      known.title = now.title;
      known.topic = now.topic;
      known.color = now.color;
      known.access = now.access;
      known.history = now.history;
      known.archived_at = now.archived_at;
    }
    if (!same) {
      load(known.id);
    }
  }
  void on(const entity::Event&, const entity::ConversationClosed& closed) {
    conversations_.erase(closed.conversation);
  }
  void on(const entity::Event& event, const entity::MessageChange& change) {
    entity::ConversationView* view = find(change.message.conversation);
    if (view == nullptr) {
      return;
    }
    entity::Message message = change.message;
    message.version = std::max(message.version, event.id);
    if (view->last_message && view->last_message->id == message.id &&
        view->last_message->version < message.version) {
      view->last_message = message;
    }
    name(*view, message);
  }
  void on(const entity::Event&, const entity::ReactionChange&) {}
  void on(const entity::Event&, const entity::PinChange&) {}
  void on(const entity::Event&, const entity::SavedChange&) {}
  void on(const entity::Event& event, const entity::MineChange& change) {
    entity::ConversationView* view = find(change.conversation);
    if (view != nullptr && view->mine.version < std::max(change.mine.version, event.id)) {
      view->mine = change.mine;
      view->mine.version = std::max(change.mine.version, event.id);
    }
  }
  /// Keeps the seqs of unread messages that name the client's user.
  void name(entity::ConversationView& view, const entity::Message& message) {
    const bool named = message.sender != me_.id && !message.deleted &&
                       (message.here || std::find(message.mentions.begin(), message.mentions.end(),
                                                  me_.id) != message.mentions.end());
    std::erase(view.mentions, message.seq);
    if (named && message.seq > view.me.read_seq) {
      view.mentions.insert(
          std::lower_bound(view.mentions.begin(), view.mentions.end(), message.seq), message.seq);
    }
    if (view.mentions.size() > entity::kMentionsShown) {
      view.mentions.erase(view.mentions.begin());
    }
  }
  void on(const entity::Event& event, const entity::ProfileChange& change) {
    me_ = change.user;
    me_.version = std::max(me_.version, event.id);
  }
  void on(const entity::Event&, const entity::SettingsChange& change) {
    const bool receipts_changed = settings_.receipts != change.settings.receipts;
    settings_ = change.settings;
    if (receipts_changed) {
      // What the others have read was hidden until now, or is from now on: ask again.
      for (auto& [id, view] : conversations_) {
        load(id);
      }
    }
  }
  void on(const entity::Event&, const entity::SessionEnded&) {
    ADD_FAILURE() << "the end of a session reached a client";
  }

  Get get_;
  entity::User me_;
  entity::Settings settings_;
  std::map<UserId, entity::RelationState> relations_;
  std::map<ConversationId, entity::ConversationView> conversations_;
};

}  // namespace keepline::logic
