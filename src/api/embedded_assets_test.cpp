#include "api/embedded_assets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace keepline::api {
namespace {

const EmbeddedAsset* find(std::string_view path) {
  const auto all = embedded_assets();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const EmbeddedAsset& asset) { return asset.path == path; });
  return found == all.end() ? nullptr : &*found;
}

TEST(EmbeddedAssets, AreInOrderAndEachPathIsThereOnce) {
  const auto all = embedded_assets();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(),
                             [](const auto& a, const auto& b) { return a.path < b.path; }));
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end(),
                               [](const auto& a, const auto& b) { return a.path == b.path; }),
            all.end());
}

TEST(EmbeddedAssets, HoldTheDescriptionOfTheApi) {
  const EmbeddedAsset* const description = find("/api/openapi.yaml");
  ASSERT_NE(description, nullptr);
  EXPECT_EQ(description->content_type, "application/yaml");
  EXPECT_TRUE(description->identity.starts_with("openapi: 3.1"));
}

TEST(EmbeddedAssets, ServeAFoldersIndexUnderTheFoldersName) {
  const EmbeddedAsset* const page = find("/classic/index.html");
  const EmbeddedAsset* const folder = find("/classic/");
  ASSERT_NE(page, nullptr);
  ASSERT_NE(folder, nullptr);
  EXPECT_EQ(folder->identity, page->identity);
  EXPECT_EQ(folder->etag, page->etag);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
}

TEST(EmbeddedAssets, KeepACompressedFormOnlyWhereItIsSmaller) {
  const std::string gzip_magic = "\x1f\x8b";
  for (const EmbeddedAsset& asset : embedded_assets()) {
    EXPECT_LT(asset.brotli.size(), std::max<std::size_t>(asset.identity.size(), 1)) << asset.path;
    if (!asset.gzip.empty()) {
      EXPECT_LT(asset.gzip.size(), asset.identity.size()) << asset.path;
      EXPECT_TRUE(asset.gzip.starts_with(gzip_magic)) << asset.path;
    }
  }
}

TEST(EmbeddedAssets, HaveWeakTagsOfTheirContent) {
  for (const EmbeddedAsset& a : embedded_assets()) {
    EXPECT_TRUE(a.etag.starts_with("W/\"") && a.etag.ends_with('"')) << a.path;
    for (const EmbeddedAsset& b : embedded_assets()) {
      EXPECT_EQ(a.etag == b.etag, a.identity == b.identity) << a.path << " and " << b.path;
    }
  }
}

}  // namespace
}  // namespace keepline::api
