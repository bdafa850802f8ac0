#include "support/requests.h"

namespace keepline::support {
namespace {

std::string request(std::string_view method, std::string_view path, std::string_view token) {
  std::string text;
  text.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  if (!token.empty()) {
    text.append("Authorization: Bearer ").append(token).append("\r\n");
  }
  return text;
}

std::string with_body(std::string text, std::string_view json) {
  text.append("Content-Type: application/json\r\nContent-Length: ");
  text.append(std::to_string(json.size())).append("\r\n\r\n").append(json);
  return text;
}

}  // namespace

std::string get_request(std::string_view path, std::string_view token) {
  return request("GET", path, token) + "\r\n";
}

std::string put_request(std::string_view path, std::string_view token, std::string_view json) {
  return with_body(request("PUT", path, token), json);
}

std::string post_request(std::string_view path, std::string_view token, std::string_view json) {
  return with_body(request("POST", path, token), json);
}

std::string send_request(std::int64_t conversation, std::string_view token, std::string_view nonce,
                         std::string_view text) {
  std::string json = R"({"nonce":")";
  json.append(nonce).append(R"(","text":")").append(text).append(R"("})");
  return post_request("/api/v1/conversations/" + std::to_string(conversation) + "/messages", token,
                      json);
}

std::string poll_request(std::string_view token, std::string_view cursor, int wait_s,
                         std::string_view client) {
  std::string path = "/api/v1/events?wait=" + std::to_string(wait_s);
  path.append("&client=").append(client);
  if (!cursor.empty()) {
    path.append("&cursor=").append(cursor);
  }
  return get_request(path, token);
}

}  // namespace keepline::support
