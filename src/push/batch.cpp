#include "push/batch.h"

#include "base/json_writer.h"

namespace keepline::push {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kProblem = "application/problem+json";

void write(base::JsonWriter& json, const Advice& advice) {
  json.key("advice").begin_object();
  if (advice.wait_s) {
    json.field("wait", *advice.wait_s);
  }
  json.key("retry").begin_array().value(advice.retry_lo_ms).value(advice.retry_hi_ms).end_array();
  json.end_object();
}

struct ProblemKind {
  int status;
  std::string_view title;
};

ProblemKind problem_kind(base::Errc code) {
  switch (code) {
    case base::Errc::kSignInRequired:
      return {401, "Unauthorized"};
    case base::Errc::kOverloaded:
    case base::Errc::kShuttingDown:
      return {503, "Service Unavailable"};
    default:
      return {500, "Internal Server Error"};
  }
}

}  // namespace

std::size_t Batches::KeyHash::operator()(const Key& key) const noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const std::int64_t word : key) {
    hash = (hash ^ static_cast<std::uint64_t>(word)) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29U;
  }
  return static_cast<std::size_t>(hash);
}

Batches::Batches(const base::Clock& clock, const std::string& common, const std::string& build)
    : clock_(clock), common_(common), build_(build) {}

AnswerPtr Batches::batch(const Found& found, const entity::Cursor& cursor,
                         const std::optional<Hello>& hello) {
  if (hello) {
    return whole(200, body(found, cursor, advice_, hello), kJson, cursor);
  }
  if (cached_.size() >= kCachedMax || cached_bytes_ > kCachedBytesMax) {
    forget();
  }
  key_.clear();
  key_.push_back(cursor.event.value);
  key_.push_back(static_cast<std::int64_t>(cursor.signal));
  key_.push_back(found.more ? 1 : 0);
  key_.push_back(static_cast<std::int64_t>(found.events.size()));
  for (const LoggedEvent* event : found.events) {
    key_.push_back(event->id.value);
  }
  for (const Signal& signal : found.signals) {
    // A register that was never set has no number: then its subject and kind tell it apart.
    key_.push_back(static_cast<std::int64_t>(signal.number));
    if (signal.number == 0) {
      key_.push_back(signal.user.value);
      key_.push_back(static_cast<std::int64_t>(signal.kind));
      key_.push_back(signal.version.value);
    }
  }
  AnswerPtr& answer = cached_[key_];
  if (!answer) {
    std::string json = body(found, cursor, advice_, hello);
    cached_bytes_ += json.size();
    answer = whole(200, std::move(json), kJson, cursor);
  }
  return answer;
}

AnswerPtr Batches::empty(const entity::Cursor& cursor, const std::optional<Advice>& advice,
                         const std::optional<Hello>& hello) {
  return whole(200, body({}, cursor, advice ? advice : advice_, hello), kJson, cursor);
}

AnswerPtr Batches::reset(std::string_view why, const entity::Cursor& cursor) {
  base::JsonWriter json;
  json.begin_object().key("reset").begin_object().field("why", why).end_object();
  json.field("cursor", std::string_view(entity::encode(cursor)));
  if (advice_) {
    write(json, *advice_);
  }
  json.end_object();
  return whole(200, json.take(), kJson, cursor);
}

AnswerPtr Batches::problem(const base::Error& error) {
  const ProblemKind kind = problem_kind(error.code);
  base::JsonWriter json;
  json.begin_object().field("type", "about:blank").field("title", kind.title);
  json.field("status", kind.status).field("detail", std::string_view(error.detail));
  json.field("code", base::code_name(error.code)).end_object();
  AnswerPtr answer = whole(kind.status, json.take(), kProblem, std::nullopt);
  if (error.retry_after_s > 0) {
    answer->retry_after(error.retry_after_s);
  }
  return answer;
}

void Batches::advise(const Advice& advice) {
  advice_ = advice;
  forget();
}

void Batches::forget() {
  cached_.clear();
  cached_bytes_ = 0;
}

AnswerPtr Batches::whole(int status, std::string body, std::string_view content_type,
                         const std::optional<entity::Cursor>& leads_to) {
  ++built_;
  return std::make_shared<WholeAnswer>(status, std::move(body), std::string(content_type),
                                       leads_to ? entity::encode(*leads_to) : std::string(),
                                       http_date(clock_.now()), common_);
}

std::string Batches::body(const Found& found, const entity::Cursor& cursor,
                          const std::optional<Advice>& advice, const std::optional<Hello>& hello) {
  base::JsonWriter json;
  json.begin_object().field("cursor", std::string_view(entity::encode(cursor)));
  json.key("events").begin_array();
  for (const LoggedEvent* event : found.events) {
    json.raw(event->json);
  }
  json.end_array().key("signals").begin_array();
  for (const Signal& signal : found.signals) {
    write_json(json, signal);
  }
  json.end_array().field("more", found.more);
  if (advice) {
    write(json, *advice);
  }
  if (hello) {
    json.key("hello").begin_object().field("user", hello->user);
    json.field("build", std::string_view(build_)).field("server_time", clock_.now()).end_object();
  }
  json.end_object();
  return json.take();
}

}  // namespace keepline::push
