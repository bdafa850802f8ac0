#include "app/certificate.h"

#include <fmt/format.h>

#include "base/log.h"

namespace keepline::app {
namespace {

std::string day_of(std::chrono::sys_seconds time) {
  return base::to_rfc3339(base::Time(time)).substr(0, 10);
}

}  // namespace

base::Result<net::TlsContextPtr> load_certificate(const Config& config, base::Time now) {
  if (config.tls_cert.empty()) {
    return net::TlsContextPtr();
  }
  auto loaded = net::TlsContext::load(config.tls_cert, config.tls_key);
  if (!loaded) {
    return loaded;
  }
  const net::TlsContext& tls = **loaded;
  // A certificate out of its time is served all the same: who starts a server at night wants the
  // chat, and browsers tell each person what is wrong.
  if (now >= tls.valid_until()) {
    base::log_warn(fmt::format("the certificate in {} expired on {}: browsers will refuse it",
                               config.tls_cert, day_of(tls.valid_until())));
  } else if (now < tls.valid_from()) {
    base::log_warn(
        fmt::format("the certificate in {} is valid only from {} on: is the clock right?",
                    config.tls_cert, day_of(tls.valid_from())));
  } else {
    base::log_info(fmt::format("the certificate in {} is valid until {}", config.tls_cert,
                               day_of(tls.valid_until())));
  }
  return loaded;
}

}  // namespace keepline::app
