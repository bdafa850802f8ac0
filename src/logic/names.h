#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/user.h"

namespace keepline::logic {

/// Who is meant by a name: for doors whose users speak of each other by name instead of by id.
/// Names are public, so anyone may ask; what may be done with the id is another rule's business.
/// Thread-safe; answers resume on the caller's executor.
class Names {
 public:
  explicit Names(data::StoreThreads& stores) : stores_(stores) {}

  /// The user called `name`, in any spelling that has the same key. Errors: kNotFound.
  boost::asio::awaitable<base::Result<entity::UserId>> find(std::string name);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
