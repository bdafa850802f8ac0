#include "data/store.h"

namespace keepline::data {

base::Sha256 body_hash(const entity::NewMessage& message) {
  // The id's digits end at the colon, so no two pairs of conversation and text look alike.
  std::string hashed = std::to_string(message.conversation.value);
  hashed += ':';
  hashed += message.text;
  return base::sha256(hashed);
}

}  // namespace keepline::data
