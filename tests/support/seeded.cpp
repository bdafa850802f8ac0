#include "support/seeded.h"

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/requests.h"
#include "support/server_process.h"

namespace keepline::support {
namespace {

[[noreturn]] void give_up(std::string_view what, std::string_view detail) {
  throw std::runtime_error(std::string(what) + ": " + std::string(detail));
}

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

boost::json::value parsed(const BlockingClient::Reply& reply, std::string_view what) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(reply.body, error);
  if (reply.status < 200 || reply.status > 299 || error) {
    give_up(what, std::to_string(reply.status) + " " + reply.body);
  }
  return value;
}

}  // namespace

std::vector<SeededUser> read_users(const std::string& file) {
  std::vector<SeededUser> users;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    SeededUser user;
    std::string id;
    std::getline(fields, id, '\t');
    std::getline(fields, user.name, '\t');
    std::getline(fields, user.token, '\t');
    user.id = std::strtoll(id.c_str(), nullptr, 10);
    users.push_back(std::move(user));
  }
  return users;
}

std::vector<SeededUser> seed_folder(const std::string& keepline, const std::string& folder,
                                    int users, std::string_view room, int messages) {
  const std::string list = folder + ".users";
  const std::string output = folder + ".seed";
  const int code =
      run_command({keepline, "seed", "--data", folder, "--users", std::to_string(users), "--room",
                   std::string(room), "--out", list, "--messages", std::to_string(messages)},
                  output);
  auto seeded = read_users(list);
  if (code != 0 || seeded.size() != static_cast<std::size_t>(users)) {
    give_up("keepline seed failed", text_of(output));
  }
  return seeded;
}

std::int64_t direct_chat(BlockingClient& client, std::string_view token, std::int64_t friend_id) {
  const std::string path = "/api/v1/users/" + std::to_string(friend_id) + "/conversation";
  const auto value = parsed(client.put(path, token, ""), path);
  return value.at("id").to_number<std::int64_t>();
}

std::int64_t first_room(BlockingClient& client, std::string_view token) {
  const std::string path = "/api/v1/conversations";
  const auto value = parsed(client.get(path, token), path);
  for (const auto& conversation : value.at("conversations").as_array()) {
    if (conversation.at("kind").as_string() == "room") {
      return conversation.at("id").to_number<std::int64_t>();
    }
  }
  give_up(path, "no room");
}

ScratchFolder::ScratchFolder(const std::string& parent) {
  std::filesystem::create_directories(parent);
  std::string pattern = parent + "/keepline-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    give_up("no scratch folder in", parent);
  }
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  if (!kept_) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
}

}  // namespace keepline::support
