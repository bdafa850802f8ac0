#include "load/keepline_peer.h"

#include <cstdio>
#include <exception>

#include "load/crowd.h"

namespace keepline::bench {

KeeplinePeer::KeeplinePeer(Site& site)
    : site_(site), dialect_(site.server.port(), site.users, "bench") {
  site_.server.start();
  support::BlockingClient client(site_.server.port());
  room_ = support::first_room(client, site_.users.back().token);
}

std::unique_ptr<Teller> KeeplinePeer::teller(support::Loop& loop, std::size_t number) {
  const auto& user = site_.users.at(site_.users.size() - 1 - number);
  return keepline_sender(loop, site_.server.port(), user.token, room_);
}

std::vector<Carrier> served(Site& site, const std::vector<Carrier>& wanted) {
  KeeplinePeer peer(site);
  std::vector<Carrier> carriers;
  for (const Carrier carrier : wanted) {
    support::Loop loop;
    Crowd one(loop, peer.dialect(), {.carrier = carrier, .count = 1});
    try {
      one.gather();
      carriers.push_back(carrier);
    } catch (const std::exception&) {
      std::printf("\n%s: this server does not serve it\n", name(carrier));
    }
  }
  return carriers;
}

}  // namespace keepline::bench
