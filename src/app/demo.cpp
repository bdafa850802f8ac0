#include "app/demo.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/secret.h"

namespace keepline::app {
namespace {

/// Short enough to type from a terminal: 80 random bits.
constexpr std::size_t kPasswordLength = 14;

}  // namespace

std::vector<DemoAccount> prepare_demo(logic::Accounts& accounts, logic::Friends& friends,
                                      logic::Messages& messages, base::Random& random,
                                      bool loopback) {
  std::vector<DemoAccount> shown{{"liger_zql", "liger_zql", "12345"},
                                 {"indifferent", "漠然", "12345"}};
  std::vector<logic::UserId> ids;
  for (DemoAccount& account : shown) {
    if (!loopback) {
      account.password = base::new_token(random).substr(0, kPasswordLength);
    }
    logic::Registration wish;
    wish.name = account.name;
    wish.display_name = account.display_name;
    wish.password = account.password;
    const auto user = accounts.ensure_demo_account(wish);
    if (!user) {
      throw std::runtime_error(fmt::format("cannot prepare the demo account {}: {}", account.name,
                                           base::code_name(user.error().code)));
    }
    const auto started = messages.classic_online_now({user->id, {}});
    if (!started) {
      throw std::runtime_error(fmt::format("cannot prepare the demo account {}: {}", account.name,
                                           base::code_name(started.error().code)));
    }
    ids.push_back(user->id);
  }
  const auto befriended = friends.make_friends(ids[0], ids[1]);
  if (!befriended) {
    throw std::runtime_error(fmt::format("cannot make the demo accounts friends: {}",
                                         base::code_name(befriended.error().code)));
  }
  return shown;
}

}  // namespace keepline::app
