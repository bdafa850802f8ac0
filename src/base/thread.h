#pragma once

#include <string>

namespace keepline::base {

/// What top, ps and debuggers show for the calling thread. Linux shows at most 15 bytes.
void name_this_thread(std::string name);

}  // namespace keepline::base
