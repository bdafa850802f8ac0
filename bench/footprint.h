#pragma once

#include <string>
#include <vector>

#include "server.h"

namespace keepline::bench {

struct StartFigures {
  double ms = 0;            ///< from fork to the first answer to GET /healthz
  double resident_mb = 0;   ///< after answering one request
  double anonymous_mb = 0;  ///< the part of it that is not pages of files
};

/// Starts on a new folder, whose database is made. Medians of `times`. Blocks.
StartFigures first_start(const std::string& keepline, const std::string& parent, int times);

/// Starts on a folder of so many users and messages. Medians of `times`. Blocks.
StartFigures later_start(const std::string& keepline, const std::string& parent, int users,
                         int messages, int times);

struct ParkedFigures {
  int parked = 0;
  double bytes_each = 0;  ///< growth of resident memory since nothing was parked, for each poll
  double bytes_each_more = 0;  ///< the same since the step before this one
};

/// Parks polls of as many different users, in the given steps, and looks at the server's resident
/// memory after each. The kernel's memory for sockets is not in it. Blocks.
std::vector<ParkedFigures> parked(const Site& site, const std::vector<int>& steps);

}  // namespace keepline::bench
