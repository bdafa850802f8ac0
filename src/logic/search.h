#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/search.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using boost::asio::awaitable;
using entity::MessageId;

/// Finds messages by what they say. Thread-safe; answers resume on the caller's executor.
class Search {
 public:
  explicit Search(data::StoreThreads& stores) : stores_(stores) {}

  /// What somebody looks for: `q` in the language of docs/protocol.md, and the filters by
  /// themselves, which are added to those in it.
  struct Wish {
    std::string q;
    std::optional<std::string> from;
    std::optional<std::string> in;
    std::optional<std::string> before;
    std::optional<std::string> after;
    std::optional<std::string> has;   ///< several with commas
    int zone = 0;                     ///< minutes ahead of UTC, for days
    std::optional<MessageId> cursor;  ///< what the page before gave as `next`
    std::size_t limit = 20;           ///< 1-200
  };

  /// The newest first. A page may be short and not the last.
  struct Page {
    std::vector<entity::FoundMessage> results;
    std::optional<MessageId> next;  ///< ask on with it; nothing: this was all
    bool cut = false;               ///< there may be more, but no way to it in time
  };
  /// Errors: kBadValue - a filter cannot be read; kTooLong; kTooShort - nothing to look for.
  awaitable<Result<Page>> messages(Actor actor, Wish wish);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
