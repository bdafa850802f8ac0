#include "api/classic_answer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/respond.h"
#include "base/json_writer.h"

namespace keepline::api {
namespace {

using base::JsonWriter;

void write_text(JsonWriter& json, std::string_view name, std::string_view text) {
  json.field(name, escape_html(text));
}

void write_user(JsonWriter& json, const entity::User& user, bool own) {
  write_text(json, "UserId", user.name);
  write_text(json, "UserName", user.display_name);
  write_text(json, "Sex", user.sex.value_or(""));
  json.key("Age");
  if (user.age) {
    json.value(*user.age);
  } else {
    json.null();
  }
  write_text(json, "Email", own ? user.email.value_or("") : "");
}

void write_status(JsonWriter& json, bool online) { json.field("Status", online ? "在线" : "离线"); }

/// The article's name for a field of the rules, which use the names of /api/v1.
std::string_view classic_field(std::string_view field) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames{{
      {"name", "UserId"},
      {"password", "PassWord"},
      {"display_name", "UserName"},
      {"sex", "Sex"},
      {"age", "Age"},
      {"email", "Email"},
      {"text", "Content"},
      {"nonce", "Nonce"},
  }};
  const auto known = std::find_if(kNames.begin(), kNames.end(),
                                  [&](const auto& pair) { return pair.first == field; });
  return known == kNames.end() ? field : known->second;
}

net::Response respond(bool status, bool code, std::string_view details, std::string_view data,
                      const base::Error* error = nullptr) {
  JsonWriter json;
  json.begin_object();
  json.field("ResponseStatus", status ? 1 : 0);
  json.field("ResponseCode", code ? 1 : 0);
  write_text(json, "ResponseDetails", details);
  json.key("ResponseData").raw(data);
  if (error != nullptr) {
    json.field("ResponseError", base::code_name(error->code));
    if (!error->field.empty()) {
      json.field("ResponseField", classic_field(error->field));
    }
  }
  json.end_object();

  net::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = json.take();
  return response;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string classic_user(const entity::User& user, bool own) {
  JsonWriter json;
  json.begin_object();
  write_user(json, user, own);
  json.end_object();
  return json.take();
}

std::string classic_friend(const ClassicFriend& who, entity::RelationState relation) {
  JsonWriter json;
  json.begin_object();
  write_user(json, who.user, false);
  write_status(json, who.online);
  json.field("Relation", entity::relation_name(relation)).end_object();
  return json.take();
}

std::string classic_friends(const std::vector<ClassicFriend>& friends,
                            const std::vector<entity::User>& requests) {
  JsonWriter json;
  json.begin_object();
  for (const bool online : {true, false}) {
    json.key(online ? "OnlineFriends" : "OfflineFriends").begin_array();
    for (const ClassicFriend& who : friends) {
      if (who.online == online) {
        json.begin_object();
        write_user(json, who.user, false);
        write_status(json, online);
        json.end_object();
      }
    }
    json.end_array();
  }
  json.key("Requests").begin_array();
  for (const entity::User& user : requests) {
    json.begin_object();
    write_user(json, user, false);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::string classic_message(const entity::Message& message, const entity::User& sender,
                            std::string_view receiver) {
  JsonWriter json;
  json.begin_object();
  write_text(json, "SendUserId", sender.name);
  write_text(json, "SendUserName", sender.display_name);
  write_text(json, "ReciveUserId", receiver);
  write_text(json, "Content", message.text);
  json.field("SendTime", message.at);
  json.field("MessageId", message.id);
  json.end_object();
  return json.take();
}

net::Response classic_data(std::string_view details, std::string_view data) {
  return respond(true, true, details, data);
}

net::Response classic_nothing(std::string_view details) {
  return respond(false, true, details, "null");
}

net::Response classic_refused(const base::Error& error) {
  const std::string_view details =
      error.detail.empty() ? error_row(error.code).detail : std::string_view(error.detail);
  return respond(false, false, details, "null", &error);
}

}  // namespace keepline::api
