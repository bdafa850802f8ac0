#include "app/config.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>

namespace keepline::app {
namespace {

/// A TOML file that is gone when the test is.
class TomlFile {
 public:
  explicit TomlFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              ("keepline-config-" + std::to_string(std::random_device{}()) + ".toml")) {
    std::ofstream(path_) << text;
  }
  ~TomlFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

template <class F>
std::string sentence_of(F action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Config, TakesTheFlagOverTheEnvironmentOverTheFile) {
  const Values file{{"server.name", {"file"}}, {"server.data", {"file"}}, {"log.level", {"warn"}}};
  const Values environment{{"server.name", {"environment"}}, {"server.data", {"environment"}}};
  const Values flags{{"server.name", {"flag"}}};
  const Config config = make_config(file, environment, flags);
  EXPECT_EQ(config.name, "flag");
  EXPECT_EQ(config.data, "environment");
  EXPECT_EQ(config.log_level, "warn");
}

TEST(Config, ReadsEveryKindOfValueFromToml) {
  const TomlFile file(
      "[server]\nlisten = [\"127.0.0.1:1\", \"[::1]:2\"]\nshards = 3\n[classic]\nenabled = true\n");
  const Config config = make_config(read_config_file(file.path()), {}, {});
  EXPECT_EQ(config.listen, (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
  EXPECT_EQ(config.shards, 3);
  EXPECT_TRUE(config.classic_enabled);
}

TEST(Config, NamesTheLineOfAnUnknownSetting) {
  const TomlFile file("[server]\nname = \"a\"\nnmae = \"b\"\n");
  const std::string sentence = sentence_of([&] { read_config_file(file.path()); });
  EXPECT_NE(sentence.find("line 3: there is no setting server.nmae"), std::string::npos)
      << sentence;
}

TEST(Config, SaysThatAFileIsMissingOrNoToml) {
  EXPECT_NE(sentence_of([] { read_config_file("/nowhere/keepline.toml"); }), "no error");
  const TomlFile file("name = \n");
  EXPECT_NE(sentence_of([&] { read_config_file(file.path()); }).find("line 1"), std::string::npos);
}

TEST(Config, ReadsTheEnvironmentAndNamesVariablesThatAreNoSettings) {
  const std::array<const char*, 6> variables{
      "HOME=/root",       "KEEPLINE_PUBLIC_URL=https://a.example,https://b.example",
      "KEEPLINE_TEST=1",  "KEEPLINE_SHARDS=2",
      "KEEPLINE_SHARD=3", nullptr};
  const Environment environment = read_environment(variables.data());
  const Config config = make_config({}, environment.values, {});
  EXPECT_EQ(config.public_url,
            (std::vector<std::string>{"https://a.example", "https://b.example"}));
  EXPECT_EQ(config.shards, 2);
  EXPECT_EQ(environment.unknown, std::vector<std::string>{"KEEPLINE_SHARD"});
}

TEST(Config, NamesTheRuleThatAValueBreaks) {
  const auto with = [](const char* key, const char* value) {
    return sentence_of([&] { make_config({{key, {value}}}, {}, {}); });
  };
  EXPECT_EQ(with("server.shards", "-1"), "the setting server.shards must be from 0 to 64");
  EXPECT_EQ(with("server.shards", "two"), "the setting server.shards must be a whole number");
  EXPECT_EQ(with("limits.off", "yes"), "the setting limits.off must be true or false");
  EXPECT_EQ(with("log.level", "loud"), "the setting log.level must be debug, info, warn or error");
  EXPECT_EQ(with("backup.every", "0"), "the setting backup.every must be from 1 to 8760 hours");
  EXPECT_EQ(with("backup.keep", "0"), "the setting backup.keep must be from 1 to 10000");
  EXPECT_NE(with("server.public_url", "https://a.example/chat"), "no error");
  EXPECT_NE(with("server.public_url", "ftp://a.example"), "no error");
  EXPECT_EQ(with("server.public_url", "https://a.example"), "no error");
  EXPECT_NE(with("classic.path", "/api/v1/x"), "no error");
}

TEST(Config, IsPrintedAsAFileThatGivesIt) {
  const Config config = make_config({{"server.name", {"a \"b\" \\ \n c"}},
                                     {"server.public_url", {"https://a.example", "http://b"}},
                                     {"classic.enabled", {"true"}}},
                                    {}, {});
  const std::string text = print_config(config);
  const TomlFile file(text);
  EXPECT_EQ(print_config(make_config(read_config_file(file.path()), {}, {})), text);
  for (const Setting& setting : settings()) {
    const auto name = setting.key.substr(setting.key.find('.') + 1);
    EXPECT_NE(text.find('\n' + std::string(name) + " = "), std::string::npos) << setting.key;
  }
}

TEST(Config, TakesACertificateWithItsKeyOrNeither) {
  const TomlFile file("[tls]\ncert = \"/a\"\nkey = \"/b\"\n");
  const Config config = make_config(read_config_file(file.path()), {}, {});
  EXPECT_EQ(config.tls_cert, "/a");
  EXPECT_EQ(config.tls_key, "/b");
  const std::array<const char*, 3> variables{"KEEPLINE_TLS_CERT=/c", "KEEPLINE_TLS_KEY=/d",
                                             nullptr};
  const Environment environment = read_environment(variables.data());
  EXPECT_EQ(make_config({}, environment.values, {}).tls_cert, "/c");
  EXPECT_EQ(make_config({}, environment.values, {{"tls.key", {"/e"}}}).tls_key, "/e");
  for (const char* key : {"tls.cert", "tls.key"}) {
    EXPECT_EQ(sentence_of([&] { make_config({{key, {"/a"}}}, {}, {}); }),
              "the settings tls.cert and tls.key need each other");
  }
}

TEST(Config, TurnsTheClassicEndpointOnForTheDemoAndKeepsItsFolderApart) {
  const Config demo = make_config({}, {}, {{"server.demo", {"true"}}});
  EXPECT_TRUE(demo.classic_enabled);
  EXPECT_EQ(demo.data, "data-demo");
  EXPECT_EQ(make_config({}, {}, {}).data, "data");
}

}  // namespace
}  // namespace keepline::app
