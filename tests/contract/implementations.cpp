#include "contract/store_contract.h"
#include "data/sqlite/store.h"

namespace keepline::data {

std::vector<Implementation> implementations() {
  return {{"sqlite", [](const std::filesystem::path& folder) {
             OpenOptions options;
             options.folder = folder;
             return open_sqlite(options);
           }}};
}

INSTANTIATE_TEST_SUITE_P(All, StoreContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace keepline::data
