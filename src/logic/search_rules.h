#pragma once

#include "base/result.h"
#include "data/store.h"
#include "logic/search.h"

// The rule behind class Search; its comments are its promises.
namespace keepline::logic {

base::Result<Search::Page> search_messages(data::Reader& reader, Actor actor,
                                           const Search::Wish& wish,
                                           const entity::SearchBounds& bounds);

}  // namespace keepline::logic
