#pragma once

#include <string_view>

#include "net/server.h"

namespace keepline::api {

/// A part of the server's paths with a protocol of its own, beside the routes of /api/v1: the
/// classic endpoint is one. The front asks its doors before its routes, after its rules about hosts
/// and before those about origins: a door has its own.
///
/// Called on shards; thread-safe where shards share it.
class Door {
 public:
  virtual ~Door() = default;

  /// Whether `path` (decoded) is this door's. Cheap: it is asked for every request.
  virtual bool owns(std::string_view path) const = 0;

  /// As net::Handler::admit(), for a path it owns.
  virtual net::Admission admit(const net::Request& head) = 0;

  /// Answers a request that it admitted.
  virtual void handle(net::Exchange exchange) = 0;
};

}  // namespace keepline::api
