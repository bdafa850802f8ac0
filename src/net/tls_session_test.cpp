#include <gtest/gtest.h>
#include <malloc.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/test_certificate.h"
#include "net/test_tls.h"
#include "net/tls.h"

namespace keepline::net {

using test::CertificateWish;
using test::KeyKind;
using test::make_pair;
using test::PairFiles;
using test::Peers;

namespace {

struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};

iovec part(std::string& bytes) { return {.iov_base = bytes.data(), .iov_len = bytes.size()}; }

}  // namespace

TEST(TlsSession, SpeaksTheTwoNewestVersions) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Peers peers;
    SSL_set_min_proto_version(peers.client(), version);
    SSL_set_max_proto_version(peers.client(), version);
    ASSERT_TRUE(peers.shake_hands());
    EXPECT_EQ(SSL_version(peers.client()), version);
    peers.say("hello");
    EXPECT_EQ(peers.hear(), "hello");
  }
}

TEST(TlsSession, RefusesWhatIsOldOrForgetsItsSecrets) {
  {
    Peers peers;
    SSL_set_security_level(peers.client(), 0);
    SSL_set_min_proto_version(peers.client(), TLS1_VERSION);
    SSL_set_max_proto_version(peers.client(), TLS1_1_VERSION);
    EXPECT_FALSE(peers.shake_hands());
    EXPECT_NE(peers.server().failure(), nullptr);
  }
  CertificateWish rsa;
  rsa.key = KeyKind::kRsa2048;
  const PairFiles files(make_pair(rsa));
  const auto context = TlsContext::load(files.certificate(), files.key()).value();
  for (const char* const ciphers :
       {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"}) {
    Peers peers(context);
    SSL_set_max_proto_version(peers.client(), TLS1_2_VERSION);
    ASSERT_EQ(SSL_set_cipher_list(peers.client(), ciphers), 1);
    EXPECT_FALSE(peers.shake_hands()) << ciphers;
  }
  Peers peers(context);
  ASSERT_EQ(SSL_set1_groups_list(peers.client(), "ffdhe2048"), 1);
  EXPECT_FALSE(peers.shake_hands());
}

TEST(TlsSession, AgreesOnHttp1AndOnNothingElse) {
  const auto chosen = [](std::string_view offered) -> std::string {
    Peers peers;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(offered.data());
    if (!offered.empty()) {
      SSL_set_alpn_protos(peers.client(), bytes, static_cast<unsigned>(offered.size()));
    }
    if (!peers.shake_hands()) {
      return "refused";
    }
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(peers.client(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  };
  EXPECT_EQ(chosen(""), "");
  EXPECT_EQ(chosen("\x08http/1.1"), "http/1.1");
  EXPECT_EQ(chosen("\x02h2\x08http/1.1"), "http/1.1");
  EXPECT_EQ(chosen("\x02h2"), "refused");
  EXPECT_EQ(chosen("\x08http/1.0"), "refused");
}

// Goal: a storm of clients that come back costs no signatures.
TEST(TlsSession, LetsAClientThatComesBackResume) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Peers first;
    SSL_set_max_proto_version(first.client(), version);
    ASSERT_TRUE(first.shake_hands());
    first.answer("the ticket comes with the first bytes");
    first.read_answer(1);
    const std::unique_ptr<SSL_SESSION, FreeSession> session(SSL_get1_session(first.client()));
    ASSERT_EQ(SSL_SESSION_is_resumable(session.get()), 1);

    Peers again;
    SSL_set_max_proto_version(again.client(), version);
    SSL_set_session(again.client(), session.get());
    ASSERT_TRUE(again.shake_hands());
    EXPECT_EQ(SSL_session_reused(again.client()), 1);

    const PairFiles files;
    Peers reloaded(TlsContext::load(files.certificate(), files.key()).value());
    SSL_set_max_proto_version(reloaded.client(), version);
    SSL_set_session(reloaded.client(), session.get());
    ASSERT_TRUE(reloaded.shake_hands()) << "an older ticket is no fault";
    EXPECT_EQ(SSL_session_reused(reloaded.client()), 0);
  }
}

TEST(TlsSession, ReadsAHandshakeOfOneByteAtATime) {
  Peers peers;
  peers.trickles = true;
  ASSERT_TRUE(peers.shake_hands());
  peers.say("slowly");
  EXPECT_EQ(peers.hear(), "slowly");
}

TEST(TlsSession, DoesNotNegotiateTwice) {
  Peers peers;
  SSL_set_max_proto_version(peers.client(), TLS1_2_VERSION);
  ASSERT_TRUE(peers.shake_hands());
  ASSERT_EQ(SSL_renegotiate(peers.client()), 1);
  SSL_do_handshake(peers.client());
  peers.to_server();
  EXPECT_EQ(peers.hear(), "");
  EXPECT_EQ(peers.last_error(), EAGAIN) << "the connection goes on as it is";
  peers.answer("as before");
  peers.to_client();
  EXPECT_NE(SSL_do_handshake(peers.client()), 1);
}

TEST(TlsSession, TellsPlainHttpFromGarbage) {
  for (const std::string_view bytes :
       {"GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "HEAD / HTTP/1.1\r\n", "PUT / HTTP/1.1\r\n"}) {
    Peers peers;
    peers.to_server(bytes);
    EXPECT_EQ(peers.hear(), "");
    EXPECT_TRUE(peers.server().met_plain_http()) << bytes;
    EXPECT_EQ(peers.unread_answer(), 0) << "no alert comes before the answer";
  }
  for (const std::string_view bytes : {"SSH-2.0-OpenSSH\r\n", "\x16\x03\x01\xff\xff garbage",
                                       "\x80\x2e\x01\x00\x02 an older hello", "GETTING"}) {
    Peers peers;
    peers.to_server(std::string(bytes) + std::string(64, 'x'));
    EXPECT_EQ(peers.hear(), "");
    EXPECT_FALSE(peers.server().met_plain_http()) << bytes;
  }
}

TEST(TlsSession, TakesAnEndWithoutAFarewellForAnEnd) {
  for (const bool farewell : {true, false}) {
    Peers peers;
    ASSERT_TRUE(peers.shake_hands());
    peers.say("last words");
    if (farewell) {
      SSL_shutdown(peers.client());
      peers.to_server();
    } else {
      peers.hang_up();
    }
    EXPECT_EQ(peers.hear(), "last words");
    EXPECT_EQ(peers.read_once(), 0);
    EXPECT_EQ(peers.server().failure(), nullptr);
  }
}

TEST(TlsSession, SaysGoodbyeOnceAndNeverInsideAHandshake) {
  Peers early;
  early.server().say_goodbye();
  EXPECT_EQ(early.unread_answer(), 0);

  Peers peers;
  ASSERT_TRUE(peers.shake_hands());
  peers.server().say_goodbye();
  peers.server().say_goodbye();
  peers.to_client();
  std::array<char, 16> into{};
  const int done = SSL_read(peers.client(), into.data(), into.size());
  EXPECT_EQ(SSL_get_error(peers.client(), done), SSL_ERROR_ZERO_RETURN);
}

// Goal: small parts leave in one record, large ones in full records, and none is lost or doubled.
TEST(TlsSession, PutsSmallPartsIntoOneRecord) {
  Peers peers;
  ASSERT_TRUE(peers.shake_hands());
  std::string head = "head";
  std::string body = " and body";
  EXPECT_EQ(peers.write({part(head), part(body)}), 13);
  peers.to_client();
  EXPECT_EQ(peers.read_answer_record(), "head and body");

  std::string large(TlsSession::kRecordBytes + 100, 'x');
  EXPECT_EQ(peers.write({part(head), part(large)}), static_cast<ssize_t>(TlsSession::kRecordBytes));
  EXPECT_EQ(peers.write({part(large)}), static_cast<ssize_t>(TlsSession::kRecordBytes));
  peers.to_client();
  EXPECT_EQ(peers.read_answer_record(), head + std::string(TlsSession::kRecordBytes - 4, 'x'));
  EXPECT_EQ(peers.read_answer_record(), std::string(TlsSession::kRecordBytes, 'x'));
}

TEST(TlsSession, GoesOnWithAWriteThatHadNoRoomFromWhereverTheBytesAre) {
  Peers peers;
  ASSERT_TRUE(peers.shake_hands());
  std::string written;
  std::string block(5000, 'a');
  for (;; ++block.front()) {
    const auto sent = peers.write({part(block)});
    if (sent < 0) {
      EXPECT_EQ(peers.last_error(), EAGAIN);
      break;
    }
    ASSERT_EQ(sent, 5000);
    written += block;
  }
  const std::string received = peers.read_answer(written.size());
  // The same bytes, elsewhere, with more behind them.
  std::string moved = block;
  std::string more = "more";
  EXPECT_EQ(peers.write({part(moved), part(more)}), 5004);
  EXPECT_TRUE(received + peers.read_answer(5004) == written + block + more);
}

// Goal: bytes that came while it read from its own buffer are not forgotten: their event is over.
TEST(TlsSession, DoesNotTakeItsOwnBufferForTheKernels) {
  Peers peers;
  ASSERT_TRUE(peers.shake_hands());
  peers.hear();
  peers.say("one");
  peers.say("two");  // both in one look at the kernel
  std::array<char, 64> into{};
  EXPECT_EQ(peers.server().read(into), 3);
  EXPECT_TRUE(peers.server().may_have_more());
  peers.say("three");
  EXPECT_EQ(peers.server().read(into), 3);
  EXPECT_TRUE(peers.server().may_have_more());
  EXPECT_EQ(peers.server().read(into), 5);
}

TEST(TlsSession, AsksNoMoreWhenOnlyAPieceOfARecordIsThere) {
  Peers peers;
  ASSERT_TRUE(peers.shake_hands());
  peers.hear();
  SSL_write(peers.client(), "hello", 5);
  const std::string record = peers.from_client();
  peers.to_server(record.substr(0, record.size() - 1));
  std::array<char, 64> into{};
  EXPECT_EQ(peers.server().read(into), -1);
  EXPECT_FALSE(peers.server().may_have_more()) << "this would turn for ever";
  peers.to_server(record.substr(record.size() - 1));
  EXPECT_EQ(peers.server().read(into), 5);
}

// Goal: who sends what brings no bytes of a request cannot hold up the others of the shard.
TEST(TlsSession, ReadsABoundedAmountOfWhatBringsNothing) {
  Peers peers;
  ASSERT_TRUE(peers.shake_hands());
  peers.hear();
  std::string updates;
  while (updates.size() < 100U * 1024) {
    ASSERT_EQ(SSL_key_update(peers.client(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    ASSERT_EQ(SSL_do_handshake(peers.client()), 1);
    updates += peers.from_client();
  }
  peers.to_server(updates);
  const int before = peers.unread_request();
  ASSERT_GT(before, 100 * 1024);
  EXPECT_EQ(peers.read_once(), -1);
  EXPECT_EQ(peers.last_error(), EAGAIN);
  EXPECT_TRUE(peers.server().may_have_more());
  EXPECT_GT(peers.unread_request(), before / 2);
  peers.say("at last");
  EXPECT_EQ(peers.hear(), "at last");
}

// Goal: between records a session holds no buffers (34 kB of them), so that waiting within TLS
// costs what OpenSSL's state costs.
TEST(TlsSession, HoldsNoBuffersBetweenRecords) {
  if (::mallinfo2().uordblks == 0) {
    GTEST_SKIP() << "this build's allocator does not count";
  }
  constexpr std::size_t kCount = 100;
  const auto open = [](std::vector<std::unique_ptr<Peers>>& into) {
    for (std::size_t i = 0; i < kCount; ++i) {
      into.push_back(std::make_unique<Peers>());
      Peers& peers = *into.back();
      ASSERT_TRUE(peers.shake_hands());
      peers.say("GET / HTTP/1.1");
      ASSERT_EQ(peers.hear(), "GET / HTTP/1.1");
      peers.answer("HTTP/1.1 200 OK");
      peers.forget_client();
    }
  };
  std::vector<std::unique_ptr<Peers>> all;
  open(all);  // what is allocated once is allocated
  const auto before = ::mallinfo2().uordblks;
  open(all);
  const auto each = (::mallinfo2().uordblks - before) / kCount - sizeof(Peers);
  RecordProperty("bytes", static_cast<int>(each));
  EXPECT_LE(each, 15'500U);
}

TEST(TlsSession, WaitsForRoomWhereAReadMustWriteFirst) {
  Peers peers;
  peers.fill_way_to_client();
  SSL_do_handshake(peers.client());
  peers.to_server();
  EXPECT_EQ(peers.read_once(), -1);
  EXPECT_EQ(peers.last_error(), EAGAIN);
  EXPECT_FALSE(peers.server().may_have_more());
  EXPECT_EQ(peers.server().meaning_of(EPOLLOUT), EPOLLOUT | EPOLLIN);
  EXPECT_EQ(peers.server().meaning_of(EPOLLIN), static_cast<std::uint32_t>(EPOLLIN));
  peers.drop_filling();
  EXPECT_TRUE(peers.shake_hands());
  EXPECT_EQ(peers.server().meaning_of(EPOLLOUT), static_cast<std::uint32_t>(EPOLLOUT));
}

}  // namespace keepline::net
