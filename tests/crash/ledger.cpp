#include "crash/ledger.h"

#include <algorithm>
#include <charconv>
#include <ostream>
#include <unordered_set>

namespace keepline::crash {
namespace {

constexpr std::string_view kPrefix = "crash message ";
constexpr std::size_t kExamplesMax = 8;

using Histories = std::map<std::int64_t, std::vector<Shown>>;
using ById = std::unordered_map<std::int64_t, Shown>;

std::string words(const Shown& shown) {
  return "tag " + std::to_string(shown.tag) + " id " + std::to_string(shown.id) + " conversation " +
         std::to_string(shown.conversation) + " seq " + std::to_string(shown.seq);
}

void note(Verdict& verdict, std::int64_t& count, std::string what) {
  ++count;
  if (verdict.examples.size() < kExamplesMax) {
    verdict.examples.push_back(std::move(what));
  }
}

void check_history(Verdict& verdict, const std::vector<Shown>& history) {
  Shown last;
  for (const Shown& shown : history) {
    if (shown.seq != last.seq + 1) {
      note(verdict, verdict.gaps, "gap before " + words(shown));
    }
    if (shown.id <= last.id) {
      note(verdict, verdict.disordered, "id falls at " + words(shown));
    }
    last = shown;
  }
}

void check_receiver(Verdict& verdict, const Histories& histories, const ReceiverLog& log) {
  std::unordered_map<std::int64_t, const Shown*> expected;
  for (const std::int64_t conversation : log.conversations) {
    const auto history = histories.find(conversation);
    if (history == histories.end()) {
      continue;
    }
    for (const Shown& shown : history->second) {
      expected.emplace(shown.id, &shown);
    }
  }
  std::unordered_set<std::int64_t> seen;
  std::int64_t last = 0;
  for (const Shown& shown : log.seen) {
    if (!seen.insert(shown.id).second) {
      note(verdict, verdict.seen_twice, log.name + " saw twice: " + words(shown));
      continue;
    }
    if (shown.id < last) {
      note(verdict, verdict.seen_late, log.name + " saw late: " + words(shown));
    }
    last = std::max(last, shown.id);
    const auto stored = expected.find(shown.id);
    if (stored == expected.end() || *stored->second != shown) {
      note(verdict, verdict.seen_wrong, log.name + " saw what is not stored: " + words(shown));
    }
  }
  for (const auto& [id, shown] : expected) {
    if (!seen.contains(id)) {
      note(verdict, verdict.unseen, log.name + " never saw " + words(*shown));
    }
  }
}

}  // namespace

std::string text_of(Tag tag) { return std::string(kPrefix) + std::to_string(tag); }

std::optional<Tag> tag_in(std::string_view text) {
  if (!text.starts_with(kPrefix)) {
    return std::nullopt;
  }
  text.remove_prefix(kPrefix.size());
  Tag tag = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tag);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return tag;
}

bool Verdict::clean() const {
  return lost + doubled + changed + misplaced + foreign + gaps + disordered + unseen + seen_twice +
             seen_late + seen_wrong ==
         0;
}

std::ostream& operator<<(std::ostream& out, const Verdict& v) {
  out << "acknowledged  " << v.acknowledged << "\nstored        " << v.stored << "\nlost          "
      << v.lost;
  if (v.first_bad_round > 0) {
    out << " (first acknowledged in round " << v.first_bad_round << ")";
  }
  out << "\ndoubled       " << v.doubled << "\nids changed   " << v.changed << "\nmisplaced     "
      << v.misplaced << "\nforeign       " << v.foreign << "\nseq gaps      " << v.gaps
      << "\ndisordered    " << v.disordered << "\nreceivers     " << v.unseen << " unseen, "
      << v.seen_twice << " seen twice, " << v.seen_late << " seen late, " << v.seen_wrong
      << " seen wrong\n";
  for (const std::string& example : v.examples) {
    out << "  " << example << '\n';
  }
  return out;
}

void Ledger::sent(Tag tag, std::int64_t conversation) { entries_[tag].conversation = conversation; }

void Ledger::acknowledged(const Shown& shown, int round) {
  ++acknowledgements_;
  Entry& entry = entries_[shown.tag];
  if (entry.acked.empty()) {
    entry.round = round;
  }
  if (std::find(entry.acked.begin(), entry.acked.end(), shown) == entry.acked.end()) {
    has_changed_ = has_changed_ || !entry.acked.empty();
    entry.acked.push_back(shown);
  }
}

Verdict Ledger::compare(const Histories& histories,
                        const std::vector<ReceiverLog>& receivers) const {
  Verdict verdict;
  ById by_id;
  std::unordered_map<Tag, std::int64_t> copies;
  for (const auto& [conversation, history] : histories) {
    check_history(verdict, history);
    for (const Shown& shown : history) {
      ++verdict.stored;
      by_id.emplace(shown.id, shown);
      const auto entry = entries_.find(shown.tag);
      if (entry == entries_.end() || entry->second.conversation != shown.conversation) {
        note(verdict, verdict.foreign, "nobody sent " + words(shown));
      }
      if (++copies[shown.tag] > 1) {
        note(verdict, verdict.doubled, "a copy: " + words(shown));
      }
    }
  }
  for (const auto& [tag, entry] : entries_) {
    if (entry.acked.empty()) {
      continue;
    }
    ++verdict.acknowledged;
    if (std::any_of(entry.acked.begin(), entry.acked.end(),
                    [&entry](const Shown& shown) { return shown.id != entry.acked.front().id; })) {
      note(verdict, verdict.changed, "two ids, first " + words(entry.acked.front()));
    }
    for (const Shown& shown : entry.acked) {
      const auto stored = by_id.find(shown.id);
      if (stored == by_id.end() || stored->second.tag != tag) {
        note(verdict, verdict.lost, "lost: " + words(shown));
        if (verdict.first_bad_round == 0 || entry.round < verdict.first_bad_round) {
          verdict.first_bad_round = entry.round;
        }
      } else if (stored->second != shown) {
        note(verdict, verdict.misplaced, "acknowledged elsewhere: " + words(shown));
      }
    }
  }
  for (const ReceiverLog& log : receivers) {
    check_receiver(verdict, histories, log);
  }
  return verdict;
}

}  // namespace keepline::crash
