#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "net/http_cases.h"
#include "net/test_server.h"

namespace keepline::net::test {

std::vector<ValidCase> valid_cases() {
  std::vector<ValidCase> cases;
  const auto add = [&](std::string name, std::string bytes, std::string statuses = "200") {
    cases.push_back({std::move(name), std::move(bytes), std::move(statuses)});
  };
  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  add("GET", get());
  add("HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n");
  add("leading blank line", "\r\n" + get());
  add("obs-text in a value", get("/", "A: \xe4\xff\x80\r\n"));
  add("tabs and spaces around a value", get("/", "A: \t b\tc \t\r\n"));
  add("no space after the colon", get("/", "A:b\r\nB:\r\n"));
  add("every token character in a name", get("/", "!#$%&'*+-.^_`|~09azAZ: b\r\n"));
  add("absolute form", get("http://a/x?y"));
  add("absolute form without path", get("HTTP://A"));
  add("target of 8192", get("/" + std::string(8191, 'a')));
  add("head of 16384", get("/", "A: " + std::string(16384 - 32, 'b') + "\r\n"));
  std::string many;
  for (int i = 0; i < 99; ++i) {
    many += fmt::format("A{}: b\r\n", i);
  }
  add("100 headers", get("/", many));
  add("odd but harmless target", get("/a%20b%C3%A4/;:@&=+$,!~*'()//c..d/.e/...?x={|}\\^%zz&?/"));
  add("double encoding is decoded once", get("/%252e%252e/a"));
  for (const auto host : {"a", "A.b-c_d.", "a:0", "a:65535", "127.0.0.1:80", "[::1]", "[::1]:80",
                          "[::ffff:1.2.3.4]"}) {
    add(std::string("host ") + host, fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host));
  }
  add("body", post("/", "hello"));
  add("empty body", post("/", ""));
  add("length with zeros before", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello");
  add("GET with a body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
  add("chunks", chunked + "5\r\nhello\r\n0\r\n\r\n");
  add("chunks in capitals",
      "POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: "
      "Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n");
  add("no chunk", chunked + "0\r\n\r\n");
  add("chunk extensions and trailers",
      chunked + "5;a=b;c=\"d\"\r\nhello\r\n1;x\r\n!\r\n000;e\r\nA: b\r\nHost: evil\r\n\r\n");
  add("extensions of 4 KiB", chunked + "1;" + std::string(4095, 'a') + "\r\nx\r\n0\r\n\r\n");
  add("trailers of 8 KiB", chunked + "0\r\nA: " + std::string(8189, 'b') + "\r\n\r\n");
  add("Expect with the body at once",
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
  add("upgrade to h2c",
      get("/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"));
  add("upgrade to nothing known", get("/", "Connection: upgrade\r\nUpgrade: x/1\r\n"));
  std::string twenty;
  std::string statuses;
  for (int i = 0; i < 20; ++i) {
    twenty += i % 2 == 0 ? get(fmt::format("/{}", i)) : post(fmt::format("/{}", i), "hello");
    statuses += i == 0 ? "200" : " 200";
  }
  add("pipelining of 20", twenty, statuses);
  add("chunks, then another", chunked + "5\r\nhello\r\n0\r\n\r\n" + get(), "200 200");
  return cases;
}

}  // namespace keepline::net::test
