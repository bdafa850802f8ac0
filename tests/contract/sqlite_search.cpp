#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>

#include "base/log.h"
#include "contract/fault_vfs.h"
#include "data/scratch_folder.h"
#include "data/sqlite/database.h"
#include "data/sqlite/store.h"
#include "entity/words.h"

// What SQLite's index of words promises beyond the contract: it never parts from the messages, and
// it forgets.
namespace keepline::data {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr UserId kMe{1};
constexpr ConversationId kRoom{1};

std::unique_ptr<Store> open(const ScratchFolder& folder, const std::string& vfs = {}) {
  OpenOptions options;
  options.folder = folder.path();
  options.vfs = vfs;
  return *open_sqlite(options);
}

void make_room(WriteConnection& writer) {
  Transaction* tx = *writer.begin(Time{});
  NewUser user;
  user.name = user.name_key = user.display_name = "me";
  ASSERT_TRUE(tx->add_user(user));
  ASSERT_TRUE(tx->add_conversation(entity::ConversationKind::kRoom, "room"));
  ASSERT_TRUE(tx->add_member(kRoom, kMe, entity::Role::kMember, EventId(1)));
  ASSERT_TRUE(writer.commit());
}

void say(WriteConnection& writer, const std::vector<std::string>& texts) {
  Transaction* tx = *writer.begin(Time{});
  std::vector<entity::NewMessage> messages;
  for (const std::string& text : texts) {
    entity::NewMessage message;
    message.conversation = kRoom;
    message.sender = kMe;
    message.text = text;
    messages.push_back(message);
  }
  ASSERT_TRUE(tx->append_many(messages));
  ASSERT_TRUE(writer.commit());
}

void erase(WriteConnection& writer, MessageId id) {
  Transaction* tx = *writer.begin(Time{});
  ASSERT_TRUE(tx->delete_message(id, kMe, EventId(tx->position()->head.value + 1)));
  ASSERT_TRUE(writer.commit());
}

void index(WriteConnection& writer) {
  while (writer.follow(Time{}, Pause::kShort)) {
  }
}

std::size_t count(Store& store, std::string_view word) {
  auto reading = *store.open_reader();
  Reader* reader = *reading->begin(60s);
  entity::SearchWish wish;
  wish.phrases.push_back({entity::words_of(word), false});
  std::size_t found = 0;
  EXPECT_TRUE(reader->search(wish, MessageId(base::kIdMax), {100'000, 60s},
                             [&](const entity::SearchHit&) -> Result<bool> {
                               ++found;
                               return true;
                             }));
  reading->end();
  return found;
}

/// Whether the index says what the messages say, each once. All of them must be in it.
bool agrees(const ScratchFolder& folder) {
  auto db = *sqlite::Db::open(folder.path() / "keepline.db", "", sqlite::Db::Role::kWriter);
  return db->execute("INSERT INTO message_index(message_index, rank) VALUES('integrity-check', 1)")
      .has_value();
}

bool on_disk(const ScratchFolder& folder, const std::string& text) {
  for (const char* name : {"keepline.db", "keepline.db-wal"}) {
    std::ifstream file(folder.path() / name, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.find(text) != std::string::npos) {
      return true;
    }
  }
  return false;
}

// Goal: deleted words leave the disk. Method: a word that nothing else shares a beginning with, so
// that it stands whole in a page of the index.
TEST(SqliteSearch, ForgetsTheWordsOfDeletedTextsAfterADay) {
  const ScratchFolder folder;
  auto store = open(folder);
  {
    auto writer = *store->open_writer();
    make_room(*writer);
    say(*writer, {"zirconium", "plain words"});
    index(*writer);
    say(*writer, {"more plain words"});
    index(*writer);
    erase(*writer, MessageId(1));
    EXPECT_EQ(count(*store, "zirconium"), 0U);
    const Time later{std::chrono::days(20'000)};
    for (int i = 0; i < 20; ++i) {
      writer->follow(later, Pause::kLong);
    }
    EXPECT_EQ(count(*store, "plain"), 2U);
  }
  store.reset();
  EXPECT_FALSE(on_disk(folder, "irconium"));
  EXPECT_TRUE(on_disk(folder, "plain"));
  EXPECT_TRUE(agrees(folder));
}

TEST(SqliteSearch, KeepsTheWordsOfDeletedTextsUntilThen) {
  const ScratchFolder folder;
  auto store = open(folder);
  {
    auto writer = *store->open_writer();
    make_room(*writer);
    say(*writer, {"zirconium", "plain words"});
    index(*writer);
    erase(*writer, MessageId(1));
  }
  store.reset();
  EXPECT_TRUE(on_disk(folder, "irconium")) << "or the test above proves nothing";
  EXPECT_TRUE(agrees(folder));
}

TEST(SqliteSearch, AgreesWithTheMessagesThroughEditsAndDeletions) {
  const ScratchFolder folder;
  auto store = open(folder);
  {
    auto writer = *store->open_writer();
    make_room(*writer);
    for (std::int64_t round = 0; round < 30; ++round) {
      say(*writer, {"one two 三四", "https://x `code` two", ""});
      if (round % 3 == 0) {
        index(*writer);
      }
      erase(*writer, MessageId(round * 3 + 1));
      Transaction* tx = *writer->begin(Time{});
      ASSERT_TRUE(tx->edit_message(
          {MessageId(round + 2), EventId(tx->position()->head.value + 1), "two 五六", {}, false}));
      ASSERT_TRUE(writer->commit());
    }
    index(*writer);
  }
  store.reset();
  EXPECT_TRUE(agrees(folder));
}

// Goal: wherever indexing is cut off, nothing is missing from the index and nothing is in it twice.
// Method: kill it at each of its operations on the disk, and start anew.
TEST(SqliteSearch, IsWholeWhereverItIsKilled) {
  base::start_log("off");
  FaultVfs disk;
  int killed = 0;
  for (std::int64_t k = 1;; ++k) {
    const ScratchFolder folder;
    const auto failures = disk.failures();
    {
      auto store = open(folder, FaultVfs::name());
      auto writer = *store->open_writer();
      make_room(*writer);
      say(*writer, std::vector<std::string>(700, "common 三四"));
      index(*writer);
      say(*writer, std::vector<std::string>(700, "common"));
      disk.fail(FaultVfs::Fault::kDead, k);
      index(*writer);
    }
    const bool disturbed = disk.failures() > failures;
    disk.heal();
    killed += disturbed ? 1 : 0;
    auto store = open(folder, FaultVfs::name());
    EXPECT_EQ(count(*store, "common"), 1400U) << "killed at operation " << k;
    {
      auto writer = *store->open_writer();
      index(*writer);
      EXPECT_EQ(count(*store, "common"), 1400U);
      EXPECT_EQ(count(*store, "三四"), 700U);
    }
    store.reset();
    EXPECT_TRUE(agrees(folder)) << "killed at operation " << k;
    if (!disturbed) {
      break;
    }
  }
  base::start_log("info");
  EXPECT_GT(killed, 5) << "the test reached the disk";
}

}  // namespace
}  // namespace keepline::data
