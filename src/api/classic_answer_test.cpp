#include "api/classic_answer.h"

#include <gtest/gtest.h>

namespace keepline::api {
namespace {

entity::User liger() {
  entity::User user;
  user.id = entity::UserId(1);
  user.name = "liger_zql";
  user.display_name = "<b>liger</b>";
  user.age = 26;
  user.email = "liger@example.org";
  return user;
}

TEST(ClassicAnswer, EscapesWhatAPageWouldReadAsHtml) {
  EXPECT_EQ(escape_html(R"(<img src="x" onerror='a()'> & 你好)"),
            "&lt;img src=&quot;x&quot; onerror=&#39;a()&#39;&gt; &amp; 你好");
  EXPECT_EQ(escape_html("&lt;"), "&amp;lt;");
}

TEST(ClassicAnswer, ShowsTheEmailToItsOwnerOnly) {
  EXPECT_EQ(classic_user(liger(), true),
            R"({"UserId":"liger_zql","UserName":"&lt;b&gt;liger&lt;/b&gt;","Sex":"","Age":26,)"
            R"("Email":"liger@example.org"})");
  EXPECT_EQ(classic_user(liger(), false),
            R"({"UserId":"liger_zql","UserName":"&lt;b&gt;liger&lt;/b&gt;","Sex":"","Age":26,)"
            R"("Email":""})");
}

TEST(ClassicAnswer, PartsFriendsByWhetherTheyAreOnline) {
  entity::User other = liger();
  other.name = "indifferent";
  other.display_name = "漠然";
  other.age.reset();
  EXPECT_EQ(classic_friends({{liger(), false}, {other, true}}, {}),
            R"({"OnlineFriends":[{"UserId":"indifferent","UserName":"漠然","Sex":"","Age":null,)"
            R"("Email":"","Status":"在线"}],"OfflineFriends":[{"UserId":"liger_zql","UserName":)"
            R"("&lt;b&gt;liger&lt;/b&gt;","Sex":"","Age":26,"Email":"","Status":"离线"}],)"
            R"("Requests":[]})");
}

TEST(ClassicAnswer, SpellsAMessageAsTheArticleDoes) {
  entity::Message message;
  message.id = entity::MessageId(7);
  message.text = "a < b";
  message.at = base::from_millis(1'364'700'000'000);
  EXPECT_EQ(classic_message(message, liger(), "indifferent"),
            R"({"SendUserId":"liger_zql","SendUserName":"&lt;b&gt;liger&lt;/b&gt;",)"
            R"("ReciveUserId":"indifferent","Content":"a &lt; b",)"
            R"("SendTime":"2013-03-31T03:20:00.000Z","MessageId":7})");
}

TEST(ClassicAnswer, TellsNothingYetFromARefusal) {
  EXPECT_EQ(classic_data("Sent.", "[]").body,
            R"({"ResponseStatus":1,"ResponseCode":1,"ResponseDetails":"Sent.","ResponseData":[]})");
  EXPECT_EQ(
      classic_nothing("Nothing yet.").body,
      R"({"ResponseStatus":0,"ResponseCode":1,"ResponseDetails":"Nothing yet.","ResponseData":null})");
  EXPECT_EQ(classic_refused({base::Errc::kTooShort, "At least 10.", "password"}).body,
            R"({"ResponseStatus":0,"ResponseCode":0,"ResponseDetails":"At least 10.",)"
            R"("ResponseData":null,"ResponseError":"too_short","ResponseField":"PassWord"})");
}

TEST(ClassicAnswer, RefusesWithTwoHundredSinceJqueryReadsNothingElse) {
  const net::Response response = classic_refused(base::Errc::kInternal);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
}

}  // namespace
}  // namespace keepline::api
