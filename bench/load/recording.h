#pragma once

#include <string>

namespace keepline::bench {

/// What one waiter of ours received, so that other peers send the very same bytes.
struct Recording {
  std::string greeting;  ///< when it came; of a stream
  std::string told;      ///< with the first text

  /// The JSON in `told`, with the text of mark 0 in it.
  std::string batch() const;
};

}  // namespace keepline::bench
