#pragma once

#include "net/address.h"

// Sockets that listen: opened here, or inherited from whoever started the process.
namespace keepline::net {

/// Binds and listens, without blocking and closed in children. Throws std::runtime_error with one
/// sentence. `ipv6_only`: leave IPv4 to another socket.
int open_listening_socket(const Endpoint& endpoint, bool ipv6_only);

/// Makes an inherited socket like one of our own. Throws std::runtime_error with one sentence where
/// it is not TCP, or does not listen.
void adopt_listening_socket(int descriptor);

/// Where a socket is bound: the port is never 0. Requires: it is TCP.
Endpoint bound_endpoint(int descriptor);

}  // namespace keepline::net
