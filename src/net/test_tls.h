#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/tls.h"

struct bio_st;

// A TlsSession and its client, without threads: each byte moves when the test says so.
namespace keepline::net::test {

/// The server's end is a real socket of a pair; the client's TLS reads and writes memory, and this
/// carries it over.
class Peers {
 public:
  explicit Peers(const TlsContextPtr& context = {});
  ~Peers();

  ssl_st* client() { return client_.get(); }
  TlsSession& server() { return *server_; }

  /// Goes on until both are done (true), or one will never be.
  bool shake_hands();

  /// The client says `text` and it reaches the server's socket.
  void say(std::string_view text);
  /// All that the server can read now.
  std::string hear();
  /// One read of the server; see last_error().
  ssize_t read_once();
  int last_error() const { return error_; }
  /// What the client's TLS wants to send.
  std::string from_client();
  /// Carries it, or `bytes`, to the server's socket.
  void to_server();
  void to_server(std::string_view bytes);
  /// Frees the client's TLS: only the server's is left.
  void forget_client() { client_.reset(); }
  /// The client's socket closes, without a word.
  void hang_up();

  /// One write of the server.
  ssize_t write(const std::vector<iovec>& parts);
  void answer(std::string text);
  /// Carries what the server sent to the client's TLS.
  void to_client();
  void feed_client(std::string_view bytes);
  /// So many bytes, or all there are.
  std::string read_answer(std::size_t count);
  std::string read_answer_record();

  /// Bytes on their way.
  int unread_request() const;
  int unread_answer() const;

  /// Leaves no room for the server's words, until drop_filling().
  void fill_way_to_client();
  void drop_filling();

  bool trickles = false;  ///< the server reads after every single byte

 private:
  struct Free {
    void operator()(ssl_st* tls) const;
  };
  std::string take(std::size_t most);

  int server_end_ = -1;
  int client_end_ = -1;
  int error_ = 0;
  TlsContextPtr context_;
  std::unique_ptr<TlsSession> server_;
  std::unique_ptr<ssl_st, Free> client_;
  bio_st* in_ = nullptr;  ///< of the client, which owns both
  bio_st* out_ = nullptr;
  std::array<char, TlsSession::kRecordBytes> gather_{};
};

}  // namespace keepline::net::test
