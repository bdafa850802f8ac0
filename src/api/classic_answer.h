#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "entity/message.h"
#include "entity/relation.h"
#include "entity/user.h"
#include "net/response.h"

// What the classic endpoint says, in the article's spelling. Every text of a person is
// HTML-escaped, because the article's page inserts it as HTML.
namespace keepline::api {

/// `text` with & < > " ' as character references.
std::string escape_html(std::string_view text);

/// How a friend stands in an answer: `Status` is 在线 or 离线.
struct ClassicFriend {
  entity::User user;
  bool online = false;
};

/// {"UserId","UserName","Sex","Age","Email"}; `Email` is empty unless `own`.
std::string classic_user(const entity::User& user, bool own);

/// A user with "Status" and, as the article has not, "Relation": "friends" or "requested".
std::string classic_friend(const ClassicFriend& who, entity::RelationState relation);

/// {"OnlineFriends":[...],"OfflineFriends":[...],"Requests":[...]}. The article has the first two;
/// `Requests` are the people whose wish to be friends waits for an answer.
std::string classic_friends(const std::vector<ClassicFriend>& friends,
                            const std::vector<entity::User>& requests);

/// {"SendUserId","SendUserName","ReciveUserId","Content","SendTime","MessageId"}
std::string classic_message(const entity::Message& message, const entity::User& sender,
                            std::string_view receiver);

/// The two ways in which an answer can carry nothing: `kNothing` is a poll that ran out, and the
/// page asks again; `kRefused` is an error.
///
///              ResponseStatus  ResponseCode
///   data             1              1
///   kNothing         0              1
///   kRefused         0              0
net::Response classic_data(std::string_view details, std::string_view data);
net::Response classic_nothing(std::string_view details);
/// Carries the error's stable code as `ResponseError`, and the field to blame as `ResponseField`.
/// The HTTP status is 200 all the same: jQuery calls the page's function for no other.
net::Response classic_refused(const base::Error& error);

}  // namespace keepline::api
