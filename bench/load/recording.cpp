#include "load/recording.h"

#include "base/check.h"
#include "load/text.h"

namespace keepline::bench {

std::string Recording::batch() const {
  const std::size_t begin = told.find("{\"cursor\"");
  const std::size_t end = told.rfind('}');
  const std::size_t mark = told.find(kMark);
  base::check(begin < mark && mark < end && end != std::string::npos, "a batch with a text");
  std::string json = told.substr(begin, end + 1 - begin);
  const std::string text = text_of(0);
  return json.replace(mark - begin, text.size(), text);
}

}  // namespace keepline::bench
