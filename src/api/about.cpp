#include "api/handlers.h"
#include "api/respond.h"

namespace keepline::api {

net::Response check_health(Context&) {
  net::Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = "ok\n";
  return response;
}

net::Response describe_server(Context& context) {
  const ServerInfo& server = context.services.server;
  base::JsonWriter json;
  json.begin_object().field("name", std::string_view(server.name));
  json.field("version", std::string_view(server.version));
  json.field("build", std::string_view(server.build));
  json.field("demo", server.demo).field("classic", server.classic).end_object();
  return json_answer(200, std::move(json));
}

}  // namespace keepline::api
