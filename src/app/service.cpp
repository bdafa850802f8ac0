#include "app/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "api/classic.h"
#include "api/embedded_assets.h"
#include "api/limits.h"
#include "api/origin.h"
#include "api/respond.h"
#include "api/server.h"
#include "app/addresses.h"
#include "app/backups.h"
#include "app/build_id.h"
#include "app/certificate.h"
#include "app/control.h"
#include "app/demo.h"
#include "app/demo_echo.h"
#include "app/demo_story.h"
#include "app/shard_pool.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "data/sqlite/store.h"
#include "logic/accounts.h"
#include "logic/conversations.h"
#include "logic/friends.h"
#include "logic/hasher.h"
#include "logic/invites.h"
#include "logic/memberships.h"
#include "logic/messages.h"
#include "logic/names.h"
#include "logic/rooms.h"
#include "logic/snapshot.h"
#include "net/listening_socket.h"
#include "net/server.h"
#include "push/hub.h"

namespace keepline::app {
namespace {

constexpr std::size_t kShardsMax = 8;
/// Read back at start, so that clients that come back after a restart need no database. More would
/// delay the start.
constexpr std::int64_t kRingAtStart = 8'192;
/// What is parked is released over this long where it is very many, and whoever is still busy after
/// kDrainLimit is cut off: exits within 10 s.
constexpr std::chrono::milliseconds kReleaseOver{8'000};
constexpr std::chrono::milliseconds kDrainLimit{9'500};
constexpr std::chrono::milliseconds kDrainStep{10};

template <class T>
T opened(base::Result<T> result) {
  if (!result) {
    const base::Error& error = result.error();
    throw std::runtime_error(error.detail.empty() ? std::string(base::code_name(error.code))
                                                  : error.detail);
  }
  return std::move(result).value();
}

std::size_t shard_count(const Config& config) {
  if (config.shards > 0) {
    return static_cast<std::size_t>(config.shards);
  }
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kShardsMax);
}

bool all_loopback(const Config& config) {
  return std::all_of(config.listen.begin(), config.listen.end(),
                     [](const std::string& a) { return is_loopback(a); });
}

/// The newest events of the log: what fills the ring.
struct LogTail {
  data::LogPosition position;
  std::vector<entity::Event> recent;
};

LogTail read_log_tail(data::Store& store) {
  const auto connection = opened(store.open_reader());
  data::Reader& reader = *opened(connection->begin(std::chrono::seconds(10)));
  LogTail tail;
  tail.position = opened(reader.position());
  const std::int64_t after =
      std::max(tail.position.floor.value, tail.position.head.value - kRingAtStart);
  tail.recent = opened(reader.events(data::EventId(after), static_cast<std::size_t>(kRingAtStart)));
  connection->end();
  return tail;
}

}  // namespace

/// Everything that lives as long as the server, in the order in which it is built. Destroyed the
/// other way round, after stop() ended every thread.
struct Service::Parts {
  Parts(const ServeCommand& command, std::vector<int> inherited);

  std::vector<int> sockets;  ///< inherited; empty where it binds
  Config config;
  base::SystemClock clock;
  net::TlsContextPtr tls;  ///< what is used at the start; null without TLS
  base::SystemRandom random;
  std::unique_ptr<data::Store> store;
  ShardPool shards;
  StoreLogReads log_reads{shards};
  std::unique_ptr<push::Hub> hub;
  data::StoreThreads stores;
  logic::Hasher hasher{random, {}};
  logic::Accounts accounts{stores, hasher, clock, random};
  logic::Friends friends{stores};
  logic::Conversations conversations{stores};
  logic::Rooms rooms{stores};
  logic::Memberships memberships{stores};
  logic::Invites invites{stores, clock, random};
  logic::Messages messages{stores, clock};
  logic::Marks marks{stores};
  logic::Search search{stores};
  logic::Snapshots snapshots{stores};
  logic::Names names{stores};
  api::Limits limits;
  api::OriginRules door_origins;
  std::unique_ptr<api::Classic> classic;
  std::unique_ptr<api::Api> api;
  std::unique_ptr<net::Server> server;
  Demo demo;
  std::unique_ptr<DemoEcho> echo;
  // Made when it starts: it stops them first.
  std::unique_ptr<Backups> backups;
  std::unique_ptr<Control> control;
  bool started = false;

 private:
  std::unique_ptr<push::Hub> build_hub();
  std::unique_ptr<api::Classic> build_classic();
  std::unique_ptr<api::Api> build_api();
  std::unique_ptr<net::Server> build_server();
};

namespace {

std::vector<std::string> own_names(const Config& config) {
  std::vector<std::string> names = config.listen;
  if (std::string name = host_name(); !name.empty()) {
    names.push_back(std::move(name));
  }
  return names;
}

data::StoreThreads::Options store_options(const ServeCommand& command) {
  data::StoreThreads::Options options;
  options.acknowledge_early = command.acknowledge_early;
  return options;
}

std::unique_ptr<data::Store> open_store(const Config& config, base::Random& random,
                                        const base::Clock& clock) {
  auto store = opened(
      data::open_sqlite({.folder = config.data, .create = true, .demo = config.demo, .vfs = {}}));
  if (config.demo) {
    // Before anything reads the log: its time goes by as it is told.
    tell_demo_story(*store, random, clock.now());
  }
  return store;
}

/// `config`, with the addresses at which the server will really listen.
Config checked(Config config, const std::vector<int>& sockets) {
  if (!sockets.empty()) {
    config.listen.clear();
    for (const int descriptor : sockets) {
      net::adopt_listening_socket(descriptor);
      config.listen.push_back(net::endpoint_text(net::bound_endpoint(descriptor)));
    }
  }
  if (config.limits_off && !all_loopback(config)) {
    throw std::runtime_error(
        "limits.off is for load tests: it needs every address of server.listen to be loopback");
  }
  return config;
}

}  // namespace

Service::Parts::Parts(const ServeCommand& command, std::vector<int> inherited)
    : sockets(std::move(inherited)),
      config(checked(command.config, sockets)),
      tls(opened(load_certificate(config, clock.now()))),
      store(open_store(config, random, clock)),
      shards(shard_count(config), clock),
      hub(build_hub()),
      stores(*store, *hub, clock, logic::Messages::send_rule(), store_options(command)),
      limits(clock, random, config.limits_off),
      door_origins(own_names(config), config.public_url, config.trusted_proxies),
      classic(build_classic()),
      api(build_api()),
      server(build_server()) {
  log_reads.connect(stores);
  if (config.demo) {
    demo = prepare_demo(accounts, friends, messages, random, all_loopback(config));
    echo = std::make_unique<DemoEcho>(
        DemoEcho::Parts{&shards.shard(0), hub.get(), &friends, &messages, demo.echo});
  }
}

std::unique_ptr<push::Hub> Service::Parts::build_hub() {
  LogTail tail = read_log_tail(*store);
  push::HubOptions options;
  options.position = tail.position;
  options.run = random.next();
  options.build = build_id();
  options.common_headers = api::common_headers();
  push::HubParts parts;
  parts.shards = &shards;
  parts.wheels = shards.wheels();
  parts.reads = &log_reads;
  parts.clock = &clock;
  parts.random = &random;
  parts.presence_edge = [this](logic::UserId user, bool online, base::Time at) {
    if (!online) {
      accounts.seen(user, at);
    }
  };
  return push::make_hub(std::move(options), std::move(parts), tail.recent);
}

std::unique_ptr<api::Classic> Service::Parts::build_classic() {
  if (!config.classic_enabled) {
    return nullptr;
  }
  api::ClassicParts parts;
  parts.path = config.classic_path;
  parts.shards = shards.pointers();
  parts.hub = hub.get();
  parts.accounts = &accounts;
  parts.friends = &friends;
  parts.conversations = &conversations;
  parts.messages = &messages;
  parts.names = &names;
  parts.origins = &door_origins;
  parts.limits = &limits;
  parts.clock = &clock;
  parts.random = &random;
  return std::make_unique<api::Classic>(std::move(parts));
}

std::unique_ptr<api::Api> Service::Parts::build_api() {
  api::ApiOptions options;
  options.public_urls = config.public_url;
  options.names = own_names(config);
  options.trusted_proxies = config.trusted_proxies;
  api::ServerInfo info;
  info.name = config.name;
  info.version = KEEPLINE_VERSION;
  info.build = build_id();
  info.demo = config.demo;
  info.classic = config.classic_enabled;
  const api::Services services{accounts, friends,  conversations, rooms,          memberships,
                               invites,  messages, marks,         search,         snapshots,
                               *hub,     limits,   clock,         std::move(info)};
  std::vector<api::Door*> doors;
  if (classic) {
    doors.push_back(classic.get());
  }
  return std::make_unique<api::Api>(services, std::move(options), shards.count(),
                                    api::embedded_assets(), std::move(doors));
}

std::unique_ptr<net::Server> Service::Parts::build_server() {
  net::ServerOptions options;
  options.listen = config.listen;
  options.inherited = sockets;
  options.tls = tls;
  options.common_headers = api::common_headers();
  return std::make_unique<net::Server>(shards.pointers(), *api, std::move(options));
}

namespace {

bool has_client() {
  const auto assets = api::embedded_assets();
  return std::any_of(assets.begin(), assets.end(),
                     [](const api::EmbeddedAsset& asset) { return asset.path == "/index.html"; });
}

}  // namespace

Service::Service(const ServeCommand& command, std::vector<int> sockets)
    : parts_(std::make_unique<Parts>(command, std::move(sockets))) {}

Service::~Service() { stop(); }

void Service::start() {
  Parts& parts = *parts_;
  parts.started = true;
  parts.shards.start();
  parts.server->start();
  parts.backups = std::make_unique<Backups>(
      parts.config.data,
      Backups::Schedule{parts.config.backup_folder, std::chrono::hours(parts.config.backup_every),
                        parts.config.backup_keep},
      parts.clock);
  try {
    parts.control = std::make_unique<Control>(parts.config.data, *parts.backups);
  } catch (const std::exception& error) {
    // Some file systems have no sockets. People can chat all the same.
    base::log_warn(
        fmt::format("{}; a backup of this folder needs the server to be stopped", error.what()));
  }
  const std::vector<std::string> urls =
      urls_of(parts.server->addresses(), parts.tls ? "https" : "http");
  for (const std::string& url : urls) {
    std::fputs(fmt::format("listening on {}\n", url).c_str(), stdout);
  }
  if (parts.config.demo) {
    parts.echo->start();
    const std::string greeting = demo_greeting(urls, parts.demo, parts.config.data, has_client(),
                                               parts.config.classic_enabled);
    std::fputs(greeting.c_str(), stdout);
  }
  std::fflush(stdout);
}

void Service::reload() {
  Parts& parts = *parts_;
  if (!parts.tls) {
    base::log_info("reload: there is no certificate to read again");
    return;
  }
  auto loaded = load_certificate(parts.config, parts.clock.now());
  if (!loaded) {
    base::log_error(fmt::format("reload: {}; the certificate in use stays", loaded.error().detail));
    return;
  }
  parts.server->use(std::move(loaded).value());
  base::log_info("reload: new connections get the certificate as it is now");
}

void Service::stop() {
  Parts& parts = *parts_;
  if (!parts.started) {
    return;
  }
  parts.started = false;
  if (parts.backups) {
    parts.backups->stop();
  }
  parts.control.reset();
  parts.backups.reset();
  parts.server->drain();
  parts.hub->drain(kReleaseOver);
  const base::Tick limit = parts.clock.tick() + kDrainLimit;
  while (parts.server->connections() > 0 && parts.clock.tick() < limit) {
    std::this_thread::sleep_for(kDrainStep);
  }
  // What was accepted is committed and its senders are told, while the shards still run.
  parts.hasher.stop();
  parts.stores.stop();
  parts.hub->stop();
  parts.server->stop();
  parts.shards.stop();
  base::log_info(fmt::format("database reads: events={} views={} sessions={}",
                             parts.log_reads.event_reads(), parts.log_reads.view_reads(),
                             parts.accounts.session_reads()));
}

}  // namespace keepline::app
