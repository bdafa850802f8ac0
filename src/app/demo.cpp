#include "app/demo.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "app/addresses.h"
#include "app/demo_people.h"
#include "app/terminal_qr.h"
#include "base/secret.h"

namespace keepline::app {
namespace {

/// Short enough to type from a terminal: 80 random bits.
constexpr std::size_t kPasswordLength = 14;

template <class T>
T must(base::Result<T> result, std::string_view account) {
  if (!result) {
    throw std::runtime_error(fmt::format("cannot prepare the demo account {}: {}", account,
                                         base::code_name(result.error().code)));
  }
  return std::move(result).value();
}

}  // namespace

Demo prepare_demo(logic::Accounts& accounts, logic::Friends& friends, logic::Messages& messages,
                  base::Random& random, bool loopback) {
  Demo demo;
  std::vector<logic::UserId> ids;
  for (const std::size_t who : {kLiger, kIndifferent, kEcho}) {
    const DemoPerson& person = kDemoPeople.at(who);
    const bool printed = who != kEcho;
    DemoAccount account{std::string(person.name), std::string(person.display_name),
                        loopback && printed ? "12345" : base::new_token(random)};
    if (!loopback && printed) {
      account.password.resize(kPasswordLength);
    }
    logic::Registration wish;
    wish.name = account.name;
    wish.display_name = account.display_name;
    wish.password = account.password;
    const entity::User user = must(accounts.ensure_demo_account(wish), person.name);
    must(messages.classic_online_now({user.id, {}}), person.name);
    for (const logic::UserId earlier : ids) {
      must(friends.make_friends(earlier, user.id), person.name);
    }
    ids.push_back(user.id);
    if (printed) {
      demo.accounts.push_back(std::move(account));
    }
  }
  demo.echo = ids.back();
  return demo;
}

namespace {

std::string accounts_text(const std::vector<DemoAccount>& accounts) {
  std::string text;
  for (const DemoAccount& account : accounts) {
    const std::string shown =
        account.display_name == account.name ? "" : fmt::format("  ({})", account.display_name);
    text += fmt::format("  {:<14} password {}{}\n", account.name, account.password, shown);
  }
  return text;
}

/// "http://127.0.0.1:8080" -> "127.0.0.1:8080".
std::string address_in(const std::string& url) { return url.substr(url.find("//") + 2); }

bool is_v4_loopback(const std::string& url) { return address_in(url).starts_with("127.0.0.1:"); }

}  // namespace

std::string demo_greeting(const std::vector<std::string>& urls, const Demo& demo,
                          const std::string& folder, bool client, bool classic) {
  std::string text = "\nThe demo is ready. ";
  const auto local = std::find_if(urls.begin(), urls.end(), is_v4_loopback);
  if (client && local != urls.end()) {
    // Two names of one machine are two origins: each keeps its own cookie.
    text += fmt::format(
        "Open both, and two people talk in one browser:\n"
        "  {}://localhost:{}/?as={}\n  {}/?as={}\n",
        local->substr(0, local->find(':')), port_of(*local), demo.accounts[0].name, *local,
        demo.accounts[1].name);
  } else if (client) {
    text += "Open one of these:\n";
    for (const std::string& url : urls) {
      text += fmt::format("  {}/\n", url);
    }
  }
  if (classic) {
    text += client ? "The article's own pages:\n" : "Open one of these in two tabs:\n";
    for (const std::string& url : urls) {
      text += fmt::format("  {}/classic/\n", url);
    }
  }
  text += "Sign in as\n" + accounts_text(demo.accounts);
  const auto reachable = std::find_if(urls.begin(), urls.end(), [](const std::string& url) {
    return !is_loopback(address_in(url));
  });
  if (client && reachable != urls.end()) {
    text += fmt::format("\nOn a phone in the same network:\n{}  {}/\n\n",
                        terminal_qr(*reachable + "/"), *reachable);
  }
  return text + fmt::format("The data folder is {}. Ctrl C ends the server.\n", folder);
}

}  // namespace keepline::app
