#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "figures.h"
#include "load/crowd.h"
#include "load/keepline_peer.h"
#include "parts.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr double kSecondsMax = 10;
constexpr std::chrono::seconds kPatience{60};

/// What the server must write to its output when it ends, for the reads of its run to be judged:
/// a line that holds
///
///   database reads: events=N views=N sessions=N
///
/// events: reads of messages and events for a client's catch-up; views: of a user's conversations;
/// sessions: of who a token belongs to.
constexpr const char* kReadsLine = "database reads: ";

struct Reads {
  long events = 0;
  long views = 0;
  long sessions = 0;
};

/// The last such line of the server's output.
std::optional<Reads> last_reads(const std::string& log) {
  std::ifstream in(log);
  std::optional<Reads> found;
  for (std::string line; std::getline(in, line);) {
    Reads reads;
    const std::size_t at = line.find(kReadsLine);
    if (at != std::string::npos && std::sscanf(line.c_str() + at + std::string(kReadsLine).size(),
                                               "events=%ld views=%ld sessions=%ld", &reads.events,
                                               &reads.views, &reads.sessions) == 3) {
      found = reads;
    }
  }
  return found;
}

struct Figures {
  std::vector<double> start_ms;  ///< of the server after the crash
  std::vector<double> half_s;    ///< until half of them are live
  std::vector<double> all_s;
  std::vector<double> cpu_us;  ///< of the server for each that came back
  std::size_t missing = 0;
  std::uint64_t turned_away = 0;
  std::optional<Reads> reads;
};

double seconds_since(support::Instant begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

void tell(support::Loop& loop, Peer& peer, std::uint32_t mark) {
  const auto teller = peer.teller(loop, 0);
  teller->tell(mark);
  loop.run_until([&] { return !teller->busy(); }, SteadyClock::now() + kPatience);
}

/// All are cut off and miss a message; the server may crash as well. Then all come at once, and
/// each is live when it has heard what it missed.
void measure(Site& site, Carrier carrier, std::size_t count, bool crash, Figures& figures) {
  KeeplinePeer peer(site);
  support::Loop loop;
  Crowd crowd(loop, peer.dialect(), {.carrier = carrier, .count = count});
  crowd.gather();
  settle(loop, [&peer] { return peer.cpu(); });
  crowd.leave();
  tell(loop, peer, 1);
  settle(loop, [&peer] { return peer.cpu(); });
  if (crash) {
    site.server.kill();
    const auto begin = SteadyClock::now();
    site.server.start();
    figures.start_ms.push_back(1e3 * seconds_since(begin));
  }
  crowd.expect(1);
  crowd.comes_back(true);
  const auto cpu = peer.cpu();
  const auto begin = SteadyClock::now();
  crowd.rush();
  loop.run_until([&] { return crowd.reached() >= count / 2; }, begin + kPatience);
  figures.half_s.push_back(seconds_since(begin));
  loop.run_until([&] { return crowd.all_reached(); }, begin + kPatience);
  figures.all_s.push_back(seconds_since(begin));
  figures.cpu_us.push_back(static_cast<double>((peer.cpu() - cpu).count()) / 1e3 /
                           static_cast<double>(count));
  figures.missing += count - crowd.reached();
  figures.turned_away += crowd.lost();
  // They are really there: the next message reaches them too.
  crowd.expect(2);
  tell(loop, peer, 2);
  loop.run_until([&] { return crowd.all_reached(); }, SteadyClock::now() + kPatience);
  figures.missing += count - crowd.reached();
  crowd.comes_back(false);
  crowd.leave();
  if (crash) {
    // Its output then tells the reads of this run alone.
    site.server.stop();
    figures.reads = last_reads(site.server.log());
  }
}

void print(Carrier carrier, bool crash, const Figures& figures) {
  const double all = median(figures.all_s);
  std::printf("%-10s %-16s half %s s, all %s s: %s; server cpu us each %s", name(carrier),
              crash ? "after kill -9" : "all cut", figure(median(figures.half_s)).c_str(),
              figure(all).c_str(), at_most(all, kSecondsMax, 1).c_str(),
              figure(median(figures.cpu_us)).c_str());
  if (crash) {
    std::printf("; server up in %s ms", figure(median(figures.start_ms)).c_str());
  }
  if (figures.turned_away > 0) {
    std::printf("; %llu tries failed", static_cast<unsigned long long>(figures.turned_away));
  }
  std::printf("%s\n", figures.missing > 0 ? "; SOME NEVER CAME BACK" : "");
  if (crash && figures.reads) {
    std::printf("           reads for catch-up %ld: %s; of users %ld, of sessions %ld\n",
                figures.reads->events, verdict(figures.reads->events == 0), figures.reads->views,
                figures.reads->sessions);
  } else if (crash) {
    std::printf("           reads for catch-up: this server does not tell\n");
  }
}

}  // namespace

void reconnect(const Settings& settings) {
  const std::size_t count =
      settings.sizes({19'000}).empty() ? static_cast<std::size_t>(settings.clients_max) : 19'000;
  const int times = (settings.repeat + 1) / 2;
  Site site(settings.keepline, settings.folder, static_cast<int>(count) + 64, 0,
            settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  std::map<std::pair<Carrier, bool>, Figures> all;
  for (int i = 0; i < times; ++i) {
    for (const Carrier carrier : carriers) {
      for (const bool crash : {false, true}) {
        measure(site, carrier, count, crash, all[{carrier, crash}]);
      }
    }
  }
  std::printf("\n%zu clients come back at the same moment, each a message behind; medians of %d\n",
              count, times);
  for (const auto& [key, figures] : all) {
    print(key.first, key.second, figures);
  }
}

}  // namespace keepline::bench
