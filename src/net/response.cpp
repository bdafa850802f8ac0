#include "net/response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "base/check.h"

namespace keepline::net {

namespace {

bool has_no_body(int status) { return status == 204 || status == 304; }

void append_number(std::string& out, std::size_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_safely(std::string& out, std::string_view text) {
  constexpr auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  };
  const std::size_t begin = out.size();
  out.append(text);
  if (std::any_of(text.begin(), text.end(), is_control)) {
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), is_control, ' ');
  }
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  append_safely(out, name);
  out.append(": ");
  append_safely(out, value);
  out.append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

std::string_view body_of(const Response& response) {
  if (has_no_body(response.status)) {
    return {};
  }
  return response.shared_body ? std::string_view(*response.shared_body)
                              : std::string_view(response.body);
}

std::string encode_head(const Response& response, After after, std::string_view date,
                        std::string_view common, std::size_t spare) {
  base::check(response.status >= 200 && response.status <= 599, "the status of a final answer");
  std::string out;
  out.reserve(256 + common.size() + spare);
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.push_back(' ');
  out.append(reason_phrase(response.status));
  out.append("\r\nDate: ").append(date);
  // HTTP/1.0 clients need keep-alive said; to others it is harmless, and all answers look alike.
  out.append(after == After::kClose ? "\r\nConnection: close\r\n"
                                    : "\r\nConnection: keep-alive\r\n");
  if (!has_no_body(response.status)) {
    out.append("Content-Length: ");
    append_number(out, body_of(response).size());
    out.append("\r\n");
  }
  if (!response.content_type.empty()) {
    append_header(out, "Content-Type", response.content_type);
  }
  for (const auto& [name, value] : response.headers) {
    append_header(out, name, value);
  }
  out.append(common);
  out.append("\r\n");
  return out;
}

std::string encode_stream_head(const Response& response, bool chunked, std::string_view date,
                               std::string_view common) {
  const bool upgrade = response.status == 101;
  std::string out("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.push_back(' ');
  out.append(reason_phrase(response.status));
  out.append("\r\nDate: ").append(date);
  out.append(upgrade ? "\r\nConnection: Upgrade\r\n" : "\r\nConnection: close\r\n");
  if (chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  }
  if (!response.content_type.empty()) {
    append_header(out, "Content-Type", response.content_type);
  }
  for (const auto& [name, value] : response.headers) {
    append_header(out, name, value);
  }
  out.append(common);
  out.append("\r\n");
  return out;
}

std::string chunk(std::string_view bytes) {
  base::check(!bytes.empty(), "an empty chunk would end the body");
  std::array<char, 16> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16).ptr;
  std::string out;
  out.reserve(bytes.size() + digits.size() + 4);
  out.append(digits.data(), end).append("\r\n").append(bytes).append("\r\n");
  return out;
}

std::string encode(const Response& response, After after, bool head_only, std::string_view date,
                   std::string_view common) {
  const std::string_view body = head_only ? std::string_view() : body_of(response);
  std::string out = encode_head(response, after, date, common, body.size());
  out.append(body);
  return out;
}

}  // namespace keepline::net
