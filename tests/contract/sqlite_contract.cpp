#include "contract/store_contract.h"
#include "data/sqlite/store.h"

namespace keepline::data {
namespace {

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         testing::Values(Implementation{"sqlite",
                                                        [](const std::filesystem::path& folder) {
                                                          OpenOptions options;
                                                          options.folder = folder;
                                                          return open_sqlite(options);
                                                        }}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace keepline::data
