#include "logic/names.h"

#include <utility>

#include "entity/validate.h"

namespace keepline::logic {

using base::Errc;
using base::Error;
using base::Result;

boost::asio::awaitable<Result<entity::UserId>> Names::find(std::string name) {
  std::string key = entity::name_key(name);
  if (key.empty()) {
    co_return Error(Errc::kNotFound, "Nobody has this name.");
  }
  auto query = [key = std::move(key)](data::Reader& reader) -> Result<entity::UserId> {
    auto user = reader.user_by_name(key);
    if (!user) {
      return user.error();
    }
    return user->id;
  };
  Result<entity::UserId> found = co_await stores_.read(std::move(query));
  co_return found;
}

}  // namespace keepline::logic
