#include "api/classic_answer.h"

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

void write_friend(JsonWriter& json, const ClassicFriend& who) {
  json.begin_object();
  write_user(json, who.user, false);
  json.field("Status", who.online ? "在线" : "离线").end_object();
}

net::Response respond(bool status, bool code, std::string_view details, std::string_view data,
                      std::string_view error = {}) {
  JsonWriter json;
  json.begin_object();
  json.field("ResponseStatus", status ? 1 : 0);
  json.field("ResponseCode", code ? 1 : 0);
  write_text(json, "ResponseDetails", details);
  json.key("ResponseData").raw(data);
  if (!error.empty()) {
    json.field("ResponseError", error);
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

std::string classic_friend(const ClassicFriend& who) {
  JsonWriter json;
  write_friend(json, who);
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
        write_friend(json, who);
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
  return respond(false, false, error.detail, "null", base::code_name(error.code));
}

}  // namespace keepline::api
