#pragma once

#include <string>
#include <vector>

#include "server.h"

namespace keepline::bench {

struct StartFigures {
  double first_ms = 0;  ///< on an empty folder, whose database it makes
  double again_ms = 0;  ///< on a folder that has one
  double idle_mb = 0;   ///< resident, after answering one request
  double idle_anonymous_mb = 0;
};

/// From fork to the first answer to GET /healthz; medians of `times` starts. Blocks.
StartFigures cold_start(const std::string& keepline, const std::string& parent, int times);

struct ParkedFigures {
  int parked = 0;
  double bytes_each = 0;  ///< growth of resident memory since nothing was parked, for each poll
  double bytes_each_more = 0;  ///< the same since the step before this one
};

/// Parks polls of as many different users, in the given steps, and looks at the server's resident
/// memory after each. The kernel's memory for sockets is not in it. Blocks.
std::vector<ParkedFigures> parked(const Site& site, const std::vector<int>& steps);

}  // namespace keepline::bench
