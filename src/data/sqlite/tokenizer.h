#pragma once

struct sqlite3;

namespace keepline::data::sqlite {

/// Makes the words of entity/words.h the tokenizer `words` of FTS5 on this connection. Each one
/// needs it, or it cannot use the index. Returns an SQLite code.
int add_tokenizer(sqlite3* db);

}  // namespace keepline::data::sqlite
