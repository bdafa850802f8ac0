#include "base/thread.h"

#include <pthread.h>

#include <algorithm>

namespace keepline::base {

void name_this_thread(std::string name) {
  constexpr std::size_t kShown = 15;
  name.resize(std::min(name.size(), kShown));
  ::pthread_setname_np(::pthread_self(), name.c_str());
}

}  // namespace keepline::base
