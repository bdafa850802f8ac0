#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace keepline::support {

/// One HTTP/1.1 answer. The views live as long as the bytes it was read from.
struct Answer {
  int status = 0;
  std::string_view head;  ///< status line and fields, without the empty line
  std::string_view body;  ///< of a chunked answer: the chunks' content, joined
  bool closes = false;    ///< the server closes the connection after it
};

enum class ReadState { kWhole, kPartial, kBroken };

struct AnswerRead {
  ReadState state = ReadState::kPartial;
  std::size_t used = 0;  ///< bytes of the input that `answer` took; 0 unless whole
  Answer answer;
};

/// Reads the first answer in `bytes`. `scratch` holds the body of a chunked one.
///
/// Knows what a client of this server needs: Content-Length and chunked bodies, and no body after
/// 204 and 304. An answer that has neither framing is broken: nothing here reads until close.
AnswerRead read_answer(std::string_view bytes, std::string& scratch);

/// The value of the field `name` in `head`, compared without regard to case.
std::optional<std::string_view> header(std::string_view head, std::string_view name);

}  // namespace keepline::support
