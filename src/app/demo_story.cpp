#include "app/demo_story.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "app/demo_people.h"
#include "base/secret.h"
#include "logic/accounts.h"
#include "logic/conversations.h"
#include "logic/friends.h"
#include "logic/hasher.h"
#include "logic/memberships.h"
#include "logic/messages.h"
#include "logic/rooms.h"
#include "logic/run_now.h"

namespace keepline::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;

/// One thing said.
struct Line {
  minutes ago;
  std::size_t sender;
  std::string_view text;
};

/// What two say to each other.
struct Talk {
  std::size_t first;
  std::size_t second;
  std::span<const Line> lines;
  std::size_t unread = 0;  ///< of the last lines, by whoever did not say the last one
};

constexpr minutes kDay = 24h;

constexpr std::array kArticle{
    Line{3 * kDay + 194min, kLiger, "在吗？我把那篇讲 Comet 的文章又读了一遍。"},
    Line{3 * kDay + 191min, kIndifferent, "在。就是 2013 年那篇，服务器推送做网页聊天的？"},
    Line{3 * kDay + 190min, kLiger, "对。当年两个标签页，双击好友就能聊，我看呆了。"},
    Line{3 * kDay + 186min, kIndifferent,
         "现在还是同一个主意：服务器**先不回答**，等有话要说的那一刻再回答。"},
    Line{3 * kDay + 185min, kLiger,
         "这里也是。打开开发者工具看 `GET /api/v1/events`，它一直挂着：\n\n```js\nasync function "
         "keepline(cursor) {\n  for (;;) {\n    const batch = await ask(cursor); // parked until "
         "there is news\n    apply(batch);\n    cursor = batch.cursor;\n  }\n}\n```"},
    Line{3 * kDay + 171min, kIndifferent, "断线了怎么办？"},
    Line{3 * kDay + 170min, kLiger, "带着同一个 cursor 再问一次。什么都不会丢，也不会重复。"},
    Line{1 * kDay + 402min, kIndifferent,
         "Morning! I tried it over the train's wifi. Tunnels and all."},
    Line{1 * kDay + 400min, kLiger, "And?"},
    Line{1 * kDay + 399min, kIndifferent, "Eleven reconnects, not one message missing. I counted."},
    Line{1 * kDay + 397min, kLiger, "🎉"},
    Line{1 * kDay + 396min, kLiger,
         "Next test: pull the server's plug in the middle of a sentence."},
    Line{1 * kDay + 371min, kIndifferent,
         "Did that too:\n\n1. `kill -9` while I was typing\n2. start it again\n3. the message went "
         "out by itself, *once*"},
    Line{52min, kIndifferent, "周末有空吗？想把它装到家里那台小机器上。"},
    Line{49min, kLiger, "有。一个文件，一条命令：`keepline serve --data /srv/chat`"},
    Line{47min, kIndifferent, "那就周六下午，我带咖啡。"},
    Line{46min, kLiger, "一言为定 👍"},
};

constexpr std::array kMeiLiger{
    Line{2 * kDay + 95min, kMei, "Hi! Is this the new chat everyone talks about?"},
    Line{2 * kDay + 93min, kLiger,
         "It is. No app, no account with anybody else: it runs on my desk."},
    Line{2 * kDay + 90min, kMei, "Nice. 中文也没问题吧？"},
    Line{2 * kDay + 89min, kLiger, "当然，界面也有中文，在「设置」里换。"},
    Line{31min, kMei, "Could you look over the notes for Thursday when you have a minute?"},
    Line{30min, kMei, "https://example.org/notes/thursday 有两处我不太确定。"},
};

constexpr std::array kMeiIndifferent{
    Line{1 * kDay + 61min, kIndifferent, "林梅，周四几点？"},
    Line{1 * kDay + 55min, kMei, "三点，老地方。"},
    Line{28min, kMei, "改到三点半可以吗？"},
};

constexpr std::array kTomasLiger{
    Line{2 * kDay + 340min, kTomas, "What does one waiting client cost you?"},
    Line{2 * kDay + 333min, kLiger,
         "A few kilobytes. A parked poll is a socket, a cursor and a line in a table; there is no "
         "thread and no timer behind it."},
    Line{2 * kDay + 331min, kTomas, "> a line in a table\n\nThat is what I wanted to hear."},
    Line{1 * kDay + 122min, kTomas, "Running it on a Raspberry Pi now. It is bored."},
    Line{1 * kDay + 120min, kLiger, "Good. It should be."},
};

constexpr std::array kPriyaLiger{
    Line{3 * kDay + 20min, kPriya,
         "Keyboard only, all day: Alt ↑ and ↓ between chats, Enter to write."},
    Line{3 * kDay + 12min, kLiger, "And Ctrl / lists the rest."},
    Line{3 * kDay + 11min, kPriya, "❤️"},
};

constexpr std::string_view kEchoHello =
    "Hello, I am Echo. Write to me and I answer, so that one window is enough to try "
    "everything.\n\n"
    "你好，我是 Echo。给我发消息，我就会回复，一个窗口就能试用全部功能。";

constexpr std::array kEchoLiger{Line{3 * kDay + 240min, kEcho, kEchoHello}};
constexpr std::array kEchoIndifferent{Line{3 * kDay + 239min, kEcho, kEchoHello}};

constexpr std::array kTalks{
    Talk{kLiger, kEcho, kEchoLiger},
    Talk{kIndifferent, kEcho, kEchoIndifferent},
    Talk{kLiger, kPriya, kPriyaLiger},
    Talk{kLiger, kTomas, kTomasLiger},
    Talk{kLiger, kIndifferent, kArticle},
    Talk{kLiger, kMei, kMeiLiger, 2},
    Talk{kIndifferent, kMei, kMeiIndifferent, 1},
};

constexpr std::string_view kLobbyTitle = "Lobby";
constexpr std::string_view kLobbyTopic = "大厅：随便聊聊。Come in and say hello.";

constexpr std::array kLobby{
    Line{3 * kDay + 100min, kLiger, "大家好，这里是大厅，谁都可以进来。"},
    Line{3 * kDay + 96min, kMei, "Hello everybody! 我来了。"},
    Line{2 * kDay + 300min, kTomas, "Is this room open to all? I just found it in the list."},
    Line{2 * kDay + 298min, kLiger, "It is: **Browse rooms**, then Join. 所有人都能看到全部历史。"},
    Line{1 * kDay + 200min, kPriya, "Good to see you all here. Thursday at three?"},
    Line{1 * kDay + 190min, kIndifferent, "我也来，三点见。"},
    Line{140min, kTomas, "I'll bring the cable."},
};

/// The time the story is told at. Thread-safe.
class StoryClock final : public base::Clock {
 public:
  explicit StoryClock(base::Time now) : now_(base::to_millis(now)) {}
  base::Time now() const override { return base::from_millis(now_); }
  base::Tick tick() const override { return system_.tick(); }
  void set(base::Time now) { now_ = base::to_millis(now); }

 private:
  base::SystemClock system_;
  std::atomic<std::int64_t> now_;
};

/// Nobody listens yet.
class NoSink final : public data::EventSink {
 public:
  void committed(data::BatchPtr) override {}
};

class Teller {
 public:
  Teller(data::Store& store, base::Random& random, base::Time now)
      : random_(random),
        now_(now),
        clock_(now - 4 * kDay),
        stores_(store, sink_, clock_, logic::Messages::send_rule(), {}),
        hasher_(random, {}),
        accounts_(stores_, hasher_, clock_, random),
        friends_(stores_),
        conversations_(stores_),
        rooms_(stores_),
        memberships_(stores_),
        messages_(stores_, clock_) {}
  ~Teller() {
    hasher_.stop();
    stores_.stop();
  }
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  void people();
  void relations();
  void talk(const Talk& talk);
  void lobby();

 private:
  using Actor = logic::Actor;
  Actor who(std::size_t person) const { return {ids_.at(person), {}}; }

  template <class T>
  static T must(base::Result<T> result, std::string_view doing) {
    if (!result) {
      throw std::runtime_error(fmt::format("cannot tell the demo's story ({}): {}", doing,
                                           base::code_name(result.error().code)));
    }
    return std::move(result).value();
  }
  /// What `question` answers, waited for.
  template <class T>
  static T ask(boost::asio::awaitable<base::Result<T>> question, std::string_view doing) {
    base::Result<T> answer(base::Errc::kInternal);
    auto run = [](boost::asio::awaitable<base::Result<T>> asked,
                  base::Result<T>& into) -> boost::asio::awaitable<void> {
      into = co_await std::move(asked);
    };
    logic::run_now(run(std::move(question), answer));
    return must(std::move(answer), doing);
  }

  base::Random& random_;
  const base::Time now_;
  StoryClock clock_;
  NoSink sink_;
  data::StoreThreads stores_;
  logic::Hasher hasher_;
  logic::Accounts accounts_;
  logic::Friends friends_;
  logic::Conversations conversations_;
  logic::Rooms rooms_;
  logic::Memberships memberships_;
  logic::Messages messages_;
  std::array<logic::UserId, kDemoPeople.size()> ids_{};
};

void Teller::people() {
  for (std::size_t i = 0; i < kDemoPeople.size(); ++i) {
    logic::Registration wish;
    wish.name = kDemoPeople[i].name;
    wish.display_name = kDemoPeople[i].display_name;
    wish.password = base::new_token(random_);
    ids_[i] = must(accounts_.ensure_demo_account(wish), "people").id;
  }
}

void Teller::relations() {
  constexpr std::array<std::pair<std::size_t, std::size_t>, 7> kFriends{{{kLiger, kIndifferent},
                                                                         {kLiger, kMei},
                                                                         {kLiger, kTomas},
                                                                         {kLiger, kPriya},
                                                                         {kLiger, kEcho},
                                                                         {kIndifferent, kMei},
                                                                         {kIndifferent, kEcho}}};
  for (const auto& [one, other] : kFriends) {
    must(friends_.make_friends(ids_[one], ids_[other]), "friends");
  }
  clock_.set(now_ - 3h);
  for (const std::size_t asked : {kLiger, kIndifferent}) {
    ask(friends_.request(who(kSam), ids_[asked]), "a request");
  }
  for (const auto& [person, ago] : {std::pair{kMei, 27min}, std::pair{kTomas, 95min},
                                    std::pair{kPriya, minutes(1 * kDay + 30min)}}) {
    accounts_.seen(ids_[person], now_ - ago);
  }
}

void Teller::talk(const Talk& talk) {
  clock_.set(now_ - talk.lines.front().ago);
  const auto place = ask(conversations_.open_direct(who(talk.first), ids_[talk.second]), "a talk");
  std::int64_t said = 0;
  for (const Line& line : talk.lines) {
    clock_.set(now_ - line.ago);
    const std::string nonce = fmt::format("story-{}-{}", place.conversation.id.value, said);
    ask(messages_.send(who(line.sender), place.conversation.id, nonce, std::string(line.text)),
        "a line");
    ++said;
  }
  // Each has read everything, but for the last lines that wait for their reader.
  const std::size_t last = talk.lines.back().sender;
  const std::size_t reader = last == talk.first ? talk.second : talk.first;
  clock_.set(now_ - talk.lines.back().ago + 1min);
  ask(conversations_.mark_read(who(reader), place.conversation.id,
                               said - static_cast<std::int64_t>(talk.unread), false),
      "a mark");
}

void Teller::lobby() {
  constexpr std::array kOthers{kIndifferent, kMei, kTomas, kPriya};
  clock_.set(now_ - kLobby.front().ago - 1min);
  logic::NewRoom wish;
  wish.kind = entity::ConversationKind::kRoom;
  wish.title = kLobbyTitle;
  wish.topic = kLobbyTopic;
  wish.color = 4;
  wish.access = entity::Access::kOpen;
  const auto id = ask(rooms_.create(who(kLiger), std::move(wish)), "the lobby").conversation.id;
  for (const std::size_t person : kOthers) {
    ask(memberships_.join(who(person), id), "a guest");
  }
  std::int64_t said = 0;
  for (const Line& line : kLobby) {
    clock_.set(now_ - line.ago);
    ask(messages_.send(who(line.sender), id, fmt::format("lobby-{}", said), std::string(line.text)),
        "a line");
    ++said;
  }
  for (const std::size_t person : {kLiger, kIndifferent}) {
    ask(conversations_.mark_read(who(person), id, said, false), "a mark");
  }
}

bool is_new(data::Store& store) {
  const auto reading = store.open_reader();
  if (!reading) {
    return false;
  }
  const auto reader = (*reading)->begin(10s);
  if (!reader) {
    return false;
  }
  const auto position = (*reader)->position();
  (*reading)->end();
  return position && position->head == data::EventId{};
}

}  // namespace

void tell_demo_story(data::Store& store, base::Random& random, base::Time now) {
  if (!is_new(store)) {
    return;
  }
  Teller teller(store, random, now);
  teller.people();
  teller.relations();
  // In the order in which they ended: so they stand in everybody's list.
  bool in_lobby = false;
  for (const Talk& talk : kTalks) {
    if (!in_lobby && talk.lines.back().ago < kLobby.back().ago) {
      in_lobby = true;
      teller.lobby();
    }
    teller.talk(talk);
  }
}

}  // namespace keepline::app
