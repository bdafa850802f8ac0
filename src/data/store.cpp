#include "data/store.h"

namespace keepline::data {

base::Sha256 body_hash(const entity::NewMessage& message) {
  // The id's digits end at the colon, and nothing but digits and slashes is before it, so no two
  // look alike.
  std::string hashed = std::to_string(message.conversation.value);
  if (message.reply_to || message.forward) {
    hashed += '/' + std::to_string(message.reply_to.value_or(0)) + '/' +
              std::to_string(message.forward.value);
  }
  hashed += ':';
  hashed += message.text;
  return base::sha256(hashed);
}

}  // namespace keepline::data
