#include "net/http_cases.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <utility>

#include "net/test_server.h"

namespace keepline::net::test {

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

const std::string kHidden = get("/hidden");

/// A short name for a piece of bytes, for the list of failures.
std::string shown(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte > 0x20 && byte < 0x7f ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return text;
}

class Cases {
 public:
  void add(std::string name, std::string bytes, int status = 400) {
    all_.push_back({std::move(name), std::move(bytes), status});
  }
  void line(std::string_view line, int status = 400) {
    add("line " + shown(line), std::string(line) + "\r\nHost: a\r\n\r\n" + kHidden, status);
  }
  void target(std::string_view target, int status = 400) {
    add("target " + shown(target), get(target) + kHidden, status);
  }
  /// A header beside a good Host.
  void header(std::string_view header, int status = 400) {
    add("header " + shown(header), get("/", std::string(header) + "\r\n") + kHidden, status);
  }
  /// A POST with these framing headers, and 5 bytes behind that hide a request.
  void framing(std::string_view headers, int status = 400, std::string_view version = "1.1") {
    add("framing " + shown(headers),
        fmt::format("POST / HTTP/{}\r\nHost: a\r\n{}\r\n\r\n0\r\n\r\n", version, headers) + kHidden,
        status);
  }
  void chunks(std::string_view body, int status = 400) {
    add("chunks " + shown(body),
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body) +
            kHidden,
        status);
  }
  std::vector<RefusedCase> take() { return std::move(all_); }

 private:
  std::vector<RefusedCase> all_;
};

void add_request_lines(Cases& cases) {
  for (const auto version : {"HTTP/2.0"sv, "HTTP/9.9"sv, "HTTP/0.9"sv, "HTTP/1.2"sv}) {
    cases.line(fmt::format("GET / {}", version), 505);
  }
  for (const auto version :
       {"HTTP/01.1"sv, "HTTP/1.01"sv, "http/1.1"sv, "HTTP/4294967297.1"sv, "HTTP/1.1 "sv,
        "HTTP/1"sv, "HTTP/1."sv, "HTTP/.1"sv, "HTTP/-1.1"sv, "HTTP 1.1"sv, "HTTPS/1.1"sv, ""sv}) {
    cases.line(fmt::format("GET / {}", version));
  }
  for (const auto line : {"GET /"sv,
                          "GET"sv,
                          "GET  / HTTP/1.1"sv,
                          "GET /  HTTP/1.1"sv,
                          " GET / HTTP/1.1"sv,
                          "GET\t/ HTTP/1.1"sv,
                          "GET /\tHTTP/1.1"sv,
                          "GET /a b HTTP/1.1"sv,
                          "GET /a\0b HTTP/1.1"sv,
                          "GET /a\x01 HTTP/1.1"sv,
                          "GET /\x7f HTTP/1.1"sv,
                          "GET /\r HTTP/1.1"sv,
                          "GET / HTTP/1.1\r"sv,
                          "GET /\xc3\xa4 HTTP/1.1"sv,
                          "GET * HTTP/1.1"sv,
                          "G@T / HTTP/1.1"sv,
                          "G\0T / HTTP/1.1"sv,
                          "(GET) / HTTP/1.1"sv,
                          "get / HTTP/1.1"sv,
                          "Get / HTTP/1.1"sv,
                          "GET a HTTP/1.1"sv,
                          "GET a/b HTTP/1.1"sv,
                          "GET /#x HTTP/1.1"sv,
                          "GET ?a HTTP/1.1"sv,
                          "GET ftp://a/ HTTP/1.1"sv,
                          "GET http:// HTTP/1.1"sv,
                          "GET http://a@a/ HTTP/1.1"sv,
                          "GET http://b/ HTTP/1.1"sv,
                          "GET http://a:1/ HTTP/1.1"sv,
                          "GET //../ HTTP/1.1"sv}) {
    cases.line(line, line.starts_with("GET *") ? 501 : 400);
  }
  cases.line("BREW / HTTP/1.1", 501);
  cases.line("TRACE / HTTP/1.1", 501);
  cases.line("CONNECT a:80 HTTP/1.1", 501);
  cases.line("OPTIONS * HTTP/1.1", 501);
  cases.line(std::string(33, 'A') + " / HTTP/1.1");
  cases.add("h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
  cases.add("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s);
  cases.add("SSH", "SSH-2.0-OpenSSH_9.2\r\n");
  cases.add("two blank lines", "\r\n\r\n" + get());
  cases.add("blank line of LF", "\n" + get());
  cases.add("5 MB of method", std::string(5U << 20U, 'A'));
  cases.add("5 MB of target", "GET /" + std::string(5U << 20U, 'a'), 414);
  cases.add("target of 8193", get("/" + std::string(8192, 'a')), 414);
}

void add_targets(Cases& cases) {
  for (const auto target :
       {"/.."sv,        "/../etc/passwd"sv, "/a/../b"sv, "/a/.."sv,   "/./a"sv,
        "/."sv,         "/%2e%2e/a"sv,      "/%2E./a"sv, "/.%2e"sv,   "/a/%2e"sv,
        "/..%2fa"sv,    "/a%2Fb"sv,         "/a%5cb"sv,  "/..%5ca"sv, "/a\\b"sv,
        "/..\\a"sv,     "/%00"sv,           "/a%00b"sv,  "/%zz"sv,    "/%"sv,
        "/%4"sv,        "/a%4g"sv,          "/%ff"sv,    "/%c0%af"sv, "/%c0%ae%c0%ae"sv,
        "/%ed%a0%80"sv, "/%e4"sv,           "/%0a"sv,    "/%0d%0a"sv, "/%7f"sv,
        "/%1b[2J"sv,    "http://a/../b"sv}) {
    cases.target(target);
  }
}

void add_hosts(Cases& cases) {
  const auto host = [&](std::string_view lines) {
    cases.add("host " + shown(lines), fmt::format("GET / HTTP/1.1\r\n{}\r\n", lines) + kHidden);
  };
  host("");
  host("Host: a\r\nHost: b\r\n");
  host("Host: a\r\nHost: a\r\n");
  host("Host: a\r\nhost: a\r\n");
  for (const auto value : {""sv,
                           "a, b"sv,
                           "a b"sv,
                           "a/b"sv,
                           "a/"sv,
                           "u@a"sv,
                           "u:p@a"sv,
                           "a\0b"sv,
                           "a:"sv,
                           "a:x"sv,
                           "a:-1"sv,
                           "a:65536"sv,
                           "a:99999999999"sv,
                           "a:80:80"sv,
                           ":80"sv,
                           "[::1"sv,
                           "::1"sv,
                           "[]"sv,
                           "[::1]x"sv,
                           "[::1]:"sv,
                           "[fe80::1%25eth0]"sv,
                           "a\xc3\xa4"sv,
                           "a%41"sv,
                           "http://a"sv,
                           "a?b"sv,
                           "a#b"sv,
                           "\"a\""sv}) {
    host(fmt::format("Host: {}\r\n", value));
  }
  cases.add("HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n" + kHidden);
}

void add_header_syntax(Cases& cases) {
  for (const auto header :
       {"A : b"sv,      "A\t: b"sv,   " A: b"sv,    "\tA: b"sv,     "A"sv,
        ": b"sv,        "A b: c"sv,   "A(b): c"sv,  "A\xe4: b"sv,   "A\0: b"sv,
        "A: b\0c"sv,    "A: b\x01"sv, "A: b\x7f"sv, "A: b\rc"sv,    "A: b\r\rX: y"sv,
        "A: b\nB: c"sv, "A: b\n"sv,   "A: b\r"sv,   "A: b\r\n c"sv, "A: b\r\n\tc"sv,
        "\rA: b"sv,     "\nA: b"sv,   "A\r: b"sv,   "A\n: b"sv,     "A:\x0b b"sv,
        "\"A\": b"sv,   "=: b"sv}) {
    cases.header(header);
  }
  cases.add("head ends CRLF CR X", "GET / HTTP/1.1\r\nHost: a\r\n\rX" + kHidden);
  cases.add("head ends CRLF LF", "GET / HTTP/1.1\r\nHost: a\r\n\n" + kHidden);
  cases.add("head ends LF LF", "GET / HTTP/1.1\nHost: a\n\n" + kHidden);
  cases.add("folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n" + kHidden);
  std::string many;
  for (int i = 0; i < 100; ++i) {
    many += fmt::format("A{}: b\r\n", i);
  }
  cases.add("101 headers", get("/", many), 431);
  cases.add("16 KiB and a byte", get("/", "A: " + std::string(16385 - 32, 'b') + "\r\n"), 431);
  cases.add("1 MB of head", get("/", "A: " + std::string(1U << 20U, 'b') + "\r\n"), 431);
}

void add_framing(Cases& cases) {
  for (const auto value : {"-1"sv,
                           "+5"sv,
                           "0x5"sv,
                           "5a"sv,
                           "1_0"sv,
                           ""sv,
                           "1 0"sv,
                           "5.0"sv,
                           "5e0"sv,
                           "5,5"sv,
                           "5, 5"sv,
                           "5;a"sv,
                           "\"5\""sv,
                           "9223372036854775808"sv,
                           "18446744073709551616"sv,
                           "18446744073709551621"sv,
                           "99999999999999999999999"sv,
                           "\x0b"
                           "5"sv,
                           "5\x0b"sv,
                           "5\0"sv,
                           "\xa0"
                           "5"sv,
                           "\xd9\xa5"sv}) {
    cases.framing(fmt::format("Content-Length: {}", value));
  }
  for (const auto headers :
       {"Content-Length: 5\r\nContent-Length: 6"sv, "Content-Length: 5\r\nContent-Length: 5"sv,
        "Content-Length:\r\nContent-Length: 5"sv, "Content-Length: 5\r\nContent-Length:"sv,
        "Content-Length:\r\n 5"sv, "Content-Length: 1\r\n 0"sv, "Content-Length : 5"sv,
        "Content-\r\nLength: 5"sv, "Content-Length: 5\r\nTransfer-Encoding: chunked"sv,
        "Transfer-Encoding: chunked\r\nContent-Length: 5"sv,
        "Transfer-Encoding: chunked\r\nContent-Length: 0"sv,
        "Content-Length: 0\r\nTransfer-Encoding: chunked"sv}) {
    cases.framing(headers);
  }
  cases.framing("Content-Length: 9223372036854775807", 413);
  cases.framing("Content-Length: 1048577", 413);
  for (const auto coding :
       {"identity"sv, "gzip"sv, "xchunked"sv, "chunkedx"sv, "chunke"sv, "x\r\n chunked"sv,
        "chu\r\n nked"sv, "gzip, chunked"sv, "gzip,chunked"sv, "deflate, gzip"sv}) {
    cases.framing(fmt::format("Transfer-Encoding: {}", coding), 501);
  }
  for (const auto coding : {""sv,
                            "\"chunked\""sv,
                            "'chunked"sv,
                            ",chunked"sv,
                            "chunked,"sv,
                            ", chunked"sv,
                            "chunked;q=1"sv,
                            "chunked; a=b"sv,
                            "chunked chunked"sv,
                            "\x0b"
                            "chunked"sv,
                            "chunked\x0b"sv,
                            "\0chunked"sv,
                            "chunked\0"sv,
                            "\x85"
                            "chunked"sv,
                            "chunked\x85"sv,
                            "\xff"
                            "chunked"sv,
                            "chunked\xff"sv,
                            "chunked, chunked"sv,
                            "chunked, identity"sv,
                            "chunked\r\n x"sv,
                            "\r\n chunked"sv,

                            "chunked\ra"sv,
                            "x\nTransfer-Encoding: chunked"sv,
                            "x\rTransfer-Encoding: chunked"sv}) {
    cases.framing(fmt::format("Transfer-Encoding: {}", coding),
                  coding == "'chunked" ? 501 : 400);  // an odd token, but one
  }
  for (const auto headers :
       {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"sv,
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"sv,
        "Transfer-Encoding : chunked"sv, "Transfer-Encoding\t: chunked"sv,
        "Transfer-\r\nEncoding: chunked"sv, " Transfer-Encoding: chunked"sv,
        "A: b\rTransfer-Encoding: chunked"sv, "A: b\nTransfer-Encoding: chunked"sv,
        "Transfer\0-Encoding: chunked"sv}) {
    cases.framing(headers);
  }
  cases.framing("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", 501);
  cases.framing("Transfer-Encoding: chunked", 400, "1.0");
  cases.framing("Transfer-Encoding: chunked\r\nConnection: keep-alive", 400, "1.0");
}

void add_chunks(Cases& cases) {
  for (const auto body : {"0x5\r\nhello\r\n0\r\n\r\n"sv,
                          "+5\r\nhello\r\n0\r\n\r\n"sv,
                          "-5\r\nhello\r\n0\r\n\r\n"sv,
                          "5_\r\nhello\r\n0\r\n\r\n"sv,
                          "\r\nhello\r\n0\r\n\r\n"sv,
                          " 5\r\nhello\r\n0\r\n\r\n"sv,
                          "5 \r\nhello\r\n0\r\n\r\n"sv,
                          "5z\r\nhello\r\n0\r\n\r\n"sv,
                          "5 5\r\nhello\r\n0\r\n\r\n"sv,
                          "5\0\r\nhello\r\n0\r\n\r\n"sv,
                          "\0"
                          "5\r\nhello\r\n0\r\n\r\n"sv,
                          "8000000000000000\r\nhello\r\n0\r\n\r\n"sv,
                          "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"sv,
                          "10000000000000005\r\nhello\r\n0\r\n\r\n"sv,
                          "00000000000000005\r\nhello\r\n0\r\n\r\n"sv,
                          "5\nhello\r\n0\r\n\r\n"sv,
                          "5\r\nhello\n0\r\n\r\n"sv,
                          "5\r\nhello\r\n0\n\r\n"sv,
                          "5\r\nhello\r\n0\r\n\n"sv,
                          "5\r\nhello!\r\n0\r\n\r\n"sv,
                          "5\r\nhell\r\n0\r\n\r\n"sv,
                          "5\rXhello\r\n0\r\n\r\n"sv,
                          "5\r\nhello\rX0\r\n\r\n"sv,
                          "5\r\nhello0\r\n\r\n"sv,
                          "5\r\nhello\r\n0\r\n\rX"sv,
                          "5\r\nhello\r\n0\r\nX\r\n\r\n"sv,
                          "5;\x01\r\nhello\r\n0\r\n\r\n"sv,
                          "5;a\nb\r\nhello\r\n0\r\n\r\n"sv,
                          "5;a\rb\r\nhello\r\n0\r\n\r\n"sv,
                          "5\r\nhello\r\n0\r\nA : b\r\n\r\n"sv,
                          "5\r\nhello\r\n0\r\n A: b\r\n\r\n"sv,
                          "5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n"sv,
                          "5\r\nhello\r\n0\r\nA: b\nB: c\r\n\r\n"sv,
                          "5\r\nhello\r\n0\r\nA: \0\r\n\r\n"sv,
                          "0x0\r\n\r\n"sv,
                          "x\r\n"sv}) {
    cases.chunks(body);
  }
  cases.chunks("100001\r\n", 413);
  cases.chunks("7fffffffffffffff\r\n", 413);
  cases.chunks("5;" + std::string(4096, 'a') + "\r\nhello\r\n0\r\n\r\n", 413);
  std::string many;
  for (int i = 0; i < 41; ++i) {
    many += "1;" + std::string(100, 'a') + "\r\nx\r\n";
  }
  cases.chunks(many + "0\r\n\r\n", 413);
  cases.chunks("0\r\nA: " + std::string(8192, 'b') + "\r\n\r\n", 431);
}

}  // namespace

std::vector<RefusedCase> refused_cases() {
  Cases cases;
  add_request_lines(cases);
  add_targets(cases);
  add_hosts(cases);
  add_header_syntax(cases);
  add_framing(cases);
  add_chunks(cases);
  return cases.take();
}

}  // namespace keepline::net::test
