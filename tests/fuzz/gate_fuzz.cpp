// Any bytes at the front door: the gate and the parser together never crash, read the same however
// the bytes are cut, and make no request of what they refused.
//
// The first byte of the input says how the rest is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "net/intake.h"
#include "net/target.h"

namespace {

using keepline::base::check;
using keepline::net::Intake;
using keepline::net::Request;

constexpr std::size_t kBodyMax = 64U * 1024;

struct Outcome {
  std::vector<std::string> requests;
  bool refused = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// What Request and the gate promise, asked again by value.
void check_promises(const Request& request) {
  check(!request.path.empty() && request.path.front() == '/', "a path begins with '/'");
  check(keepline::base::is_utf8(request.path), "a path is UTF-8");
  check(request.path.find('\0') == std::string::npos, "a path has no NUL");
  check((request.path + "/").find("/../") == std::string::npos, "a path has no '..'");
  check((request.path + "/").find("/./") == std::string::npos, "a path has no '.'");
  check(request.path.find('\\') == std::string::npos, "a path has no backslash");
  check(keepline::net::is_host(request.header("host")), "a request has a host");
  check(!request.has_header("transfer-encoding") ||
            (!request.has_header("content-length") && request.minor_version == 1),
        "a body has one framing");
  check(request.headers.size() <= keepline::net::kHeadersMax, "headers are bounded");
  check(request.body.size() <= kBodyMax, "bodies are bounded");
  for (const auto& header : request.headers) {
    check(header.name.find_first_of("\r\n: ") == std::string::npos, "a name is a token");
    check(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
          "a value is one line");
  }
}

Outcome feed(std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  Intake intake;
  std::string pending;
  while (!bytes.empty()) {
    pending += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (!pending.empty()) {
      std::size_t used = 0;
      auto step = intake.read(pending, used);
      check(used <= pending.size(), "no more is used than there is");
      pending.erase(0, used);
      if (step == Intake::Step::kHead) {
        if (intake.admit(kBodyMax)) {
          outcome.refused = true;
          return outcome;
        }
        if (intake.has_body()) {
          continue;
        }
        step = intake.read(pending, used);
        check(step == Intake::Step::kRequest && used == 0, "without a body the head is all");
      }
      if (step == Intake::Step::kRefused) {
        outcome.refused = true;
        return outcome;
      }
      if (step == Intake::Step::kMore) {
        break;
      }
      check_promises(intake.request());
      outcome.requests.push_back(intake.request().path + "\n" + intake.request().query + "\n" +
                                 intake.request().body);
      intake.reset();
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = feed(bytes, bytes.size());
  check(feed(bytes, 1 + data[0]) == whole, "cuts change nothing");
  return 0;
}
