#include "push/signals.h"

#include <algorithm>

namespace keepline::push {
void write_json(base::JsonWriter& json, const Signal& signal) {
  json.begin_object();
  switch (signal.kind) {
    case SignalKind::kPresence:
      json.field("kind", "presence").field("user", signal.user);
      json.key("data").begin_object().field("online", signal.on);
      if (signal.busy) {
        json.field("busy", true);
      }
      if (signal.last_seen) {
        json.field("last_seen", *signal.last_seen);
      }
      break;
    case SignalKind::kTyping:
      json.field("kind", "typing").field("user", signal.user);
      json.field("conversation", signal.conversation);
      json.key("data").begin_object().field("typing", signal.on);
      break;
    case SignalKind::kProfile:
      json.field("kind", "profile").field("user", signal.user);
      json.key("data").begin_object().field("version", signal.version);
      break;
  }
  json.end_object().end_object();
}

void Registers::apply(const Signal& signal) {
  switch (signal.kind) {
    case SignalKind::kPresence:
      presence_[signal.user] = {signal.number * 4 + (signal.busy ? 2U : 0U) +
                                (signal.on ? 1U : 0U)};
      if (signal.last_seen) {
        last_seen_[signal.user] = *signal.last_seen;
      } else {
        last_seen_.erase(signal.user);
      }
      return;
    case SignalKind::kProfile:
      profile_[signal.user] = {signal.number, signal.version};
      return;
    case SignalKind::kTyping:
      break;
  }
  auto& row = typing_[signal.conversation];
  const auto same =
      std::find_if(row.begin(), row.end(), [&](const Signal& s) { return s.user == signal.user; });
  if (same == row.end()) {
    row.push_back(signal);
  } else {
    *same = signal;
  }
  if (!signal.on) {
    ended_.push_back({signal.number, signal.conversation});
    if (ended_.size() > kEndedMax) {
      forget_oldest_ended();
    }
  }
}

void Registers::forget_oldest_ended() {
  const Ended oldest = ended_.front();
  ended_.pop_front();
  const auto row = typing_.find(oldest.conversation);
  if (row == typing_.end()) {
    return;
  }
  // Who types again has a newer number and stays.
  std::erase_if(row->second, [&](const Signal& s) { return s.number == oldest.number; });
  if (row->second.empty()) {
    typing_.erase(row);
  }
}

std::optional<Signal> Registers::presence(entity::UserId user) const {
  const PresenceOf* const found = presence_.find(user);
  if (found == nullptr) {
    return std::nullopt;
  }
  Signal signal;
  signal.number = found->number_and_seen / 4;
  signal.kind = SignalKind::kPresence;
  signal.on = (found->number_and_seen & 1U) != 0;
  signal.busy = (found->number_and_seen & 2U) != 0;
  signal.user = user;
  if (const entity::Time* const last_seen = last_seen_.find(user)) {
    signal.last_seen = *last_seen;
  }
  return signal;
}

std::optional<Signal> Registers::profile(entity::UserId user) const {
  const ProfileOf* const found = profile_.find(user);
  if (found == nullptr) {
    return std::nullopt;
  }
  Signal signal;
  signal.number = found->number;
  signal.kind = SignalKind::kProfile;
  signal.user = user;
  signal.version = found->version;
  return signal;
}

const std::vector<Signal>* Registers::typing(entity::ConversationId conversation) const {
  const auto found = typing_.find(conversation);
  return found == typing_.end() ? nullptr : &found->second;
}

}  // namespace keepline::push
