#pragma once

#include <string>

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

}  // namespace keepline::bench
