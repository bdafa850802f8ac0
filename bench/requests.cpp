#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "figures.h"
#include "load/asker.h"
#include "load/bare_peer.h"
#include "load/keepline_peer.h"
#include "load/nginx_peer.h"
#include "parts.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr std::size_t kAskers = 64;

struct Figures {
  std::vector<double> per_second;
  std::vector<double> cpu_us;
  std::uint64_t failures = 0;
};

/// Returns the bytes of one answer.
std::string measure(const Peer& peer, const std::string& request, std::chrono::milliseconds length,
                    Figures& figures) {
  support::Loop loop;
  Answers answers;
  std::vector<std::unique_ptr<Asker>> askers;
  for (std::size_t i = 0; i < kAskers; ++i) {
    askers.push_back(std::make_unique<Asker>(loop, peer.dialect().port(), request, answers));
    askers.back()->ask();
  }
  const auto never = [] { return false; };
  loop.run_until(never, SteadyClock::now() + std::chrono::milliseconds(200));
  const std::uint64_t count = answers.count;
  const auto cpu = peer.cpu();
  const auto begin = SteadyClock::now();
  loop.run_until(never, begin + length);
  const auto answered = static_cast<double>(answers.count - count);
  const std::chrono::duration<double> lasted = SteadyClock::now() - begin;
  figures.per_second.push_back(answered / lasted.count());
  figures.cpu_us.push_back(static_cast<double>((peer.cpu() - cpu).count()) / 1e3 / answered);
  answers.asking = false;
  loop.run_until(never, SteadyClock::now() + std::chrono::milliseconds(100));
  figures.failures += answers.failures;
  return answers.first;
}

void print(const char* name, const Figures& figures) {
  std::printf("%-36s %12.0f %12s%s\n", name, median(figures.per_second),
              figure(median(figures.cpu_us)).c_str(), figures.failures > 0 ? "  SOME FAILED" : "");
}

}  // namespace

void requests(const Settings& settings) {
  Site site(settings.keepline, settings.folder, 64, 0, settings.server_arguments());
  KeeplinePeer keepline(site);
  BarePeer bare(settings.bare, site.scratch.path());
  std::unique_ptr<NginxPeer> nginx;
  if (NginxPeer::is_installed()) {
    nginx = std::make_unique<NginxPeer>(site.scratch.path() + "/nginx");
  }
  struct Kind {
    const char* name;
    std::string request;
    Figures ours;
    Figures bare;
  };
  std::vector<Kind> kinds = {{"GET /healthz", support::get_request("/healthz", ""), {}, {}},
                             {"GET /api/v1/me, signed in",
                              support::get_request("/api/v1/me", site.users[0].token),
                              {},
                              {}}};
  Figures theirs;
  for (int i = 0; i < settings.repeat; ++i) {
    for (Kind& kind : kinds) {
      const std::string answer = measure(keepline, kind.request, settings.length(), kind.ours);
      bare.answers(answer);
      measure(bare, kind.request, settings.length(), kind.bare);
    }
    if (nginx) {
      measure(*nginx, nginx->trivial_request(), settings.length(), theirs);
    }
  }
  std::printf(
      "\nRequests on %zu connections, each asked when the last is answered; medians of %d\n",
      kAskers, settings.repeat);
  std::printf("%-36s %12s %12s\n", "", "a second", "cpu us each");
  for (const Kind& kind : kinds) {
    print(kind.name, kind.ours);
    print("  the same bytes, bare epoll", kind.bare);
  }
  if (nginx) {
    print("nginx: return 200", theirs);
  }
  for (const Kind& kind : kinds) {
    const double rate = median(kind.ours.per_second);
    std::printf("%-36s : bare %s; : nginx %s\n", kind.name,
                at_least(rate, median(kind.bare.per_second), 0.8).c_str(),
                at_least(rate, median(theirs.per_second), 1).c_str());
  }
}

}  // namespace keepline::bench
