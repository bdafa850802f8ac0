#include "support/answer.h"

#include <charconv>

namespace keepline::support {
namespace {

constexpr std::size_t kHeadBytesMax = std::size_t{64} << 10U;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) {
      return false;
    }
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<std::size_t> number(std::string_view digits, int base) {
  std::size_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (digits.empty() || error != std::errc() || stop != end) {
    return std::nullopt;
  }
  return value;
}

AnswerRead broken() { return {ReadState::kBroken, 0, {}}; }

/// Joins the chunks that begin at `body` into `scratch`.
AnswerRead read_chunks(std::string_view bytes, std::size_t body, Answer answer,
                       std::string& scratch) {
  scratch.clear();
  std::size_t at = body;
  while (true) {
    const std::size_t line = bytes.find("\r\n", at);
    if (line == std::string_view::npos) {
      return {};
    }
    const auto size = number(bytes.substr(at, line - at), 16);
    if (!size) {
      return broken();
    }
    const std::size_t data = line + 2;
    if (bytes.size() < data + *size + 2) {
      return {};
    }
    if (bytes.substr(data + *size, 2) != "\r\n") {
      return broken();
    }
    scratch.append(bytes.substr(data, *size));
    at = data + *size + 2;
    if (*size == 0) {
      answer.body = scratch;
      return {ReadState::kWhole, at, answer};
    }
  }
}

}  // namespace

std::optional<std::string_view> header(std::string_view head, std::string_view name) {
  std::size_t at = head.find("\r\n");
  while (at != std::string_view::npos) {
    at += 2;
    const std::size_t end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end == std::string_view::npos ? end : end - at);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && same_word(line.substr(0, colon), name)) {
      return trimmed(line.substr(colon + 1));
    }
    at = end;
  }
  return std::nullopt;
}

AnswerRead read_answer(std::string_view bytes, std::string& scratch) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    return bytes.size() > kHeadBytesMax ? broken() : AnswerRead{};
  }
  Answer answer;
  answer.head = bytes.substr(0, head_end);
  if (!answer.head.starts_with("HTTP/1.1 ") || answer.head.size() < 12) {
    return broken();
  }
  const auto status = number(answer.head.substr(9, 3), 10);
  if (!status) {
    return broken();
  }
  answer.status = static_cast<int>(*status);
  const auto connection = header(answer.head, "connection");
  answer.closes = connection && same_word(*connection, "close");

  const std::size_t body = head_end + 4;
  if (answer.status == 204 || answer.status == 304) {
    return {ReadState::kWhole, body, answer};
  }
  if (const auto length = header(answer.head, "content-length")) {
    const auto size = number(*length, 10);
    if (!size) {
      return broken();
    }
    if (bytes.size() - body < *size) {
      return {};
    }
    answer.body = bytes.substr(body, *size);
    return {ReadState::kWhole, body + *size, answer};
  }
  const auto coding = header(answer.head, "transfer-encoding");
  if (coding && same_word(*coding, "chunked")) {
    return read_chunks(bytes, body, answer, scratch);
  }
  return broken();
}

}  // namespace keepline::support
