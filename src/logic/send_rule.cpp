#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "logic/facts.h"
#include "logic/messages.h"
#include "logic/permission.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Result;
using base::Status;
using data::SendJob;
using data::Transaction;
using entity::Sent;

/// Decides one group of sends. The checks come first, for all of the group; then the writes: so a
/// send that is refused needs no savepoint, and takes no id.
class SendGroup {
 public:
  explicit SendGroup(Transaction& tx) : tx_(tx) {}

  void check(SendJob& job);
  void write();

 private:
  /// A send that passed, and those of the same group that only repeat it.
  struct Accepted {
    SendJob* job;
    base::Sha256 body;
    std::vector<SendJob*> repeats;
  };
  using NonceKey = std::pair<UserId, std::string_view>;
  using PlaceKey = std::pair<ConversationId, UserId>;

  /// Whether the sender may speak there; asked of the database once for each pair.
  Status may_send(ConversationId conversation, UserId sender);

  Transaction& tx_;
  std::vector<Accepted> accepted_;
  std::map<NonceKey, std::size_t> by_nonce_;  ///< place in accepted_; the job owns the nonce
  std::map<PlaceKey, Status> rights_;
};

base::Error reused() {
  return {Errc::kNonceReused, "this nonce belongs to another message", "nonce"};
}

Status SendGroup::may_send(ConversationId conversation, UserId sender) {
  const PlaceKey key{conversation, sender};
  const auto known = rights_.find(key);
  if (known != rights_.end()) {
    return known->second;
  }
  const Status allowed = can_in_conversation(tx_, Actor{sender, {}}, Action::kSend, conversation);
  rights_.emplace(key, allowed);
  return allowed;
}

void SendGroup::check(SendJob& job) {
  const entity::NewMessage& message = job.message;
  if (!message.sender) {
    job.result = can(Actor{}, Action::kSend).error();
    return;
  }
  // The nonce comes before the rights: who lost the answer to a send that was stored must get it,
  // even if the other has blocked them since.
  const base::Sha256 body = data::body_hash(message);
  const NonceKey key{message.sender, message.nonce};
  if (const auto twin = by_nonce_.find(key); twin != by_nonce_.end()) {
    Accepted& first = accepted_[twin->second];
    if (first.body == body) {
      first.repeats.push_back(&job);
    } else {
      job.result = reused();
    }
    return;
  }
  auto before = tx_.sent_before(message.sender, message.nonce);
  if (before) {
    if (before->body_hash != body) {
      job.result = reused();
      return;
    }
    auto stored = tx_.message(before->message);
    job.result = stored ? Result<Sent>(Sent{*std::move(stored), true}) : stored.error();
    return;
  }
  if (before.error().code != Errc::kNotFound) {
    job.result = before.error();
    return;
  }
  if (auto allowed = may_send(message.conversation, message.sender); !allowed) {
    job.result = allowed.error();
    return;
  }
  by_nonce_.emplace(key, accepted_.size());
  accepted_.push_back({&job, body, {}});
}

void SendGroup::write() {
  std::optional<base::Error> failure;
  for (Accepted& send : accepted_) {
    if (!failure) {
      auto stored = tx_.append(send.job->message);
      if (stored) {
        for (SendJob* repeat : send.repeats) {
          repeat->result = Sent{*stored, true};
        }
        send.job->result = Sent{*std::move(stored), false};
        continue;
      }
      failure = stored.error();
    }
    // The batch is lost: what follows must not be written behind a hole.
    send.job->result = *failure;
    for (SendJob* repeat : send.repeats) {
      repeat->result = *failure;
    }
  }
}

}  // namespace

void Messages::send_rule(Transaction& tx, std::span<SendJob* const> jobs) {
  SendGroup group(tx);
  for (SendJob* job : jobs) {
    job->result.reset();
    group.check(*job);
  }
  group.write();
}

}  // namespace keepline::logic
