#include "api/handlers.h"

namespace keepline::api {

Answer check_health(Context&) {
  net::Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = "ok\n";
  co_return response;
}

}  // namespace keepline::api
