#include <utility>

#include "push_world.h"

// How the server begins, ends and begins again.
namespace keepline::push::sim {

using namespace std::chrono_literals;

/// `now`: since the world began.
void World::start_server(Log log, std::chrono::milliseconds now) {
  shards_ = static_cast<std::size_t>(dice(1, 3));
  HubOptions options;
  // Mostly so small that the database is needed, else so large that inboxes forget first.
  options.ring_events_max = static_cast<std::size_t>(one_in(3) ? dice(150, 400) : dice(2, 24));
  options.batch_events_max = static_cast<std::size_t>(dice(1, 6));
  options.presence_grace = kGrace;
  options.fan_out_slice_max = static_cast<std::size_t>(one_in(2) ? dice(1, 3) : 256);
  options.drain_slice_min = static_cast<std::size_t>(dice(1, 3));
  options.streams_per_user_max = static_cast<std::size_t>(dice(1, 4));
  options.stream_lasts = std::chrono::seconds(one_in(2) ? dice(5, 20) : 900);
  options.run = random_.next() | 1U;
  stage_ = std::make_unique<Stage>(shards_, options, std::move(log), random_.next());
  stage_->clock.advance(now);
  still_.clear();
}

/// A crash, or an end in good order. What is in the log stays; what was on its way to the hub, or
/// from it, is lost.
void World::restart() {
  if (one_in(3)) {
    drain();
  }
  for (Client& client : clients_) {
    // Of what was said at the last moment some arrives.
    if (one_in(2)) {
      hear(client);
      hear_stream(client);
    }
    client.asked.clear();
    client.stream.reset();
    client.stands_back = false;
  }
  if (!failure_.empty()) {
    return;
  }
  committed_.clear();
  counts.pages += stage_->reads.pages_asked;
  counts.views += stage_->reads.views_asked;
  ++counts.starts;
  const auto began = base::FakeClock().now();
  const std::chrono::milliseconds now = stage_->clock.now() - began;
  last_stream_.clear();
  Log log = std::move(stage_->log);
  stage_->hub->stop();
  stage_.reset();
  start_server(std::move(log), now);
}

/// Everybody is told to come back, and those who come too early again.
void World::drain() {
  stage_->hub->drain(std::chrono::milliseconds(dice(0, 10) * 100));
  for (std::int64_t n = dice(0, 60); n > 0 && failure_.empty(); --n) {
    step();
    for (Client& client : clients_) {
      hear(client);
      hear_stream(client);
    }
  }
  for (Client& client : clients_) {
    if (client.stream) {
      client.stream->feed->clear();
    }
  }
  for (int i = 0; i < 12; ++i) {
    settle();
    pass(100ms);
  }
  settle();
  for (const Client& client : clients_) {
    if (!client.asked.empty() || client.stream) {
      fail("somebody waits for a server that ends");
    }
  }
}

/// Everybody leaves for good: nothing is kept of them.
void World::part_all() {
  if (!failure_.empty()) {
    return;
  }
  settle();
  for (Client& client : clients_) {
    for (Asked& asked : client.asked) {
      if (asked.reply->owner != nullptr) {
        asked.reply->go_away();
      }
    }
    client.asked.clear();
    if (client.stream) {
      cut_stream(client);
    }
  }
  for (int i = 0; i < 3; ++i) {
    settle();
    pass(kGrace + 1s);
  }
  settle();
  check_left();
}

}  // namespace keepline::push::sim
