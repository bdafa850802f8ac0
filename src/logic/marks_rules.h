#pragma once

#include "base/result.h"
#include "data/store.h"
#include "logic/marks.h"

// The rules behind class Marks; its comments are their promises.
namespace keepline::logic {

base::Result<entity::Mine> set_mine(data::Transaction& tx, Actor actor, ConversationId id,
                                    const MinePatch& patch);

base::Result<Marks::Reads> list_reads(data::Reader& reader, Actor actor, ConversationId id,
                                      std::int64_t seq, UserId after, std::size_t limit);

}  // namespace keepline::logic
