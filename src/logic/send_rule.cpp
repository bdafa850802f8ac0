#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "logic/compose.h"
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

/// Who may speak where, as of one revision of the database. Lives on the writer's thread.
class SendRights {
 public:
  /// Whether the sender may speak there. A pair that may is asked about once for each revision.
  Status may_send(Transaction& tx, ConversationId conversation, UserId sender);

 private:
  /// When there are more, all are forgotten.
  static constexpr std::size_t kAllowedMax = 16'384;

  std::uint64_t revision_ = 0;
  std::set<std::pair<ConversationId, UserId>> allowed_;
};

/// Decides one group of sends. The checks come first, for all of the group; then the writes: so a
/// send that is refused needs no savepoint, and takes no id.
class SendGroup {
 public:
  SendGroup(Transaction& tx, SendRights& rights) : tx_(tx), rights_(rights) {}

  void check(SendJob& job);
  void write();

 private:
  /// A send that passed, and those of the same group that only repeat it.
  struct Accepted {
    SendJob* job;
    base::Sha256 body;
    entity::MessageParts parts;  ///< of what is more than a text
    std::vector<SendJob*> repeats;
  };
  using NonceKey = std::pair<UserId, std::string_view>;

  Transaction& tx_;
  SendRights& rights_;
  std::vector<Accepted> accepted_;
  std::map<NonceKey, std::size_t> by_nonce_;  ///< place in accepted_; the job owns the nonce
};

base::Error reused() {
  return {Errc::kNonceReused, "this nonce belongs to another message", "nonce"};
}

Status SendRights::may_send(Transaction& tx, ConversationId conversation, UserId sender) {
  if (tx.revision() != revision_ || allowed_.size() >= kAllowedMax) {
    allowed_.clear();
    revision_ = tx.revision();
  }
  const std::pair place{conversation, sender};
  if (allowed_.contains(place)) {
    return base::ok();
  }
  auto allowed = can_in_conversation(tx, Actor{sender, {}}, Action::kSend, conversation);
  if (allowed) {
    allowed_.insert(place);
  }
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
    if (before->body_hash && *before->body_hash != body) {
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
  if (auto allowed = rights_.may_send(tx_, message.conversation, message.sender); !allowed) {
    job.result = allowed.error();
    return;
  }
  entity::MessageParts parts;
  if (!message.plain()) {
    auto composed = compose(tx_, message);
    if (!composed) {
      job.result = composed.error();
      return;
    }
    parts = *std::move(composed);
  }
  by_nonce_.emplace(key, accepted_.size());
  accepted_.push_back({&job, body, std::move(parts), {}});
}

void SendGroup::write() {
  std::optional<base::Error> failure;
  for (Accepted& send : accepted_) {
    if (!failure) {
      auto stored = tx_.append(send.job->message, send.parts);
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

data::SendRule Messages::send_rule() {
  return [rights = SendRights()](Transaction& tx, std::span<SendJob* const> jobs) mutable {
    SendGroup group(tx, rights);
    for (SendJob* job : jobs) {
      job->result.reset();
      group.check(*job);
    }
    group.write();
  };
}

}  // namespace keepline::logic
