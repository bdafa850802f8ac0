#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace keepline::crash {

/// What a sender means to say once, whatever number of attempts it takes. It is written into the
/// message's text, so that two copies under two nonces are still seen to be one message twice.
using Tag = std::uint64_t;

std::string text_of(Tag tag);
/// Nothing for a text that text_of() did not write.
std::optional<Tag> tag_in(std::string_view text);

/// A message as the server showed it: in an answer to a send, in history, or in an event.
struct Shown {
  std::int64_t id = 0;
  std::int64_t conversation = 0;
  std::int64_t seq = 0;
  Tag tag = 0;

  friend bool operator==(const Shown&, const Shown&) = default;
};

/// What one receiver saw, in the order it was seen.
struct ReceiverLog {
  std::string name;
  std::vector<std::int64_t> conversations;  ///< whose messages it must have seen
  std::vector<Shown> seen;
};

/// Breaches of the promise by kind; each counts messages.
struct Verdict {
  std::int64_t acknowledged = 0;  ///< messages acknowledged at least once
  std::int64_t stored = 0;        ///< messages in the histories
  std::int64_t lost = 0;          ///< acknowledged, but not in history under the id given
  std::int64_t doubled = 0;       ///< more copies in history than one
  std::int64_t changed = 0;       ///< acknowledged under two ids
  std::int64_t misplaced = 0;     ///< in history at another conversation or seq than acknowledged
  std::int64_t foreign = 0;       ///< in history, though nobody sent it there
  std::int64_t gaps = 0;          ///< steps in history where seq is not the last one plus 1
  std::int64_t disordered = 0;    ///< steps in history where the id does not rise
  std::int64_t unseen = 0;        ///< in history, missing in a receiver's log
  std::int64_t seen_twice = 0;    ///< more than once in a receiver's log
  std::int64_t seen_late = 0;     ///< in a receiver's log after a higher id
  std::int64_t seen_wrong = 0;    ///< in a receiver's log, but not so in its histories
  int first_bad_round = 0;        ///< of the messages lost; 0 if none was
  std::vector<std::string> examples;  ///< the first few breaches, in words

  bool clean() const;
};

std::ostream& operator<<(std::ostream& out, const Verdict& verdict);

/// Everything that senders were told, kept outside the server, to be compared with what the server
/// shows afterwards. Lives on one thread.
class Ledger {
 public:
  /// The first attempt at `tag` is about to go out.
  void sent(Tag tag, std::int64_t conversation);
  /// The server answered that it is stored.
  void acknowledged(const Shown& shown, int round);

  std::int64_t acknowledgements() const { return acknowledgements_; }
  /// A message was acknowledged in two ways.
  bool has_changed() const { return has_changed_; }

  /// Histories are of all conversations that were sent to, each oldest first.
  Verdict compare(const std::map<std::int64_t, std::vector<Shown>>& histories,
                  const std::vector<ReceiverLog>& receivers) const;

 private:
  struct Entry {
    std::int64_t conversation = 0;
    int round = 0;             ///< of the first acknowledgement
    std::vector<Shown> acked;  ///< one for each different answer
  };

  std::unordered_map<Tag, Entry> entries_;
  std::int64_t acknowledgements_ = 0;
  bool has_changed_ = false;
};

}  // namespace keepline::crash
