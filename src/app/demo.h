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

/// What the demonstration is made of.
struct Demo {
  std::vector<DemoAccount> accounts;
  logic::UserId echo;
};

/// Makes the demonstration's accounts where they are missing, makes them friends of each other and
/// of Echo whom the classic pages bring all that is sent to them from the first moment, and sets
/// their passwords: the well-known one when only this machine can reach the server, else new random
/// ones. Blocks; call it before serving. Throws std::runtime_error with one sentence.
Demo prepare_demo(logic::Accounts& accounts, logic::Friends& friends, logic::Messages& messages,
                  base::Random& random, bool loopback);

/// What to say in the terminal: where to go and who to be, with a QR code for phones where others
/// reach the server. `client`: the web client is in this binary; `classic`: the article's pages are
/// served.
std::string demo_greeting(const std::vector<std::string>& urls, const Demo& demo,
                          const std::string& folder, bool client, bool classic);

}  // namespace keepline::app
