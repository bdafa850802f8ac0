#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keepline::app {

/// The host of "host:port" or "[v6]:port", without brackets.
std::string_view host_of(std::string_view listen);
std::string_view port_of(std::string_view listen);

/// Whether only this machine can reach the address: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view listen);

/// The URLs at which people reach a server bound to `bound` ("0.0.0.0:8080"): every address of the
/// machine where it listens on all. `scheme` is "http" or "https".
std::vector<std::string> urls_of(const std::vector<std::string>& bound, std::string_view scheme);

/// The machine's own name.
std::string host_name();

}  // namespace keepline::app
