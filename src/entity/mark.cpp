#include "entity/mark.h"

namespace keepline::entity {

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kAll:
      return "all";
    case Level::kMentions:
      return "mentions";
    case Level::kNothing:
      return "nothing";
  }
  return "all";
}

std::optional<Level> level_named(std::string_view name) {
  for (const Level level : {Level::kAll, Level::kMentions, Level::kNothing}) {
    if (name == level_name(level)) {
      return level;
    }
  }
  return std::nullopt;
}

}  // namespace keepline::entity
