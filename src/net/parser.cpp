#include "net/parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/optional/optional.hpp>
#include <new>
#include <string>

#include "net/chars.h"
#include "net/gate.h"

namespace keepline::net {

namespace http = boost::beast::http;
using boost::beast::error_code;
using View = boost::beast::string_view;

class Parser::Impl final : public http::basic_parser<true> {
 public:
  explicit Impl(Request& request) : request_(request) {
    // The gate bounds the head, the caller the body.
    header_limit(static_cast<std::uint32_t>(kHeadBytesMax + kTrailerRoom));
    body_limit(boost::none);
  }

  void take_body() { in_body_ = true; }

 private:
  static constexpr std::size_t kTrailerRoom = std::size_t{16} * 1024;

  void on_request_impl(http::verb, View, View, int version, error_code&) override {
    request_.minor_version = version % 10;
  }
  void on_response_impl(int, View, int, error_code&) override {}
  void on_field_impl(http::field, View name, View value, error_code&) override {
    if (in_body_) {
      return;
    }
    Header& header = request_.headers.emplace_back();
    header.name.resize(name.size());
    std::ranges::transform(name, header.name.begin(), to_lower);
    header.value.assign(value.data(), value.size());
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  Request& request_;
  bool in_body_ = false;
};

Parser::Parser(Request& request) : request_(request) {
  static_assert(sizeof(Impl) <= sizeof(storage_));
  new (storage_) Impl(request_);
}

Parser::~Parser() { impl().~Impl(); }

Parser::Impl& Parser::impl() { return *std::launder(reinterpret_cast<Impl*>(storage_)); }
const Parser::Impl& Parser::impl() const {
  return *std::launder(reinterpret_cast<const Impl*>(storage_));
}

void Parser::reset() {
  impl().~Impl();
  new (storage_) Impl(request_);
}

std::optional<std::size_t> Parser::put(std::string_view bytes) {
  error_code ec;
  const std::size_t used = impl().put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != http::error::need_more) {
    return std::nullopt;
  }
  return used;
}

bool Parser::head(std::string_view head) {
  const auto used = put(head);
  impl().eager(true);
  impl().take_body();
  return used == head.size() && impl().is_header_done();
}

std::optional<std::size_t> Parser::body(std::string_view bytes) {
  return impl().is_done() ? std::size_t{0} : put(bytes);
}

bool Parser::done() const { return impl().is_done(); }
bool Parser::chunked() const { return impl().chunked(); }
bool Parser::keep_alive() const { return impl().keep_alive(); }

std::optional<std::uint64_t> Parser::length() const {
  const auto length = impl().content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

}  // namespace keepline::net
