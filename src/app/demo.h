#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "logic/accounts.h"
#include "logic/friends.h"
#include "logic/messages.h"

namespace keepline::app {

/// An account that the demonstration prints.
struct DemoAccount {
  std::string name;
  std::string display_name;
  std::string password;
};

/// Makes the demonstration's accounts where they are missing, makes them friends whom the classic
/// pages bring all that is sent to them from the first moment, and sets their passwords: the
/// well-known one when only this machine can reach the server, else new random ones. Blocks; call
/// it before serving. Throws std::runtime_error with one sentence.
std::vector<DemoAccount> prepare_demo(logic::Accounts& accounts, logic::Friends& friends,
                                      logic::Messages& messages, base::Random& random,
                                      bool loopback);

}  // namespace keepline::app
