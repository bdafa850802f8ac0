#include "entity/user.h"

namespace keepline::entity {

std::string_view direct_from_name(DirectFrom from) {
  return from == DirectFrom::kFriends ? "friends" : "everyone";
}

std::optional<DirectFrom> direct_from_named(std::string_view name) {
  if (name == "everyone") {
    return DirectFrom::kEveryone;
  }
  if (name == "friends") {
    return DirectFrom::kFriends;
  }
  return std::nullopt;
}

std::string_view requests_from_name(RequestsFrom from) {
  return from == RequestsFrom::kNobody ? "nobody" : "everyone";
}

std::optional<RequestsFrom> requests_from_named(std::string_view name) {
  if (name == "everyone") {
    return RequestsFrom::kEveryone;
  }
  if (name == "nobody") {
    return RequestsFrom::kNobody;
  }
  return std::nullopt;
}

std::string_view presence_choice_name(PresenceChoice choice) {
  switch (choice) {
    case PresenceChoice::kBusy:
      return "busy";
    case PresenceChoice::kInvisible:
      return "invisible";
    case PresenceChoice::kAutomatic:
      break;
  }
  return "automatic";
}

std::optional<PresenceChoice> presence_choice_named(std::string_view name) {
  for (const PresenceChoice choice :
       {PresenceChoice::kAutomatic, PresenceChoice::kBusy, PresenceChoice::kInvisible}) {
    if (presence_choice_name(choice) == name) {
      return choice;
    }
  }
  return std::nullopt;
}

}  // namespace keepline::entity
