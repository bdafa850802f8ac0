#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "figures.h"
#include "load/crowd.h"
#include "load/keepline_peer.h"
#include "load/nginx_peer.h"
#include "parts.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

constexpr int kFanOuts = 5;
constexpr double kBytesMax = 1'024;
constexpr double kListenerBytesMax = 512;

/// Bytes for each client, run by run.
struct Growth {
  std::vector<double> all;
  std::vector<double> heap;

  void add(const PrivateDirty& without, const PrivateDirty& with, std::size_t clients) {
    const auto each = static_cast<double>(clients);
    all.push_back(static_cast<double>(with.all() - without.all()) / each);
    heap.push_back(static_cast<double>(with.heap - without.heap) / each);
  }
};

struct Sizes {
  Growth parked;
  Growth told;  ///< after the fan-outs
};

PrivateDirty settled(support::Loop& loop, const Peer& peer) {
  settle(loop, [&peer] { return peer.cpu(); });
  return peer.memory();
}

/// One message, so that what a server needs once for the first one is there before.
void tell(support::Loop& loop, Teller& teller, std::uint32_t mark) {
  teller.tell(mark);
  loop.run_until([&] { return !teller.busy(); },
                 support::SteadyClock::now() + std::chrono::seconds(30));
}

void measure(Peer& peer, Carrier carrier, std::size_t count, Sizes& sizes) {
  support::Loop loop;
  const auto teller = peer.teller(loop, 0);
  tell(loop, *teller, 0);
  const PrivateDirty without = settled(loop, peer);
  Crowd crowd(loop, peer.dialect(), {.carrier = carrier, .count = count});
  crowd.gather();
  sizes.parked.add(without, settled(loop, peer), count);
  for (std::uint32_t mark = 1; mark <= kFanOuts; ++mark) {
    crowd.expect(mark);
    tell(loop, *teller, mark);
    loop.run_until([&] { return crowd.all_reached(); },
                   support::SteadyClock::now() + std::chrono::seconds(30));
    settle(loop, [&peer] { return peer.cpu(); });
  }
  sizes.told.add(without, settled(loop, peer), count);
}

/// Connections that were answered once and then only stay.
class IdleDialect final : public Dialect {
 public:
  explicit IdleDialect(std::uint16_t port) : port_(port) {}
  const char* server() const override { return "keepline"; }
  std::uint16_t port() const override { return port_; }
  std::string request(Carrier, std::size_t, const std::string&) const override {
    return support::get_request("/healthz", "");
  }
  std::string cursor_after(const Batch&) const override { return {}; }
  bool greets(Carrier) const override { return true; }

 private:
  std::uint16_t port_;
};

struct Parts {
  Growth connection;
  Growth listener;  ///< with its connection: the second one of a user who waits already
};

void measure_parts(Site& site, Carrier carrier, std::size_t count, Parts& parts) {
  {
    KeeplinePeer peer(site);
    support::Loop loop;
    const PrivateDirty without = settled(loop, peer);
    const IdleDialect dialect(site.server.port());
    Crowd crowd(loop, dialect, {.carrier = Carrier::kPoll, .count = count});
    crowd.asks_at_once(false);
    crowd.gather();
    parts.connection.add(without, settled(loop, peer), count);
  }
  KeeplinePeer peer(site);
  support::Loop loop;
  Crowd first(loop, peer.dialect(), {.carrier = carrier, .count = count});
  first.gather();
  const PrivateDirty without = settled(loop, peer);
  const KeeplineDialect other(site.server.port(), site.users, "other");
  Crowd second(loop, other, {.carrier = carrier, .count = count});
  second.gather();
  parts.listener.add(without, settled(loop, peer), count);
}

void print(const char* name, Carrier carrier, std::size_t count, const Sizes& sizes, bool judged) {
  const double parked = median(sizes.parked.all);
  const double told = median(sizes.told.all);
  std::printf("%-14s %-10s %6zu  %7.0f B (heap %6.0f)  %7.0f B (heap %6.0f)", name,
              bench::name(carrier), count, parked, median(sizes.parked.heap), told,
              median(sizes.told.heap));
  std::printf("%s\n", judged ? ("  " + at_most(std::max(parked, told), kBytesMax, 1)).c_str() : "");
}

}  // namespace

void memory(const Settings& settings) {
  const auto counts = settings.sizes({1'000, 10'000, 19'000});
  const std::size_t most = counts.back();
  const int times = (settings.repeat + 1) / 2;
  Site site(settings.keepline, settings.folder, static_cast<int>(most) + 64, 0,
            settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  std::map<std::pair<Carrier, std::size_t>, Sizes> ours;
  std::map<Carrier, Sizes> theirs;
  std::map<Carrier, Parts> parts;
  for (int i = 0; i < times; ++i) {
    for (const Carrier carrier : carriers) {
      for (const std::size_t count : counts) {
        KeeplinePeer peer(site);
        measure(peer, carrier, count, ours[{carrier, count}]);
      }
      measure_parts(site, carrier, most / 2, parts[carrier]);
      if (NginxPeer::is_installed()) {
        NginxPeer peer(site.scratch.path() + "/nginx");
        measure(peer, carrier, most / 2, theirs[carrier]);
      }
    }
  }
  std::printf("\n(Private_Dirty with N waiting - without) / N; medians of %d\n", times);
  std::printf("%-14s %-10s %6s  %-25s  after %d fan-outs\n", "", "", "N", "waiting", kFanOuts);
  for (const auto& [key, sizes] : ours) {
    print("keepline", key.first, key.second, sizes, true);
  }
  for (const auto& [carrier, sizes] : theirs) {
    print("nginx + nchan", carrier, most / 2, sizes, false);
  }
  for (const auto& [carrier, part] : parts) {
    const double listener = median(part.listener.all);
    const double whole = median(ours[{carrier, most}].parked.all);
    std::printf("of it, %-10s connection %.0f B; connection and listener %.0f B, %s; user %.0f B\n",
                name(carrier), median(part.connection.all), listener,
                at_most(listener, kListenerBytesMax, 1).c_str(), whole - listener);
  }
}

}  // namespace keepline::bench
