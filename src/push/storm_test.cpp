#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "push/test_stage.h"

// Many at once, clocks that jump, and people who come and go faster than anybody should be told.
namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::FeedPtr;
using stage::field;
using stage::ids_of;
using stage::Log;
using stage::ReplyPtr;
using stage::Stage;
using stage::user;

Log room_of(std::int64_t members) {
  Log log;
  for (std::int64_t id = 1; id <= members; ++id) {
    log.join(user(id), conversation(1));
  }
  log.commit();
  return log;
}

// Goal: of ten thousand who poll, some ask again before the next message, some while it is told,
// and some long after; each hears each message once.
TEST(Storm, TenThousandWhoAskAgainWhileMessagesComeHearEachOnce) {
  constexpr std::int64_t kClients = 10'000;
  constexpr std::int64_t kRooms = 20;
  constexpr int kMessages = 4;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::SeededRandom random(seed);
  Log log;
  for (std::int64_t id = 1; id <= kClients; ++id) {
    log.join(user(id), conversation(1 + id % kRooms));
  }
  log.commit();
  Stage stage(2, {}, std::move(log), seed);
  struct Client {
    ReplyPtr reply;
    std::string cursor;
    std::vector<std::int64_t> heard;
  };
  std::vector<Client> clients(kClients);
  const auto ask = [&](std::int64_t index) {
    Client& client = clients[static_cast<std::size_t>(index)];
    client.reply = stage.poll(user(index + 1), client.cursor, 25, "a",
                              static_cast<std::size_t>(index % 2), SessionId(index + 1));
  };
  for (std::int64_t i = 0; i < kClients; ++i) {
    clients[static_cast<std::size_t>(i)].cursor = stage.cursor();
    ask(i);
  }
  stage.settle();
  // Takes what was answered; of those who ask again, as many as `one_in` says do it now.
  const auto turn = [&](std::int64_t one_in) {
    for (std::int64_t i = 0; i < kClients; ++i) {
      Client& client = clients[static_cast<std::size_t>(i)];
      if (client.reply && client.reply->done) {
        const auto ids = ids_of(client.reply->body);
        client.heard.insert(client.heard.end(), ids.begin(), ids.end());
        client.cursor = field(client.reply->body, "cursor");
        client.reply = nullptr;
      }
      if (!client.reply && random.between(1, one_in) == 1) {
        ask(i);
      }
    }
  };
  const EventId before = stage.log.head();
  for (int n = 0; n < kMessages; ++n) {
    for (std::int64_t room = 1; room <= kRooms; ++room) {
      stage.log.say(user(room), conversation(room));
    }
    stage.hub->committed(stage.log.commit());
    // The next message comes while this one is still being told.
    for (std::int64_t turns = random.between(1, 12); turns > 0; --turns) {
      for (int task = 0; task < 8; ++task) {
        stage.shards_.run_one(static_cast<std::size_t>(random.between(0, 1)));
      }
      turn(3);
    }
  }
  for (int round = 0; round < 5; ++round) {
    turn(1);
    stage.settle();
  }
  for (std::int64_t i = 0; i < kClients; ++i) {
    const Client& client = clients[static_cast<std::size_t>(i)];
    std::vector<std::int64_t> wanted;
    for (const EventId id : stage.log.heard_by(user(i + 1), before)) {
      wanted.push_back(id.value);
    }
    ASSERT_EQ(wanted.size(), static_cast<std::size_t>(kMessages));
    ASSERT_EQ(client.heard, wanted) << "user " << i + 1;
    ASSERT_FALSE(client.reply->done) << "and now it waits";
  }
  EXPECT_EQ(stage.reads.pages_asked, 0U);
}

// Goal: what a wall clock does is nobody's business: nobody is answered before their time or kept
// beyond it, and cursors stay as they are.
TEST(ClockJump, EndsNoWaitAndMovesNoCursor) {
  for (const auto jump : {std::chrono::milliseconds(1h), std::chrono::milliseconds(-1h)}) {
    Log log = room_of(3);
    log.befriend(user(1), user(2));
    log.commit();
    Stage stage(1, {}, std::move(log));
    const std::string cursor = stage.cursor();
    const FeedPtr feed = stage.stream(user(2), cursor);
    stage.settle();
    stage.pass(100ms);
    const ReplyPtr poll = stage.poll(user(1), stage.cursor());
    stage.settle();
    stage.pass(1s);
    const std::size_t told = feed->batches.size();
    stage.clock.jump(jump);
    stage.pass(5s);
    EXPECT_FALSE(poll->done);
    EXPECT_EQ(feed->batches.size(), told);
    EXPECT_TRUE(stage.local().presence(user(2)).online);
    stage.log.say(user(3), conversation(1));
    stage.clock.jump(-2 * jump);
    stage.commit();
    EXPECT_EQ(ids_of(poll->body).size(), 1U);
    EXPECT_EQ(ids_of(feed->last()), ids_of(poll->body));
    // A cursor of before the jump is as good as ever.
    const ReplyPtr again = stage.poll(user(1), cursor, 0);
    stage.settle();
    EXPECT_EQ(ids_of(again->body), ids_of(poll->body));
    const std::size_t spoke = feed->batches.size();
    const ReplyPtr quiet = stage.poll(user(1), field(poll->body, "cursor"), 25);
    stage.settle();
    stage.pass(19s);
    EXPECT_FALSE(quiet->done);
    stage.pass(7s);
    EXPECT_TRUE(quiet->done) << "its time is over by the clock that only ticks";
    EXPECT_EQ(feed->batches.size(), spoke + 1) << "nor is a stream silent for longer";
  }
}

TEST(ClockJump, EndsNoGraceAndNoTyping) {
  for (const auto jump : {std::chrono::milliseconds(1h), std::chrono::milliseconds(-1h)}) {
    Stage stage(1, {}, room_of(3));
    ReplyPtr hears = stage.poll(user(1), stage.cursor());
    const ReplyPtr goes = stage.poll(user(2), stage.cursor());
    stage.settle();
    stage.local().typing(user(2), conversation(1));
    stage.settle();
    ASSERT_NE(hears->body.find(R"("typing":true)"), std::string::npos);
    hears = stage.poll(user(1), field(hears->body, "cursor"));
    goes->go_away();
    stage.clock.jump(jump);
    stage.pass(5500ms);
    EXPECT_FALSE(hears->done);
    stage.pass(1s);
    EXPECT_NE(hears->body.find(R"("typing":false)"), std::string::npos);
    EXPECT_TRUE(stage.local().presence(user(2)).online);
    stage.pass(23s);
    EXPECT_TRUE(stage.local().presence(user(2)).online);
    stage.pass(1500ms);
    EXPECT_FALSE(stage.local().presence(user(2)).online);
  }
}

std::string edges(const Stage& stage) {
  std::string text;
  for (const Stage::Edge& edge : stage.edges) {
    text += std::to_string(edge.who.value) + (edge.online ? "+ " : "- ");
  }
  return text;
}

// Goal: the gap between two polls is no absence, on whichever device and shard, in whichever order
// they go; offline comes once, after the last.
TEST(PresenceGap, OfThreeDevicesShowsNoBlipInWhicheverOrderTheyGo) {
  std::array<std::size_t, 3> order = {0, 1, 2};
  do {
    Stage stage(3, {}, room_of(3));
    std::array<ReplyPtr, 3> devices;
    const auto ask = [&](std::size_t device) {
      devices.at(device) = stage.poll(user(2), stage.cursor(), 25, "a", device,
                                      SessionId(static_cast<std::int64_t>(device) + 1));
      stage.settle();
    };
    for (std::size_t device = 0; device < 3; ++device) {
      ask(device);
    }
    // All of them away for less than the grace, again and again.
    for (int round = 0; round < 3; ++round) {
      for (const std::size_t device : order) {
        devices.at(device)->go_away();
        stage.pass(300ms);
      }
      stage.pass(28s);
      for (const std::size_t device : order) {
        ask(device);
      }
    }
    EXPECT_EQ(edges(stage), "2+ ");
    for (std::size_t gone = 0; gone < order.size(); ++gone) {
      devices.at(order.at(gone))->go_away();
      // Longer than any grace, in which whoever is left asks again and again.
      for (int round = 0; round < 3 && gone + 1 < order.size(); ++round) {
        stage.pass(15s);
        for (std::size_t left = gone + 1; left < order.size(); ++left) {
          ask(order.at(left));
        }
      }
      EXPECT_EQ(edges(stage), "2+ ");
    }
    stage.pass(29s);
    EXPECT_EQ(edges(stage), "2+ ");
    stage.pass(2s);
    EXPECT_EQ(edges(stage), "2+ 2- ");
    for (std::size_t shard = 0; shard < 3; ++shard) {
      EXPECT_FALSE(stage.local(shard).presence(user(2)).online);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

// Goal: who says goodbye and is back at once is online in the end, wherever the two are heard
// first.
TEST(PresenceGap, AGoodbyeAndAnInstantReturnEndOnline) {
  for (const std::size_t back : {std::size_t{0}, std::size_t{1}}) {
    for (const bool goodbye_first : {true, false}) {
      Log log = room_of(3);
      log.befriend(user(1), user(2));
      log.commit();
      Stage stage(2, {}, std::move(log));
      const FeedPtr watcher = stage.stream(user(1), stage.cursor());
      stage.settle();
      stage.pass(100ms);  // the watcher's own coming is told
      const ReplyPtr first = stage.poll(user(2), stage.cursor());
      stage.settle();
      ASSERT_FALSE(first->done);
      first->go_away();
      ReplyPtr again;
      const auto return_now = [&] {
        again = stage.poll(user(2), stage.cursor(), 25, "b", back);
        stage.shards_.run_one(back);
      };
      if (!goodbye_first) {
        return_now();
      }
      stage.local(0).leave(user(2));
      if (goodbye_first) {
        return_now();
      }
      stage.settle();
      ASSERT_FALSE(again->done);
      EXPECT_TRUE(stage.local(0).presence(user(2)).online) << back << goodbye_first;
      EXPECT_TRUE(stage.local(1).presence(user(2)).online) << back << goodbye_first;
      stage.pass(40s);
      if (again->done) {
        again = stage.poll(user(2), stage.cursor(), 25, "b", back);
        stage.settle();
      }
      for (std::size_t shard = 0; shard < 2; ++shard) {
        EXPECT_TRUE(stage.local(shard).presence(user(2)).online) << back << goodbye_first;
      }
      EXPECT_EQ(stage.edges.back().online, true);
      std::string last;
      for (const auto& batch : watcher->batches) {
        if (const auto at = batch.body.rfind(R"("kind":"presence","user":2,)");
            at != std::string::npos) {
          last = batch.body.substr(at, 60);
        }
      }
      EXPECT_NE(last.find(R"("online":true)"), std::string::npos) << last;
    }
  }
}

}  // namespace
}  // namespace keepline::push
