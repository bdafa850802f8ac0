#include "support/answer.h"

#include <gtest/gtest.h>

namespace keepline::support {
namespace {

constexpr std::string_view kPlain =
    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length:  5 \r\n\r\nhello";
constexpr std::string_view kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";

AnswerRead read(std::string_view bytes) {
  static std::string scratch;
  return read_answer(bytes, scratch);
}

// Goal: an answer may arrive in any pieces.
// Method: every proper beginning of it is "not yet", the whole is the answer.
TEST(Answer, IsReadFromAnyNumberOfPieces) {
  for (const std::string_view whole : {kPlain, kChunked}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(read(whole.substr(0, size)).state, ReadState::kPartial) << size;
    }
    EXPECT_EQ(read(whole).state, ReadState::kWhole);
    EXPECT_EQ(read(whole).used, whole.size());
  }
}

TEST(Answer, HasTheBodyThatItsLengthSays) {
  const std::string two = std::string(kPlain) + "HTTP/1.1 200 OK\r\n";
  const AnswerRead plain = read(two);
  EXPECT_EQ(plain.answer.status, 201);
  EXPECT_EQ(plain.answer.body, "hello");
  EXPECT_EQ(plain.used, kPlain.size()) << "what follows belongs to the next answer";
}

TEST(Answer, JoinsChunks) { EXPECT_EQ(read(kChunked).answer.body, "abc0123456789"); }

TEST(Answer, HasNoBodyWhereItsStatusForbidsOne) {
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n").state, ReadState::kWhole);
}

TEST(Answer, SaysThatItCloses) {
  EXPECT_TRUE(read("HTTP/1.1 204 x\r\nconnection: Close\r\n\r\n").answer.closes);
  EXPECT_FALSE(read(kPlain).answer.closes);
}

TEST(Answer, IsBrokenWithoutAFramingItKnows) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\n").state, ReadState::kBroken);
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").state, ReadState::kBroken);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n").state, ReadState::kBroken);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").state,
            ReadState::kBroken);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n").state,
            ReadState::kBroken);
}

TEST(Answer, FindsAFieldWhateverItsCase) {
  const Answer answer = read(kPlain).answer;
  EXPECT_EQ(header(answer.head, "CONTENT-type"), "application/json");
  EXPECT_EQ(header(answer.head, "etag"), std::nullopt);
}

}  // namespace
}  // namespace keepline::support
