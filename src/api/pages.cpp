#include "api/pages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/respond.h"

namespace keepline::api {
namespace {

constexpr std::string_view kClient = "/index.html";

/// The first segments of the client's addresses (web/src/router.svelte.ts).
constexpr std::array<std::string_view, 8> kClientPages{"login",  "register", "c",     "friends",
                                                       "search", "mentions", "saved", "settings"};

bool is_client_page(std::string_view path) {
  path.remove_prefix(1);
  const std::string_view first = path.substr(0, path.find('/'));
  return std::find(kClientPages.begin(), kClientPages.end(), first) != kClientPages.end();
}

/// Whether a person may have typed this address, rather than a program asked for a file.
bool is_for_people(const net::Request& request) {
  return !request.path.starts_with("/api/") &&
         request.path.find('.', request.path.rfind('/')) == std::string::npos &&
         request.header("accept").find("text/html") != std::string_view::npos;
}

net::Response redirect(std::string location) {
  net::Response response;
  response.status = 302;
  response.headers.emplace_back("Location", std::move(location));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '&':
        out.append("&amp;");
        break;
      case '"':
        out.append("&quot;");
        break;
      default:
        out.push_back(c);
    }
  }
}

}  // namespace

Pages::Pages(std::span<const EmbeddedAsset> files, const ServerInfo& info)
    : assets_(files, info.classic), info_(info), client_(assets_.has(kClient)) {}

bool Pages::has(const net::Request& request) const {
  const std::string& path = request.path;
  return assets_.has(path) || path == "/" || assets_.has(path + "/") ||
         (client_ && path.starts_with('/') && (is_client_page(path) || is_for_people(request)));
}

net::Response Pages::answer(const net::Request& request) const {
  const std::string& path = request.path;
  if (assets_.has(path)) {
    return assets_.answer(request, path);
  }
  if (path == "/") {
    return front_page();
  }
  if (assets_.has(path + "/")) {
    return redirect(path + "/");
  }
  net::Response page = assets_.answer(request, kClient);
  if (!is_client_page(path) && page.status == 200) {
    page.status = 404;
  }
  return page;
}

net::Response Pages::front_page() const {
  if (assets_.has("/classic/")) {
    return redirect("/classic/");
  }
  net::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-cache");
  std::string& page = response.body;
  page = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>";
  append_escaped(page, info_.name);
  page.append("</title><h1>");
  append_escaped(page, info_.name);
  page.append("</h1><p>Keepline ");
  append_escaped(page, info_.version);
  page.append(info_.demo ? " is running as a demonstration." : " is running.");
  page.append(" Its interface is described in <a href=\"/api/openapi.yaml\">openapi.yaml</a>.</p>");
  return response;
}

}  // namespace keepline::api
