#pragma once

#include "app/config.h"
#include "base/clock.h"
#include "net/tls.h"

namespace keepline::app {

/// The certificate that `config` names, loaded, and said in the log with the day until which it is
/// valid, or with a warning where it is not valid now; null where none is named. Blocks.
///
/// Errors: as net::TlsContext::load().
base::Result<net::TlsContextPtr> load_certificate(const Config& config, base::Time now);

}  // namespace keepline::app
