#include "entity/json.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::entity {
namespace {

constexpr std::int64_t kNow = 1'769'852'400'123;  // 2026-01-31T09:40:00.123Z

User liger() {
  User user;
  user.id = UserId{7};
  user.name = "liger_zql";
  user.display_name = "漠然";
  user.email = "liger@example.org";
  user.created_at = base::from_millis(kNow);
  user.version = EventId{12};
  return user;
}

const std::string kLigerPublic =
    R"({"id":7,"name":"liger_zql","display_name":"漠然","sex":null,"age":null,"version":12})";

template <class T>
std::string json_of(const T& value) {
  base::JsonWriter json;
  write_json(json, value);
  return json.take();
}

Event event(EventKind kind) {
  Event made;
  made.id = EventId{40};
  made.kind = kind;
  made.actor = UserId{7};
  made.at = base::from_millis(kNow);
  return made;
}

TEST(Json, NeverShowsAnEmailToOthers) { EXPECT_EQ(json_of(liger()), kLigerPublic); }

TEST(Json, ShowsAProfileWhole) {
  User user = liger();
  user.sex = "男";
  user.age = 26;
  user.last_seen = base::from_millis(0);
  EXPECT_EQ(json_of(user),
            R"({"id":7,"name":"liger_zql","display_name":"漠然","sex":"男","age":26,)"
            R"("last_seen":"1970-01-01T00:00:00.000Z","version":12})");
}

TEST(Json, ShowsOneselfWithEmail) {
  base::JsonWriter json;
  write_own_json(json, liger());
  EXPECT_EQ(
      json.text(),
      R"({"id":7,"name":"liger_zql","display_name":"漠然","sex":null,"age":null,"version":12,)"
      R"("email":"liger@example.org","created_at":"2026-01-31T09:40:00.123Z"})");
}

TEST(Json, ShowsSettings) {
  Settings settings;
  settings.direct_from = DirectFrom::kFriends;
  settings.requests_from = RequestsFrom::kNobody;
  settings.receipts = false;
  settings.presence = PresenceChoice::kBusy;
  settings.language = "zh";
  EXPECT_EQ(json_of(settings),
            R"({"direct_from":"friends","requests_from":"nobody","receipts":false,"typing":true,)"
            R"("last_seen":true,"presence":"busy","language":"zh","theme":""})");
}

TEST(Json, ShowsASessionWithoutItsToken) {
  Session session;
  session.id = SessionId{3};
  session.user = UserId{7};
  session.kind = SessionKind::kBearer;
  session.agent = "curl/8";
  session.address = "127.0.0.1";
  base::JsonWriter json;
  write_json(json, session, true);
  EXPECT_EQ(json.text(),
            R"({"id":3,"kind":"bearer","agent":"curl/8","address":"127.0.0.1",)"
            R"("created_at":"1970-01-01T00:00:00.000Z","last_used":"1970-01-01T00:00:00.000Z",)"
            R"("expires_at":"1970-01-01T00:00:00.000Z","current":true})");
}

Message hello() {
  Message message;
  message.id = EventId{40};
  message.conversation = ConversationId{5};
  message.seq = 9;
  message.sender = UserId{7};
  message.at = base::from_millis(kNow);
  message.text = "a \"b\"\n";
  return message;
}

const std::string kHello =
    R"({"id":40,"conversation":5,"seq":9,"sender":7,"at":"2026-01-31T09:40:00.123Z",)"
    R"("text":"a \"b\"\n"})";

const std::string kNoSettings =
    R"("topic":"","color":0,"access":"private","history":"joined","version":0)";
const std::string kNoMarks =
    R"("mentions":[],"mine":{"level":"all","muted_until":null,"top":false,"version":0})";

TEST(Json, ShowsAMessage) { EXPECT_EQ(json_of(hello()), kHello); }

TEST(Json, ShowsARelation) {
  EXPECT_EQ(json_of(Relation{liger(), RelationState::kIncoming, EventId{40}}),
            R"({"user":)" + kLigerPublic + R"(,"state":"incoming"})");
}

TEST(Json, LeavesOutOfAConversationWhatItHasNot) {
  ConversationView view;
  view.conversation.id = ConversationId{5};
  view.conversation.kind = ConversationKind::kRoom;
  view.conversation.title = "everyone";
  view.conversation.last_seq = 9;
  view.position = EventId{41};
  view.conversation.member_count = 3;
  view.me.read_seq = 4;
  view.me.role = Role::kOwner;
  EXPECT_EQ(json_of(view), R"({"id":5,"kind":"room","title":"everyone",)" + kNoSettings +
                               R"(,"last_seq":9,"last_event":41,)"
                               R"("member_count":3,"role":"owner","read_seq":4,"unread":5,)" +
                               kNoMarks + "}");
}

TEST(Json, ShowsADirectConversationWithItsPeer) {
  ConversationView view;
  view.conversation.id = ConversationId{5};
  view.conversation.last_seq = 9;
  view.me.read_seq = 9;
  view.peer = liger();
  view.peer_read_seq = 0;
  view.last_message = hello();
  EXPECT_EQ(json_of(view), R"({"id":5,"kind":"direct","title":"",)" + kNoSettings +
                               R"(,"last_seq":9,"last_event":0,"member_count":0,)"
                               R"("role":"member","read_seq":9,"unread":0,"peer":)" +
                               kLigerPublic + R"(,"peer_read_seq":0,"last_message":)" + kHello +
                               "," + kNoMarks + "}");
}

TEST(EventJson, OfAMessage) {
  Event made = event(EventKind::kMessage);
  made.data = hello();
  EXPECT_EQ(to_json(made),
            R"({"id":40,"type":"message","at":"2026-01-31T09:40:00.123Z","conversation":5,"seq":9,)"
            R"("data":{"sender":7,"text":"a \"b\"\n"}})");
}

TEST(EventJson, OfAReadMarkIsTheSameInBothStreams) {
  Event made = event(EventKind::kRead);
  made.data = ReadMark{ConversationId{5}, UserId{7}, 9};
  made.stream = Stream::of(UserId{7});
  const std::string own = to_json(made);
  made.stream = Stream::of(ConversationId{5});
  EXPECT_EQ(to_json(made), own);
  EXPECT_EQ(own, R"({"id":40,"type":"read","at":"2026-01-31T09:40:00.123Z","conversation":5,)"
                 R"("data":{"user":7,"seq":9}})");
}

TEST(EventJson, OfARelation) {
  Event made = event(EventKind::kRelation);
  made.data = RelationChange{liger(), RelationState::kFriends};
  EXPECT_EQ(to_json(made), R"({"id":40,"type":"relation","at":"2026-01-31T09:40:00.123Z",)"
                           R"("data":{"user":)" +
                               kLigerPublic + R"(,"state":"friends"}})");
}

TEST(EventJson, OfAMember) {
  Event made = event(EventKind::kJoined);
  made.data = MemberChange{ConversationId{5}, liger(), Role::kAdmin};
  const std::string rest = R"(,"at":"2026-01-31T09:40:00.123Z","conversation":5,"data":{"user":)" +
                           kLigerPublic + R"(,"role":"admin","by":7)";
  EXPECT_EQ(to_json(made), R"({"id":40,"type":"joined")" + rest + "}}");
  made.kind = EventKind::kLeft;
  EXPECT_EQ(to_json(made), R"({"id":40,"type":"left")" + rest + R"(,"why":"left"}})");
}

TEST(EventJson, OfSettings) {
  Event made = event(EventKind::kSettings);
  made.data = SettingsChange{};
  EXPECT_EQ(to_json(made), R"({"id":40,"type":"settings","at":"2026-01-31T09:40:00.123Z","data":)" +
                               json_of(Settings{}) + "}");
}

TEST(EventJson, OfAProfileCarriesTheVersionItMade) {
  Event made = event(EventKind::kProfile);
  made.data = ProfileChange{liger()};
  EXPECT_NE(to_json(made).find(R"("version":40)"), std::string::npos);

  // In catch-up the event may show a later state.
  User later = liger();
  later.version = EventId{50};
  made.data = ProfileChange{later};
  const std::string text = to_json(made);
  EXPECT_NE(text.find(R"("version":50)"), std::string::npos);
  EXPECT_NE(text.find(R"("email":"liger@example.org")"), std::string::npos);
}

TEST(EventJson, OfTheEndOfASessionIsNeverMade) {
  Event made = event(EventKind::kSessionEnded);
  made.data = SessionEnded{SessionId{3}};
  EXPECT_DEATH(static_cast<void>(to_json(made)), "never sent");
}

}  // namespace
}  // namespace keepline::entity
