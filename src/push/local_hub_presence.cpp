#include <algorithm>
#include <utility>

#include "push/local_hub.h"

// What this shard tells the homes of users, what the homes that live here decide, and typing.
namespace keepline::push {
namespace {

constexpr std::size_t kTypingAsksMax = 1024;
constexpr std::size_t kTypingEndsMax = 4096;

}  // namespace

void LocalHub::home(UserId user, std::function<void(Homes&)> task) {
  core_.on(core_.home_of(user), [task = std::move(task)](LocalHub& there) { task(there.homes_); });
}

void LocalHub::appear(Inbox& inbox) {
  if (inbox.near) {
    return;
  }
  // Who is invisible must not be seen for as long as a read takes.
  inbox.coming = inbox.state != Inbox::State::kReady;
  if (inbox.coming) {
    return;
  }
  inbox.near = true;
  home(inbox.user,
       [user = inbox.user, shard = index_, at = core_.parts().clock->now(), showing = inbox.showing,
        as_of = nearby_.head()](Homes& homes) { homes.appear(user, shard, at, showing, as_of); });
}

void LocalHub::say_showing(const Inbox& inbox) {
  if (inbox.near) {
    home(inbox.user,
         [user = inbox.user, at = core_.parts().clock->now(), showing = inbox.showing,
          as_of = nearby_.head()](Homes& homes) { homes.show(user, at, showing, as_of); });
  }
}

void LocalHub::linger(Inbox& inbox) {
  inbox.last_ended = core_.parts().clock->now();
  wheel_.arm(inbox, core_.options().presence_grace);
}

void LocalHub::vanish(Inbox& inbox) {
  inbox.coming = false;
  if (!inbox.near) {
    return;
  }
  inbox.near = false;
  inbox.claims.clear();
  home(inbox.user, [user = inbox.user, shard = index_, last = inbox.last_ended](Homes& homes) {
    homes.vanish(user, shard, last);
  });
}

void LocalHub::idle(Inbox& inbox) {
  if (!inbox.listeners.empty()) {
    return;
  }
  vanish(inbox);
  early_views_.erase(inbox.user);
  nearby_.drop(inbox);
}

void LocalHub::touch(UserId user) {
  Inbox& inbox = nearby_.of(user);
  appear(inbox);
  if (inbox.coming) {
    load(inbox);
  }
  if (inbox.listeners.empty()) {
    linger(inbox);
  }
}

void LocalHub::leave(UserId user) {
  home(user, [user](Homes& homes) { homes.leave(user); });
}

void LocalHub::edge(UserId user, Presence seen, base::Time at, bool told) {
  core_.tail().presence(user, seen,
                        !seen.online && told ? std::optional<base::Time>(at) : std::nullopt);
  if (core_.parts().presence_edge) {
    core_.parts().presence_edge(user, seen.online, at);
  }
}

void LocalHub::part(std::size_t shard, UserId user) {
  core_.on(shard, [user](LocalHub& there) {
    Inbox* inbox = there.nearby_.find(user);
    if (inbox != nullptr && inbox->listeners.empty()) {
      there.vanish(*inbox);
    }
  });
}

void LocalHub::yield(std::size_t shard, UserId user, ClientKey key, Stamp newer) {
  core_.on(shard, [user, key, newer](LocalHub& there) { there.yield_here(user, key, newer); });
}

void LocalHub::yield_here(UserId user, ClientKey key, Stamp newer) {
  Inbox* inbox = nearby_.find(user);
  if (inbox == nullptr) {
    return;
  }
  inbox->claims.erase_if([&](ClientKey claim) { return claim == key; });
  const auto mine = std::find_if(inbox->listeners.begin(), inbox->listeners.end(),
                                 [&](const auto& l) { return is_poller(*l, key); });
  if (mine == inbox->listeners.end()) {
    return;
  }
  if (newer < Stamp{(*mine)->arrived, index_}) {
    // It parked while this was on its way, and is the newest after all.
    claim(**mine);
    return;
  }
  finish(**mine, End::kSuperseded);
}

void LocalHub::evict(std::size_t shard, UserId user, ClientKey key) {
  core_.on(shard, [user, key](LocalHub& there) {
    Inbox* inbox = there.nearby_.find(user);
    if (inbox == nullptr) {
      return;
    }
    inbox->claims.erase_if([&](ClientKey claim) { return claim == key; });
    const auto mine = std::find_if(inbox->listeners.begin(), inbox->listeners.end(),
                                   [&](const auto& l) { return is_poller(*l, key); });
    if (mine != inbox->listeners.end()) {
      there.finish(**mine, End::kSuperseded);
    }
  });
}

void LocalHub::unclaim(Inbox& inbox, ClientKey key) {
  if (inbox.claims.erase_if([&](ClientKey claim) { return claim == key; }) == 0) {
    return;
  }
  home(inbox.user,
       [user = inbox.user, key, shard = index_](Homes& homes) { homes.unclaim(user, key, shard); });
}

void LocalHub::typing(UserId user, ConversationId conversation) {
  Inbox& inbox = nearby_.of(user);
  if (inbox.state == Inbox::State::kReady) {
    say_typing(inbox, conversation);
    return;
  }
  // Their streams are on another shard: who they are to the conversation is to be read first.
  if (typing_asks_.size() < kTypingAsksMax) {
    typing_asks_.push_back({user, conversation});
    load(inbox);
  }
  if (inbox.listeners.empty() && !inbox.armed()) {
    wheel_.arm(inbox, core_.options().presence_grace);
  }
}

void LocalHub::say_typing(const Inbox& inbox, ConversationId conversation) {
  if (!inbox.typing || inbox.showing.choice == entity::PresenceChoice::kInvisible ||
      inbox.open_place(conversation) == nullptr ||
      nearby_.audience().room(conversation)->member_count > kTypingMembersMax ||
      typing_ends_.size() >= kTypingEndsMax) {
    return;
  }
  const base::Tick now = core_.parts().clock->tick();
  core_.tail().typing(inbox.user, conversation, now);
  typing_ends_.push_back(now + core_.options().typing_lasts);
  if (!typing_alarm_.armed()) {
    wheel_.arm(typing_alarm_, core_.options().typing_lasts);
  }
}

void LocalHub::typing_due() {
  const base::Tick now = core_.parts().clock->tick();
  while (!typing_ends_.empty() && typing_ends_.front() <= now) {
    typing_ends_.pop_front();
  }
  core_.tail().typing_due(now);
  if (!typing_ends_.empty()) {
    wheel_.arm(typing_alarm_,
               std::chrono::ceil<std::chrono::milliseconds>(typing_ends_.front() - now));
  }
}

}  // namespace keepline::push
