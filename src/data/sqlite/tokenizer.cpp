#include "data/sqlite/tokenizer.h"

#include <sqlite3.h>

#include <string_view>

#include "entity/words.h"

namespace keepline::data::sqlite {
namespace {

/// The tokenizer has no state; FTS5 wants a pointer all the same.
int make(void* /*context*/, const char** /*arguments*/, int /*count*/, Fts5Tokenizer** made) {
  static char nothing = 0;
  *made = reinterpret_cast<Fts5Tokenizer*>(&nothing);
  return SQLITE_OK;
}

void drop(Fts5Tokenizer* /*tokenizer*/) {}

int tokenize(Fts5Tokenizer* /*tokenizer*/, void* context, int /*reason*/, const char* text,
             int size, int (*token)(void*, int, const char*, int, int, int)) {
  entity::WordReader reader({text, static_cast<std::size_t>(size)});
  while (reader.next()) {
    const entity::Word& word = reader.word();
    const int code = token(context, 0, word.text.data(), static_cast<int>(word.text.size()),
                           static_cast<int>(word.begin), static_cast<int>(word.end));
    if (code != SQLITE_OK) {
      return code;
    }
  }
  return SQLITE_OK;
}

}  // namespace

int add_tokenizer(sqlite3* db) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, nullptr);
  if (code != SQLITE_OK) {
    return code;
  }
  fts5_api* api = nullptr;
  sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
  sqlite3_step(statement);
  code = sqlite3_finalize(statement);
  if (code != SQLITE_OK || api == nullptr) {
    return code != SQLITE_OK ? code : SQLITE_ERROR;
  }
  fts5_tokenizer words{make, drop, tokenize};
  return api->xCreateTokenizer(api, "words", nullptr, &words, nullptr);
}

}  // namespace keepline::data::sqlite
