#include "load/batch_reader.h"

#include <charconv>
#include <utility>

#include "support/answer.h"

namespace keepline::bench {
namespace {

/// The rest of `line` if it is the field `name` of an SSE block.
bool is_field(std::string_view line, std::string_view name, std::string_view& value) {
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') {
    return false;
  }
  value = line.substr(name.size() + 1);
  if (value.starts_with(' ')) {
    value.remove_prefix(1);
  }
  return true;
}

void tell_block(std::string_view block, BatchReader::Sink& sink) {
  Batch batch;
  bool told = false;
  while (!block.empty()) {
    const std::size_t end = block.find('\n');
    const std::string_view line = block.substr(0, end);
    block = end == std::string_view::npos ? std::string_view{} : block.substr(end + 1);
    told = is_field(line, "id", batch.id) || is_field(line, "data", batch.data) || told;
  }
  if (told) {
    sink.on_batch(batch);
  }
}

}  // namespace

void BatchReader::reset() {
  open_ = false;
  chunked_ = false;
  held_.clear();
  text_.clear();
  why_.clear();
}

BatchReader::Step BatchReader::broken(std::string_view why) {
  why_ = why;
  return Step::kBroken;
}

bool BatchReader::take(std::string_view bytes, Sink& sink) {
  // What was held is worked on outside the member: a sink may begin a new connection.
  std::string held = std::exchange(held_, {});
  if (!held.empty()) {
    held.append(bytes);
    bytes = held;
  }
  while (!bytes.empty()) {
    std::size_t used = 0;
    const Step step = next(bytes, used, sink);
    if (step == Step::kBroken) {
      return false;
    }
    bytes.remove_prefix(used);
    if (step == Step::kPartial) {
      held_.assign(bytes);
      return true;
    }
  }
  return true;
}

BatchReader::Step BatchReader::next(std::string_view bytes, std::size_t& used, Sink& sink) {
  if (carrier_ == Carrier::kPoll) {
    return answer(bytes, used, sink);
  }
  if (!open_) {
    return opening(bytes, used);
  }
  if (carrier_ == Carrier::kWebSocket) {
    return frame(bytes, used, sink);
  }
  if (chunked_) {
    return chunk(bytes, used, sink);
  }
  used = bytes.size();
  text(bytes, sink);
  return Step::kTaken;
}

BatchReader::Step BatchReader::answer(std::string_view bytes, std::size_t& used, Sink& sink) {
  static thread_local std::string scratch;
  const support::AnswerRead read = support::read_answer(bytes, scratch);
  if (read.state == support::ReadState::kPartial) {
    return Step::kPartial;
  }
  if (read.state == support::ReadState::kBroken || read.answer.status != 200) {
    return broken(bytes.substr(0, 300));
  }
  used = read.used;
  sink.on_batch({read.answer.body, {}, read.answer.head, read.answer.closes});
  return Step::kTaken;
}

BatchReader::Step BatchReader::opening(std::string_view bytes, std::size_t& used) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return Step::kPartial;
  }
  const std::string_view head = bytes.substr(0, end);
  const auto type = support::header(head, "content-type");
  const bool good = carrier_ == Carrier::kWebSocket ? head.starts_with("HTTP/1.1 101 ")
                                                    : head.starts_with("HTTP/1.1 200 ") && type &&
                                                          type->starts_with("text/event-stream");
  if (!good) {
    return broken(bytes.substr(0, 300));
  }
  chunked_ = support::header(head, "transfer-encoding").has_value();
  open_ = true;
  used = end + 4;
  return Step::kTaken;
}

BatchReader::Step BatchReader::chunk(std::string_view bytes, std::size_t& used, Sink& sink) {
  const std::size_t line = bytes.find("\r\n");
  if (line == std::string_view::npos) {
    return Step::kPartial;
  }
  std::size_t size = 0;
  const char* const end = bytes.data() + line;
  if (std::from_chars(bytes.data(), end, size, 16).ptr != end || line == 0) {
    return broken("not a chunk");
  }
  if (size == 0) {
    return broken("the stream ends");
  }
  if (bytes.size() < line + 2 + size + 2) {
    return Step::kPartial;
  }
  used = line + 2 + size + 2;
  text(bytes.substr(line + 2, size), sink);
  return Step::kTaken;
}

void BatchReader::text(std::string_view more, Sink& sink) {
  std::string begun = std::exchange(text_, {});
  if (!begun.empty()) {
    begun.append(more);
    more = begun;
  }
  for (std::size_t end = more.find("\n\n"); end != std::string_view::npos;
       end = more.find("\n\n")) {
    tell_block(more.substr(0, end), sink);
    more.remove_prefix(end + 2);
  }
  text_.assign(more);
}

BatchReader::Step BatchReader::frame(std::string_view bytes, std::size_t& used, Sink& sink) {
  const auto byte = [bytes](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  if (bytes.size() < 2) {
    return Step::kPartial;
  }
  const unsigned opcode = byte(0) & 0x0FU;
  std::size_t size = byte(1);
  std::size_t head = 2;
  if ((byte(0) & 0xF0U) != 0x80U || size > 127) {
    return broken("a frame that is no whole message, or masked");
  }
  const std::size_t more = size == 127 ? 8 : size == 126 ? 2 : 0;
  if (bytes.size() < head + more) {
    return Step::kPartial;
  }
  if (more > 0) {
    size = 0;
    for (std::size_t i = 0; i < more; ++i) {
      size = size << 8U | byte(head + i);
    }
    head += more;
  }
  if (bytes.size() < head + size) {
    return Step::kPartial;
  }
  used = head + size;
  const std::string_view payload = bytes.substr(head, size);
  if (opcode == 8) {
    return broken("the peer says goodbye");
  }
  if (opcode == 1 || opcode == 2) {
    sink.on_batch({payload, {}, {}, false});
  } else if (opcode == 9) {
    sink.on_ping(payload);
  }
  return Step::kTaken;
}

}  // namespace keepline::bench
