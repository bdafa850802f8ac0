#include "crash/players.h"

#include <boost/json.hpp>

#include "support/requests.h"

namespace keepline::crash {
namespace json = boost::json;
namespace {

constexpr auto kPause = std::chrono::milliseconds(5);  ///< after a refusal, before the next attempt
constexpr std::uint64_t kRoomOneIn = 8;

std::int64_t integer(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

Shown shown_in(std::string_view text) {
  std::error_code error;
  const json::value value = json::parse(text, error);
  const json::object* object = value.if_object();
  if (error || object == nullptr) {
    return {};
  }
  const json::value* body = object->if_contains("text");
  const auto tag = body != nullptr && body->is_string() ? tag_in(body->get_string()) : std::nullopt;
  return {integer(*object, "id"), integer(*object, "conversation"), integer(*object, "seq"),
          tag.value_or(0)};
}

Sender::Sender(Field& field, std::uint64_t number, std::string token, std::int64_t direct,
               std::int64_t room)
    : field_(field),
      number_(number),
      token_(std::move(token)),
      direct_(direct),
      room_(room),
      connection_(field.loop, field.port, *this) {}

void Sender::resume() {
  if (last_.shown.id != 0) {
    recheck_ = last_;
  }
  if (!connection_.busy()) {
    next();
  }
}

void Sender::next() {
  if (!field_.up || connection_.busy()) {
    return;
  }
  if (undecided_) {
    if (field_.new_nonces) {
      nonce_ += "x";
    }
    transmit();
    return;
  }
  if (recheck_) {
    begin_recheck();
    return;
  }
  if (!field_.closing) {
    begin_message();
  }
}

void Sender::begin_message() {
  ++count_;
  tag_ = (number_ << 32U) | count_;
  conversation_ = count_ % kRoomOneIn == 0 ? room_ : direct_;
  nonce_ = std::to_string(tag_);
  rechecking_ = false;
  undecided_ = true;
  field_.ledger.sent(tag_, conversation_);
  transmit();
}

void Sender::begin_recheck() {
  rechecking_ = true;
  undecided_ = true;
  tag_ = recheck_->shown.tag;
  conversation_ = recheck_->shown.conversation;
  nonce_ = recheck_->nonce;
  recheck_.reset();
  transmit();
}

void Sender::transmit() {
  connection_.request(support::send_request(conversation_, token_, nonce_, text_of(tag_)));
  ++attempts_;
  if (field_.cut_one_in > 0 && attempts_ % static_cast<std::uint64_t>(field_.cut_one_in) == 0 &&
      !rechecking_) {
    // The request may be read, carried out, both or neither: an unknown outcome without a crash.
    field_.loop.at(support::SteadyClock::now(), [this] {
      if (connection_.busy()) {
        connection_.drop();
        on_lost();
      }
    });
  }
}

void Sender::on_answer(const support::Answer& answer) {
  if (answer.status != 200 && answer.status != 201) {
    if (field_.refusals.empty()) {
      field_.first_refusal = std::string(answer.head) + "\n" + std::string(answer.body);
    }
    ++field_.refusals[answer.status];
    field_.loop.at(support::SteadyClock::now() + kPause, [this] { next(); });
    return;
  }
  undecided_ = false;
  Shown shown = shown_in(answer.body);
  // An answer about another message is an acknowledgement of this one all the same: the ledger
  // will not find it stored.
  shown.tag = tag_;
  field_.ledger.acknowledged(shown, field_.round);
  last_ = {shown, nonce_};
  next();
}

void Sender::on_lost() {
  ++field_.unknown;
  next();
}

Receiver::Receiver(Field& field, std::string token, ReceiverLog log)
    : field_(field),
      token_(std::move(token)),
      log_(std::move(log)),
      connection_(field.loop, field.port, *this) {}

void Receiver::resume() {
  if (!connection_.busy()) {
    poll();
  }
}

void Receiver::poll() {
  if (field_.up && !connection_.busy()) {
    connection_.request(support::poll_request(token_, cursor_, 25, "crash"));
  }
}

void Receiver::on_answer(const support::Answer& answer) {
  if (answer.status == 200 && apply(answer.body)) {
    poll();
    return;
  }
  field_.loop.at(support::SteadyClock::now() + kPause, [this] { poll(); });
}

void Receiver::on_lost() { poll(); }

bool Receiver::apply(std::string_view body) {
  std::error_code error;
  const json::value value = json::parse(body, error);
  const json::object* batch = value.if_object();
  if (error || batch == nullptr || !batch->contains("cursor")) {
    return false;
  }
  ++batches_;
  if (batch->contains("reset")) {
    ++field_.resets;
  }
  if (const json::value* events = batch->if_contains("events")) {
    for (const json::value& event : events->as_array()) {
      const json::object& fields = event.as_object();
      if (fields.at("type").as_string() != "message") {
        continue;
      }
      const auto tag = tag_in(fields.at("data").at("text").as_string());
      log_.seen.push_back({integer(fields, "id"), integer(fields, "conversation"),
                           integer(fields, "seq"), tag.value_or(0)});
    }
  }
  cursor_ = batch->at("cursor").as_string();
  return true;
}

}  // namespace keepline::crash
