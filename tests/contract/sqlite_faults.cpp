#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "contract/fault_vfs.h"
#include "data/scratch_folder.h"
#include "data/sqlite/database.h"
#include "data/sqlite/schema.h"
#include "data/sqlite/store.h"

// What SQLite's store keeps of its word when the disk does not: every operation on it fails in
// turn.
namespace keepline::data {
namespace {

using base::Errc;
using Fault = FaultVfs::Fault;

constexpr UserId kMe{1};
constexpr ConversationId kRoom{1};

OpenOptions options_for(const ScratchFolder& folder) {
  OpenOptions options;
  options.folder = folder.path();
  options.vfs = FaultVfs::name();
  return options;
}

class SqliteFaults : public testing::Test {
 protected:
  // The log says what the tests do to the disk, hundreds of times.
  static void SetUpTestSuite() { base::start_log("off"); }
  static void TearDownTestSuite() { base::start_log("info"); }
};

/// What was acknowledged, and what a crash or an error left open.
struct Ledger {
  std::vector<std::string> acknowledged;
  std::vector<std::string> failed;
  std::set<Errc> errors;
};

Status add_me_and_a_room(Transaction& tx) {
  NewUser user;
  user.name = user.name_key = user.display_name = "me";
  const auto me = tx.add_user(user);
  if (!me) {
    return me.error();
  }
  const auto room = tx.add_conversation(entity::ConversationKind::kRoom, "room");
  if (!room) {
    return room.error();
  }
  return tx.add_member(*room, *me, entity::Role::kMember, EventId(1));
}

entity::NewMessage message_of(const std::string& text) {
  entity::NewMessage message;
  message.conversation = kRoom;
  message.sender = kMe;
  message.nonce = text;
  message.text = text;
  return message;
}

/// One batch of `texts`, entered into the ledger.
void say(WriteConnection& writer, const std::vector<std::string>& texts, Ledger& ledger) {
  std::optional<Error> error;
  auto tx = writer.begin(Time{});
  if (!tx) {
    error = tx.error();
  } else {
    for (const std::string& text : texts) {
      const auto stored = (*tx)->append(message_of(text));
      if (!stored) {
        error = stored.error();
        break;
      }
    }
    if (error) {
      writer.rollback();
    } else if (const auto batch = writer.commit(); !batch) {
      error = batch.error();
    }
  }
  if (error) {
    ledger.errors.insert(error->code);
  }
  auto& list = error ? ledger.failed : ledger.acknowledged;
  list.insert(list.end(), texts.begin(), texts.end());
}

/// The life that is disturbed: batches of several sizes, with checkpoints between them.
void live(WriteConnection& writer, Ledger& ledger) {
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    say(writer, {number + "a"}, ledger);
    say(writer, {number + "b", number + "c", number + std::string(9000, 'd')}, ledger);
    if (i % 2 == 1) {
      writer.maintain(Time{}, Pause::kLong);
    }
  }
}

std::unique_ptr<Store> open_with_a_room(const ScratchFolder& folder) {
  auto store = *open_sqlite(options_for(folder));
  auto writer = *store->open_writer();
  EXPECT_TRUE(add_me_and_a_room(**writer->begin(Time{})));
  EXPECT_TRUE(writer->commit());
  return store;
}

std::vector<std::string> stored(Reader& reader) {
  std::vector<std::string> texts;
  std::int64_t seq = 0;
  const auto page = reader.messages_after(kRoom, 0, 10'000);
  EXPECT_TRUE(page);
  for (const auto& message : page->messages) {
    EXPECT_EQ(message.seq, ++seq);
    EXPECT_EQ(message.id.value, seq) << "ids are dense";
    texts.push_back(message.text);
  }
  EXPECT_EQ(reader.position()->head.value, seq);
  EXPECT_EQ(reader.conversation(kRoom)->last_seq, seq);
  return texts;
}

std::vector<std::string> stored(Store& store) {
  auto connection = *store.open_reader();
  auto texts = stored(**connection->begin(std::chrono::seconds(60)));
  connection->end();
  return texts;
}

void expect_sound(const ScratchFolder& folder) {
  auto db = *sqlite::Db::open(folder.path() / "keepline.db", "", sqlite::Db::Role::kReader);
  auto query = db->query("PRAGMA integrity_check");
  EXPECT_EQ(*query.one([](const sqlite::Query& row) { return row.text(0); }), "ok");
}

// Goal: a server killed at its first start leaves nothing that the next start could trip over.
TEST_F(SqliteFaults, MakesTheSchemaWholeOrNotAtAll) {
  FaultVfs disk;
  int killed = 0;
  for (std::int64_t k = 1;; ++k) {
    const ScratchFolder folder;
    disk.fail(Fault::kDead, k);
    const std::int64_t failures = disk.failures();
    const bool opened = open_sqlite(options_for(folder)).has_value();
    const bool disturbed = disk.failures() > failures;
    disk.heal();
    EXPECT_TRUE(disturbed || opened);
    killed += disturbed ? 1 : 0;

    auto store = open_sqlite(options_for(folder));
    ASSERT_TRUE(store) << "killed at operation " << k << ": " << store.error().detail;
    auto writer = *(*store)->open_writer();
    EXPECT_TRUE(add_me_and_a_room(**writer->begin(Time{})));
    Ledger ledger;
    EXPECT_TRUE(writer->commit());
    say(*writer, {"works"}, ledger);
    EXPECT_EQ(stored(**store), ledger.acknowledged);
    if (!disturbed) {
      break;
    }
  }
  EXPECT_GT(killed, 5) << "the test reached the disk";
}

// Goal: killed anywhere in an upgrade, the database has the old schema or the new one.
TEST_F(SqliteFaults, ChangesTheSchemaWhollyOrNotAtAll) {
  FaultVfs disk;
  const auto known = sqlite::schema_steps();
  const int old = known.back().version;
  std::vector<sqlite::SchemaStep> steps(known.begin(), known.end());
  steps.push_back({old + 1,
                   "ALTER TABLE conversation ADD COLUMN next_step TEXT;"
                   "CREATE TABLE extra(id INTEGER) STRICT;"});
  steps.push_back({old + 2, "CREATE TABLE more(id INTEGER) STRICT;"});
  int killed = 0;
  for (std::int64_t k = 1;; ++k) {
    const ScratchFolder folder;
    {
      auto store = open_with_a_room(folder);
    }
    const auto path = folder.path() / "keepline.db";
    disk.fail(Fault::kDead, k);
    const std::int64_t failures = disk.failures();
    if (auto db = sqlite::Db::open(path, FaultVfs::name(), sqlite::Db::Role::kWriter)) {
      const auto done = sqlite::prepare_schema(**db, folder.path(), steps);
      EXPECT_TRUE(done || disk.failures() > failures);
    }
    const bool disturbed = disk.failures() > failures;
    disk.heal();
    killed += disturbed ? 1 : 0;

    auto db = *sqlite::Db::open(path, FaultVfs::name(), sqlite::Db::Role::kWriter);
    auto number = [&](sqlite::Sql sql) {
      return *db->query(sql).one([](const sqlite::Query& row) { return row.integer(0); });
    };
    const auto version = number("PRAGMA user_version");
    const auto tables =
        number("SELECT count(*) FROM sqlite_schema WHERE name IN ('extra', 'more')");
    EXPECT_TRUE((version == old && tables == 0) || (version == old + 2 && tables == 2))
        << "killed at operation " << k << ": version " << version << ", " << tables << " tables";
    const auto again = sqlite::prepare_schema(*db, folder.path(), steps);
    EXPECT_TRUE(again) << again.error().detail;
    EXPECT_EQ(
        number("SELECT count(*) FROM pragma_table_info('conversation') WHERE name='next_step'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM user_info"), 1);
    EXPECT_TRUE(std::filesystem::exists(folder.path() /
                                        ("before-schema-" + std::to_string(old + 2) + ".db")));
    if (!disturbed) {
      break;
    }
  }
  EXPECT_GT(killed, 5);
}

// Goal: what was acknowledged survives a kill at any operation; what was not is there whole or not
// at all.
TEST_F(SqliteFaults, KeepsWhatItAcknowledgedWhereverItIsKilled) {
  FaultVfs disk;
  int killed = 0;
  for (std::int64_t k = 1;; ++k) {
    const ScratchFolder folder;
    auto store = open_with_a_room(folder);
    Ledger ledger;
    const std::int64_t failures = disk.failures();
    {
      auto writer = *store->open_writer();
      disk.fail(Fault::kDead, k);
      live(*writer, ledger);
    }
    const bool disturbed = disk.failures() > failures;
    disk.heal();
    killed += disturbed ? 1 : 0;
    store.reset();
    store = *open_sqlite(options_for(folder));
    auto expected = ledger.acknowledged;
    const auto found = stored(*store);
    // One batch may have reached the disk without its answer; the next was refused at once.
    if (found.size() != expected.size()) {
      ASSERT_FALSE(ledger.failed.empty()) << "killed at operation " << k;
      const std::size_t more = found.size() - expected.size();
      ASSERT_TRUE(more == 1 || more == 3) << more << " more, killed at operation " << k;
      expected.insert(expected.end(), ledger.failed.begin(),
                      ledger.failed.begin() + static_cast<std::ptrdiff_t>(more));
    }
    EXPECT_EQ(found, expected) << "killed at operation " << k;
    expect_sound(folder);
    if (!disturbed) {
      EXPECT_TRUE(ledger.failed.empty());
      break;
    }
  }
  EXPECT_GT(killed, 20);
}

/// Goal: a disk that is full for a moment costs the batches of that moment and nothing else.
void expect_to_go_on(Fault fault) {
  FaultVfs disk;
  int disturbances = 0;
  for (std::int64_t k = 1; k != 0;) {
    const ScratchFolder folder;
    auto store = open_with_a_room(folder);
    Ledger ledger;
    {
      auto writer = *store->open_writer();
      auto reading = *store->open_reader();
      disk.fail(fault, k, 3);
      live(*writer, ledger);
      disk.heal();
      for (const Errc code : ledger.errors) {
        EXPECT_EQ(code, Errc::kStorageFull);
      }
      EXPECT_EQ(stored(**reading->begin(std::chrono::seconds(60))), ledger.acknowledged);
      reading->end();
      say(*writer, {"room again"}, ledger);
      ASSERT_FALSE(ledger.acknowledged.empty());
      EXPECT_EQ(ledger.acknowledged.back(), "room again") << "full at operation " << k;
    }
    store.reset();
    store = *open_sqlite(options_for(folder));
    EXPECT_EQ(stored(*store), ledger.acknowledged) << "full at operation " << k;
    expect_sound(folder);
    const std::int64_t failed = disk.first_failure();
    EXPECT_TRUE(failed != 0 || ledger.failed.empty());
    disturbances += failed != 0 ? 1 : 0;
    k = failed == 0 ? 0 : failed + 1;
  }
  EXPECT_GT(disturbances, 10);
}

TEST_F(SqliteFaults, GoesOnWithoutAReopenWhenTheDiskWasFull) { expect_to_go_on(Fault::kFull); }

TEST_F(SqliteFaults, GoesOnWithoutAReopenWhenTheQuotaWasUsedUp) { expect_to_go_on(Fault::kQuota); }

/// Goal: after a failed sync (or write) nothing is acknowledged any more, since a second sync would
/// succeed without having written; the files are never touched again, not even when closing.
void expect_to_stop_for_good(Fault fault) {
  FaultVfs disk;
  int disturbances = 0;
  for (std::int64_t k = 1; k != 0;) {
    const ScratchFolder folder;
    auto store = open_with_a_room(folder);
    Ledger ledger;
    auto writer = *store->open_writer();
    disk.fail(fault, k, 1'000'000);
    live(*writer, ledger);
    disk.heal();
    const std::int64_t failed = disk.first_failure();
    if (failed != 0) {
      const std::int64_t operations = disk.operations();
      Ledger afterwards;
      say(*writer, {"never"}, afterwards);
      EXPECT_EQ(afterwards.errors, std::set{Errc::kInternal}) << "failed at operation " << failed;
      writer->maintain(Time{}, Pause::kLong);
      writer.reset();
      EXPECT_EQ(disk.operations(), operations) << "failed at operation " << failed;
      ++disturbances;
    }
    const auto found = stored(*store);
    ASSERT_GE(found.size(), ledger.acknowledged.size());
    EXPECT_TRUE(std::equal(ledger.acknowledged.begin(), ledger.acknowledged.end(), found.begin()))
        << "failed at operation " << failed;
    k = failed == 0 ? 0 : failed + 1;
  }
  EXPECT_GT(disturbances, 8);
}

TEST_F(SqliteFaults, StopsForGoodWhenASyncFailed) { expect_to_stop_for_good(Fault::kSync); }

TEST_F(SqliteFaults, StopsForGoodWhenAWriteFailed) { expect_to_stop_for_good(Fault::kWrite); }

// Goal: when SQLite ends a transaction by itself in the middle of a batch, what a rule writes next
// does not commit alone.
// Method: a batch larger than the cache, so that it is written to while it still runs.
TEST_F(SqliteFaults, NeverCommitsTheRestOfABatchThatWasLost) {
  FaultVfs disk;
  const ScratchFolder folder;
  auto store = open_with_a_room(folder);
  auto writer = *store->open_writer();
  Transaction* tx = *writer->begin(Time{});
  disk.fail(Fault::kFull, 1);
  const std::string large(64'000, 'x');
  int refused = 0;
  for (int i = 0; i < 1500; ++i) {
    auto message = message_of("nonce" + std::to_string(i));
    message.text = large;
    const auto stored_message = tx->append(message);
    if (!stored_message) {
      EXPECT_EQ(stored_message.error().code, Errc::kStorageFull);
      ++refused;
      disk.heal();  // what follows would be written
    } else {
      ASSERT_EQ(refused, 0) << "written after the transaction was lost";
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_FALSE(writer->savepoint());
  const auto batch = writer->commit();
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, Errc::kStorageFull);
  EXPECT_TRUE(stored(*store).empty());
  Ledger ledger;
  say(*writer, {"next"}, ledger);
  EXPECT_EQ(stored(*store), ledger.acknowledged);
  EXPECT_EQ(ledger.acknowledged.size(), 1U);
}

}  // namespace
}  // namespace keepline::data
