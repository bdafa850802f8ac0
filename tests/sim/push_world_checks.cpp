#include <algorithm>
#include <utility>

#include "push_world.h"

// What must hold, whatever happened.
namespace keepline::push::sim {

using namespace std::chrono_literals;

/// What came with the cursor's move from `after` to `upto` must be what the log says concerns the
/// user there: nothing lost, nothing too much. Read marks of others are left open for who changed
/// that setting: the flag of the moment decides, live and later.
void World::check_range(const Client& client, EventId after, EventId upto,
                        std::vector<EventId> got) {
  std::vector<EventId> wanted = stage_->log.heard_by(client.user, after);
  std::erase_if(wanted, [&](EventId id) { return id > upto; });
  if (stage_->log.person(client.user).receipts_changed) {
    const auto is_open = [&](EventId id) {
      const entity::Event* event = stage_->log.find(id);
      return event != nullptr && event->kind == entity::EventKind::kRead &&
             event->stream.is_conversation();
    };
    std::erase_if(wanted, is_open);
    std::erase_if(got, is_open);
  }
  if (wanted == got) {
    return;
  }
  std::string text = "user " + std::to_string(client.user.value) + " after " +
                     std::to_string(after.value) + " up to " + std::to_string(upto.value) +
                     " wanted";
  for (const EventId id : wanted) {
    text += " " + std::to_string(id.value);
  }
  text += " got";
  for (const EventId id : got) {
    text += " " + std::to_string(id.value);
  }
  fail(text);
}

/// Whoever is told of a deletion, or asks from behind it, is not shown what was deleted: neither
/// from memory nor from the database, in no quote and no edit.
void World::check_deleted(EventId upto, const std::string& body) {
  for (const auto& [message, deleted] : stage_->log.erased()) {
    if (deleted <= upto && body.find(secret_of(message)) != std::string::npos) {
      fail("message " + std::to_string(message.value) + ", deleted at " +
           std::to_string(deleted.value) + ", is shown up to " + std::to_string(upto.value));
    }
  }
}

/// Nothing is under way: so who waits has nothing to wait for.
void World::check_quiet() {
  std::size_t parked = 0;
  for (std::size_t i = 0; i < shards_; ++i) {
    parked += stage_->local(i).parked();
  }
  std::size_t asked = 0;
  std::map<SessionId, std::size_t> by_session;
  for (const Client& client : clients_) {
    asked += client.asked.size() + (client.streams() ? 1U : 0U);
    check_streams(client);
    by_session[client.session] += client.asked.size();
    if (client.asked.size() > 1) {
      fail("two parked polls of one client");
    }
    for (const Asked& waiting : client.asked) {
      if (ended_.contains(waiting.session)) {
        fail("a poll outlives its session");
      }
      if (!waiting.reply->held) {
        fail("a poll that waits keeps its request");
      }
      // Only a poll from where the client stands proves something about the client.
      if (waiting.cursor == client.cursor && client.begun) {
        check_range(client, client.upto, stage_->log.head(), {});
        check_signals(client);
      }
    }
  }
  if (parked != asked) {
    fail("parked() says " + std::to_string(parked) + " of " + std::to_string(asked));
  }
  for (const auto& [session, count] : by_session) {
    if (count > 2) {
      fail("more than two parked polls of one session");
    }
  }
  check_presence();
  check_bounds();
}

/// What is kept is bounded by the options and by who is here.
void World::check_bounds() {
  for (std::size_t i = 0; i < shards_; ++i) {
    const Nearby& nearby = stage_->local(i).nearby();
    if (nearby.ring().size() > stage_->options_.ring_events_max) {
      fail("the ring is larger than it may be");
    }
    if (nearby.size() > static_cast<std::size_t>(users_)) {
      fail("more inboxes than users");
    }
    for (std::int64_t id = 1; id <= users_; ++id) {
      const Inbox* inbox = nearby.find(UserId(id));
      if (inbox == nullptr) {
        continue;
      }
      std::size_t here = 0;
      for (const Client& client : clients_) {
        here +=
            client.user == inbox->user ? client.asked.size() + (client.streams() ? 1U : 0U) : 0U;
      }
      if (inbox->listeners.size() > here) {
        fail("an inbox keeps listeners of clients that left");
      }
      const auto streams = std::count_if(inbox->listeners.begin(), inbox->listeners.end(),
                                         [](const auto& listener) { return listener->stays(); });
      if (static_cast<std::size_t>(streams) > stage_->options_.streams_per_user_max) {
        fail("more streams of one user than there may be");
      }
    }
  }
}

/// Everybody left long ago.
void World::check_left() {
  for (std::size_t i = 0; i < shards_; ++i) {
    const LocalHub& hub = stage_->local(i);
    const std::size_t kept = hub.parked() + hub.nearby().size() + hub.homes().size() +
                             hub.nearby().audience().rooms() + hub.nearby().audience().watched();
    if (kept != 0) {
      fail("something is kept of who left");
    }
  }
}

void World::check_presence() {
  for (std::int64_t id = 1; id <= users_; ++id) {
    const UserId user(id);
    const bool streams = std::any_of(clients_.begin(), clients_.end(), [&](const Client& c) {
      return c.user == user && (!c.asked.empty() || c.streams());
    });
    const auto last = last_stream_.find(user);
    const bool never = last == last_stream_.end();
    const bool long_gone = never || last->second + kGrace + 1s < stage_->clock.now();
    for (std::size_t i = 0; i < shards_; ++i) {
      const auto [online, busy] = stage_->local(i).presence(user);
      const entity::PresenceChoice choice = stage_->log.person(user).settings.presence;
      const bool invisible = choice == entity::PresenceChoice::kInvisible;
      if (streams && online == invisible) {
        fail("user " + std::to_string(id) + " has a stream and is " +
             (invisible ? "seen though invisible" : "offline"));
      }
      if (streams && online && busy != (choice == entity::PresenceChoice::kBusy)) {
        fail("user " + std::to_string(id) + " is busy, or is not");
      }
      // A grace that has passed is seen by the wheel, which may not have turned yet.
      if (!streams && long_gone && online && still_.empty()) {
        fail("user " + std::to_string(id) + " is long gone and online");
      }
    }
  }
}

void World::check_signals(const Client& client) {
  const Log::Person& me = stage_->log.person(client.user);
  for (const UserId peer : me.friends) {
    const auto known = client.presence.find(peer.value);
    const Presence seen = known != client.presence.end() ? known->second : Presence{};
    if (seen != stage_->local().presence(peer)) {
      fail("user " + std::to_string(client.user.value) + " has an old presence of " +
           std::to_string(peer.value));
    }
    const auto version = client.versions.find(peer.value);
    const EventId newest = stage_->log.person(peer).version;
    // A friend made while the client was there came with the relation's event, not a signal.
    if (version != client.versions.end() && newest > client.from &&
        version->second != newest.value && stage_->local().nearby().registers().profile(peer) &&
        !me.friends_changed) {
      fail("user " + std::to_string(client.user.value) + " has an old profile of " +
           std::to_string(peer.value));
    }
  }
  for (const auto& [who, types] : client.types) {
    const auto* typists = stage_->local().nearby().registers().typing(ConversationId(who.first));
    const bool still =
        typists != nullptr && std::any_of(typists->begin(), typists->end(), [&](const Signal& s) {
          return s.user == UserId(who.second) && s.on;
        });
    const bool member = stage_->log.talk(ConversationId(who.first)).has(client.user);
    if (types && !still && member && !me.typing_changed && !me.rooms_changed) {
      fail("somebody types for ever");
    }
  }
}

}  // namespace keepline::push::sim
