#include "api/address.h"

#include <gtest/gtest.h>

#include <vector>

namespace keepline::api {
namespace {

net::Request from(std::string_view peer, std::vector<std::string> forwarded = {}) {
  net::Request request;
  request.peer = *parse_address(peer);
  for (std::string& value : forwarded) {
    request.headers.push_back({"x-forwarded-for", std::move(value)});
  }
  return request;
}

std::string client(const net::Request& request, const std::vector<std::string_view>& trusted) {
  std::vector<Network> networks;
  for (const auto text : trusted) {
    networks.push_back(*parse_network(text));
  }
  return address_text(client_address(request, networks));
}

TEST(Address, ReadsBothFamilies) {
  for (const std::string_view text : {"127.0.0.1", "192.0.2.255", "::1", "2001:db8::7"}) {
    ASSERT_TRUE(parse_address(text)) << text;
    EXPECT_EQ(address_text(*parse_address(text)), text);
  }
  for (const std::string_view text : {"", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "[::1]",
                                      "::1%eth0", "127.1", "0x7f000001", "1.2.3.4:80"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(Network, HoldsTheAddressesOfItsPrefix) {
  const Network ten = *parse_network("10.0.0.0/8");
  EXPECT_TRUE(ten.contains(*parse_address("10.255.0.1")));
  EXPECT_FALSE(ten.contains(*parse_address("11.0.0.1")));
  const Network odd = *parse_network("192.0.2.128/25");
  EXPECT_TRUE(odd.contains(*parse_address("192.0.2.129")));
  EXPECT_FALSE(odd.contains(*parse_address("192.0.2.127")));
  EXPECT_TRUE(parse_network("::/0")->contains(*parse_address("192.0.2.1")));
  EXPECT_FALSE(parse_network("0.0.0.0/0")->contains(*parse_address("2001:db8::1")));
  EXPECT_TRUE(parse_network("::1")->contains(*parse_address("::1")));
  for (const std::string_view text :
       {"", "10.0.0.0/33", "::/129", "10/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "all"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

TEST(ClientAddress, IsThePeerWhereNoProxyIsTrusted) {
  EXPECT_EQ(client(from("192.0.2.1", {"203.0.113.9"}), {}), "192.0.2.1");
  EXPECT_EQ(client(from("192.0.2.1", {"203.0.113.9"}), {"10.0.0.0/8"}), "192.0.2.1");
}

TEST(ClientAddress, IsTheLastOneThatNoTrustedProxyVouchesFor) {
  EXPECT_EQ(client(from("10.0.0.1", {"203.0.113.9"}), {"10.0.0.0/8"}), "203.0.113.9");
  // What the client itself wrote stands before what the proxy appended.
  EXPECT_EQ(client(from("10.0.0.1", {"1.1.1.1, 203.0.113.9"}), {"10.0.0.0/8"}), "203.0.113.9");
  EXPECT_EQ(client(from("10.0.0.1", {"1.1.1.1", "203.0.113.9"}), {"10.0.0.0/8"}), "203.0.113.9");
  EXPECT_EQ(client(from("10.0.0.1", {"203.0.113.9,10.0.0.2"}), {"10.0.0.0/8"}), "203.0.113.9");
  EXPECT_EQ(client(from("10.0.0.1", {"203.0.113.9:5555"}), {"10.0.0.0/8"}), "203.0.113.9");
  EXPECT_EQ(client(from("10.0.0.1", {"[2001:db8::9]:5555"}), {"10.0.0.0/8"}), "2001:db8::9");
}

TEST(ClientAddress, StopsAtWhatCannotBeRead) {
  EXPECT_EQ(client(from("10.0.0.1", {"203.0.113.9, unknown"}), {"10.0.0.0/8"}), "10.0.0.1");
  EXPECT_EQ(client(from("10.0.0.1", {""}), {"10.0.0.0/8"}), "10.0.0.1");
  EXPECT_EQ(client(from("10.0.0.1", {}), {"10.0.0.0/8"}), "10.0.0.1");
  EXPECT_EQ(client(from("10.0.0.1", {"10.0.0.3, 10.0.0.2"}), {"10.0.0.0/8"}), "10.0.0.3");
}

}  // namespace
}  // namespace keepline::api
