#include "footprint.h"

#include <vector>

#include "figures.h"
#include "server.h"
#include "support/loop.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

class Starts {
 public:
  /// Starts `server`, looks at it, and stops it.
  void add(Server& server) {
    const auto begin = SteadyClock::now();
    server.start();
    ms_.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
    const auto memory = support::memory(server.pid());
    resident_.push_back(static_cast<double>(memory.resident_kb) / 1024);
    anonymous_.push_back(static_cast<double>(memory.anonymous_kb) / 1024);
    server.stop();
  }
  StartFigures medians() const { return {median(ms_), median(resident_), median(anonymous_)}; }

 private:
  std::vector<double> ms_;
  std::vector<double> resident_;
  std::vector<double> anonymous_;
};

}  // namespace

StartFigures first_start(const std::string& keepline, const std::string& parent, int times) {
  Starts starts;
  for (int i = 0; i < times; ++i) {
    const support::ScratchFolder scratch(parent);
    Server server(keepline, scratch.path() + "/data");
    starts.add(server);
  }
  return starts.medians();
}

StartFigures later_start(const std::string& keepline, const std::string& parent, int users,
                         int messages, int times) {
  const support::ScratchFolder scratch(parent);
  const std::string data = scratch.path() + "/data";
  support::seed_folder(keepline, data, users, "everyone", messages);
  Server server(keepline, data);
  Starts starts;
  for (int i = 0; i < times; ++i) {
    starts.add(server);
  }
  return starts.medians();
}

}  // namespace keepline::bench
