#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "figures.h"
#include "load/channel.h"
#include "load/crowd.h"
#include "load/nginx_peer.h"
#include "load/process.h"
#include "parts.h"
#include "server.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr std::size_t kClients = 2'000;
constexpr double kBytesMax = 18'000;

/// Whether one waiter is let in before `limit`: servers that start tell nobody when they listen.
bool lets_in(const Dialect& dialect, Carrier carrier, std::chrono::seconds limit) {
  const auto until = SteadyClock::now() + limit;
  while (SteadyClock::now() < until) {
    support::Loop loop;
    Crowd one(loop, dialect, {.carrier = carrier, .count = 1, .first = kClients});
    try {
      one.gather();
      return true;
    } catch (const std::exception&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  return false;
}

/// Bytes for each of those who wait.
double measure(const Dialect& dialect, Carrier carrier, const std::function<Nanoseconds()>& cpu,
               const std::function<PrivateDirty()>& memory) {
  support::Loop loop;
  settle(loop, cpu);
  const PrivateDirty without = memory();
  Crowd crowd(loop, dialect, {.carrier = carrier, .count = kClients});
  crowd.gather();
  settle(loop, cpu);
  return static_cast<double>(memory().all() - without.all()) / kClients;
}

/// Nothing if the server has no TLS, or not this carrier.
std::optional<double> measure_ours(Site& site, Carrier carrier) {
  site.server.spawn();
  const KeeplineDialect dialect(site.server.port(), site.users, "bench", /*tls=*/true);
  std::optional<double> bytes;
  if (lets_in(dialect, carrier, std::chrono::seconds(3))) {
    const pid_t pid = site.server.pid();
    bytes = measure(
        dialect, carrier, [pid] { return cpu_of(pid); }, [pid] { return private_dirty(pid); });
  }
  site.server.kill();
  return bytes;
}

}  // namespace

void tls(const Settings& settings) {
  const support::ScratchFolder scratch(settings.folder);
  const Certificate certificate = make_certificate(scratch.path());
  std::vector<std::string> arguments = settings.server_arguments();
  for (const std::string& word : {std::string("--tls-cert"), certificate.file,
                                  std::string("--tls-key"), certificate.key_file}) {
    arguments.push_back(word);
  }
  Site site(settings.keepline, settings.folder, static_cast<int>(kClients) + 64, 0, arguments);
  const int times = (settings.repeat + 1) / 2;
  std::map<Carrier, std::vector<double>> ours;
  std::map<Carrier, std::vector<double>> theirs;
  for (int i = 0; i < times; ++i) {
    for (const Carrier carrier : settings.carriers()) {
      if (const auto bytes = measure_ours(site, carrier)) {
        ours[carrier].push_back(*bytes);
      }
      if (NginxPeer::is_installed()) {
        NginxPeer nginx(scratch.path() + "/nginx", certificate);
        lets_in(nginx.tls_dialect(), carrier, std::chrono::seconds(3));
        theirs[carrier].push_back(measure(
            nginx.tls_dialect(), carrier, [&nginx] { return nginx.cpu(); },
            [&nginx] { return nginx.memory(); }));
      }
    }
  }
  std::printf("\n(Private_Dirty with N waiting over TLS - without) / N, N = %zu; medians of %d\n",
              kClients, times);
  for (const Carrier carrier : settings.carriers()) {
    if (ours[carrier].empty()) {
      std::printf("keepline       %-10s not served over TLS\n", name(carrier));
    } else {
      const double bytes = median(ours[carrier]);
      std::printf("keepline       %-10s %7.0f B  %s\n", name(carrier), bytes,
                  at_most(bytes, kBytesMax, 1).c_str());
    }
    if (!theirs[carrier].empty()) {
      std::printf("nginx + nchan  %-10s %7.0f B\n", name(carrier), median(theirs[carrier]));
    }
  }
}

}  // namespace keepline::bench
