#include "load/crowd_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <future>

#include "load/process.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr int kLowestPriority = 19;

}  // namespace

CrowdThread::CrowdThread(Peer& peer, const Crowd::Plan& plan, std::chrono::milliseconds every) {
  std::promise<void> promise;
  thread_ = std::thread([&, plan, every] {
    bool there = false;
    try {
      run(peer, plan, every, [&] {
        there = true;
        promise.set_value();
      });
    } catch (...) {
      // Later than that there is nothing that throws.
      if (!there) {
        promise.set_exception(std::current_exception());
      }
    }
  });
  try {
    promise.get_future().get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

CrowdThread::~CrowdThread() {
  ending_ = true;
  thread_.join();
}

void CrowdThread::run(Peer& peer, const Crowd::Plan& plan, std::chrono::milliseconds every,
                      const std::function<void()>& gathered) {
  support::Loop loop;
  Crowd crowd(loop, peer.dialect(), plan);
  crowd.gather();
  settle(loop, [&peer] { return peer.cpu(); });
  const auto teller = peer.teller(loop, 0);
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowestPriority);
  gathered();
  std::uint32_t mark = kFirstMark;
  while (!ending_) {
    loop.run_until([] { return false; }, SteadyClock::now() + every);
    if (chatter_ && !teller->busy()) {
      teller->tell(++mark);
    }
    told_ = crowd.told();
  }
}

}  // namespace keepline::bench
