#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "figures.h"
#include "load/teller.h"
#include "parts.h"
#include "server.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr int kUsers = 64;
constexpr int kRooms = 99;  ///< beside the one that holds the history
constexpr int kRoomMessages = 10;
constexpr std::int64_t kBehind = 100'000;
constexpr int kWarmUp = 20;
constexpr int kAsked = 50;  ///< of each kind, in a round
constexpr double kFactorMax = 3;
constexpr double kCommonMaxMs = 200;
constexpr double kBytesMax = 200;

/// A server with so many messages in one room, and a hundred conversations of ten beside it.
struct Past {
  Past(const Settings& settings, int count)
      : messages(count),
        site(settings.keepline, settings.folder, kUsers, count, settings.server_arguments()) {}

  const std::string& token() const { return site.users[1].token; }

  int messages;
  Site site;
  double bytes = 0;  ///< of the database
  std::unique_ptr<support::BlockingClient> client;
  std::int64_t room = 0;
  std::int64_t room_of_ten = 0;
  std::vector<Latencies> latencies;  ///< of each kind
  std::vector<double> catch_up_ms;
  std::int64_t lost = 0;
};

/// What is asked for; the places in the history differ from one time to the next.
struct Kind {
  const char* name;
  std::function<std::string(const Past&, std::mt19937_64&)> path;
  double ms_max = 0;  ///< the bound where there is the more to look at, the more there is; else 0
  bool finds = true;
};

std::string page_of(std::int64_t room, const std::string& where) {
  return "/api/v1/conversations/" + std::to_string(room) + "/messages?limit=50" + where;
}

Kind page(const char* name, const std::string& parameter) {
  return {name, [parameter](const Past& past, std::mt19937_64& random) {
            const auto seq = 1 + random() % static_cast<std::uint64_t>(past.messages);
            return page_of(past.room, parameter + std::to_string(seq));
          }};
}

/// `q` is percent-encoded. A space behind the last word: it is whole.
Kind search(const char* name, const std::string& q, double ms_max = 0, bool finds = true) {
  return {name,
          [q](const Past&, std::mt19937_64&) { return "/api/v1/search?limit=20&q=" + q + "%20"; },
          ms_max, finds};
}

std::string page_at_a_moment(const Past& past, std::mt19937_64& random) {
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  constexpr milliseconds kYear = std::chrono::days(364);
  const milliseconds ago(random() % static_cast<std::uint64_t>(kYear.count()));
  const auto at = std::chrono::duration_cast<milliseconds>(now) - ago;
  return page_of(past.room, "&at=" + std::to_string(at.count()));
}

std::vector<Kind> kinds() {
  return {
      {"the newest page",
       [](const Past& past, std::mt19937_64&) { return page_of(past.room, ""); }},
      page("the page before a message anywhere", "&before="),
      page("the page about a message anywhere", "&around="),
      {"the page from a moment on", page_at_a_moment},
      {"the newest page of a room of ten beside it",
       [](const Past& past, std::mt19937_64&) { return page_of(past.room_of_ten, ""); }},
      {"100 conversations with what is unread",
       [](const Past&, std::mt19937_64&) { return "/api/v1/conversations?limit=100"; }},
      search("search: a rare Chinese word of two characters", "%E7%90%A5%E7%8F%80"),
      search("search: a rare English word", "amber"),
      search("search: a word that one message has", "n5000"),
      search("search: a common Chinese word of two characters", "%E6%94%B6%E5%88%B0", kCommonMaxMs),
      search("search: a common English word", "the", kCommonMaxMs),
      search("search: common characters, never in a row", "%E5%A5%BD%E4%B8%89", kCommonMaxMs,
             false)};
}

std::string answer(const Past& past, const std::string& request) {
  const auto reply = past.client->ask(request);
  if (reply.status != 200 && reply.status != 201) {
    throw std::runtime_error("status " + std::to_string(reply.status) + ": " + reply.body);
  }
  return reply.body;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

double database_bytes(const Site& site) {
  const std::string file = site.scratch.path() + "/data/keepline.db";
  const std::string log = file + "-wal";
  const auto size = std::filesystem::file_size(file);
  return static_cast<double>(size +
                             (std::filesystem::exists(log) ? std::filesystem::file_size(log) : 0));
}

std::unique_ptr<Past> make_past(const Settings& settings, int messages) {
  auto past = std::make_unique<Past>(settings, messages);
  past->bytes = database_bytes(past->site);
  std::ifstream told(past->site.scratch.path() + "/data.seed");
  for (std::string line; std::getline(told, line);) {
    std::printf("seeded %s\n", line.c_str());
  }
  past->site.server.start();
  past->client = std::make_unique<support::BlockingClient>(past->site.server.port());
  past->room = support::first_room(*past->client, past->token());
  const auto& writer = past->site.users[0];
  const std::string wish =
      R"({"kind":"room","title":"Ten","users":[)" + std::to_string(past->site.users[1].id) + "]}";
  for (int i = 0; i < kRooms; ++i) {
    const std::string made =
        answer(*past, support::post_request("/api/v1/conversations", writer.token, wish));
    past->room_of_ten = boost::json::parse(made).at("id").to_number<std::int64_t>();
    for (int n = 0; n < kRoomMessages; ++n) {
      const std::string nonce = "ten " + std::to_string(i * kRoomMessages + n);
      answer(*past, support::send_request(past->room_of_ten, writer.token, nonce, "one of ten"));
    }
  }
  return past;
}

/// Everybody writes into the room, at once, until there are kBehind more.
void fall_behind(const Past& past) {
  support::Loop loop;
  std::vector<std::unique_ptr<Teller>> tellers;
  std::int64_t begun = 0;
  std::int64_t stored = 0;
  bool refused = false;
  const auto go_on = [&](Teller& teller) {
    if (begun < kBehind) {
      teller.tell(static_cast<std::uint32_t>(++begun));
    }
  };
  for (const auto& user : past.site.users) {
    tellers.push_back(keepline_sender(loop, past.site.server.port(), user.token, past.room));
    tellers.back()->on_told([&, teller = tellers.back().get()](bool good) {
      stored += good ? 1 : 0;
      refused |= !good;
      go_on(*teller);
    });
    go_on(*tellers.back());
  }
  loop.run_until([&] { return stored == kBehind || refused; },
                 SteadyClock::now() + std::chrono::minutes(5));
  if (stored != kBehind) {
    throw std::runtime_error("not all could be sent that somebody is to be behind by");
  }
}

/// From `cursor` to the end of the log, batch by batch.
void catch_up(Past& past, std::string cursor) {
  const std::string mark = R"("cursor":")";
  std::int64_t heard = 0;
  const auto begin = SteadyClock::now();
  for (bool more = true; more;) {
    const std::string batch =
        answer(past, support::poll_request(past.token(), cursor, 0, "history"));
    const auto at = batch.find(mark) + mark.size();
    cursor = batch.substr(at, batch.find('"', at) - at);
    heard += static_cast<std::int64_t>(count_of(batch, R"("type":"message")"));
    more = batch.find(R"("more":true)") != std::string::npos;
  }
  const std::chrono::duration<double, std::milli> took = SteadyClock::now() - begin;
  past.catch_up_ms.push_back(took.count());
  past.lost += kBehind - heard;
}

void ask(Past& past, const std::vector<Kind>& kinds, std::mt19937_64& random) {
  const bool first = past.latencies.empty();
  past.latencies.resize(kinds.size());
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const auto one = [&] {
      return support::get_request(kinds[kind].path(past, random), past.token());
    };
    for (int i = 0; first && i < kWarmUp; ++i) {
      const std::string body = answer(past, one());
      if ((body.find(R"("id":)") != std::string::npos) != kinds[kind].finds) {
        throw std::runtime_error(std::string(kinds[kind].name) + ": NOT WHAT IS THERE WAS FOUND");
      }
    }
    for (int i = 0; i < kAsked; ++i) {
      const std::string request = one();
      const auto begin = SteadyClock::now();
      answer(past, request);
      past.latencies[kind].add(SteadyClock::now() - begin);
    }
  }
}

using Pasts = std::vector<std::unique_ptr<Past>>;

using Value = std::function<double(const Past&)>;

/// One line: a text for each size, and the highest value, in units of the first or by its bound.
void print(const char* name, const Pasts& pasts, const Value& value,
           const std::function<std::string(const Past&)>& text, double bound = 0) {
  std::printf("%-50s", name);
  double highest = 0;
  for (const auto& past : pasts) {
    std::printf(" %14s", text(*past).c_str());
    highest = std::max(highest, value(*past));
  }
  if (bound != 0) {
    std::printf("  <= %s %s\n", figure(bound).c_str(), verdict(highest <= bound));
  } else {
    std::printf("  %s\n", at_most(highest, value(*pasts.front()), kFactorMax).c_str());
  }
}

void print_all(const Pasts& pasts, const std::vector<Kind>& kinds, double empty) {
  std::printf("\nBy messages in the room, ms: p50 / p99 of %zu, one request at a time\n",
              pasts.front()->latencies.front().count());
  std::printf("%-50s", "");
  for (const auto& past : pasts) {
    std::printf(" %14d", past->messages);
  }
  std::printf("  the dearest p50 : the first\n");
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const auto ms = [kind](const Past& past, double share) {
      return past.latencies[kind].ms(share);
    };
    print(
        kinds[kind].name, pasts, [&](const Past& past) { return ms(past, 0.5); },
        [&](const Past& past) { return figure(ms(past, 0.5)) + " / " + figure(ms(past, 0.99)); },
        kinds[kind].ms_max);
  }
  const auto behind = [](const Past& past) { return median(past.catch_up_ms); };
  print("100 000 events behind: to the end, whole", pasts, behind,
        [&](const Past& past) { return figure(behind(past)); });
  const auto each = [&](const Past& past) { return (past.bytes - empty) / past.messages; };
  print(
      "a message on disk, B, index and all", pasts, each,
      [&](const Past& past) { return figure(each(past)); }, kBytesMax);
  for (const auto& past : pasts) {
    if (past->lost != 0) {
      throw std::runtime_error(std::to_string(past->lost) + " EVENTS WERE NOT HEARD among " +
                               std::to_string(past->messages));
    }
  }
}

}  // namespace

void history(const Settings& settings) {
  const std::vector<int> sizes =
      settings.thorough ? std::vector{10'000, 1'000'000, 10'000'000} : std::vector{10'000, 100'000};
  const double empty = database_bytes(Past(settings, 0).site);
  std::printf("\n");
  Pasts pasts;
  for (const int size : sizes) {
    pasts.push_back(make_past(settings, size));
  }
  const std::vector<Kind> asked = kinds();
  std::mt19937_64 random(42);
  for (int i = 0; i < settings.repeat; ++i) {
    for (const auto& past : pasts) {
      ask(*past, asked, random);
    }
  }
  std::vector<std::string> cursors;
  for (const auto& past : pasts) {
    const std::string snapshot = answer(*past, support::get_request("/api/v1/sync", past->token()));
    cursors.emplace_back(boost::json::parse(snapshot).at("cursor").as_string());
    fall_behind(*past);
  }
  for (int i = 0; i < settings.repeat; ++i) {
    for (std::size_t n = 0; n < pasts.size(); ++n) {
      catch_up(*pasts[n], cursors[n]);
    }
  }
  print_all(pasts, asked, empty);
}

}  // namespace keepline::bench
