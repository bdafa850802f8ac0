#include <utility>

#include "push_world.h"

// Clients that stream: what they do, and what they make of what comes.
namespace keepline::push::sim {

void World::act_on_stream(Client& client) {
  Feed& feed = *client.stream->feed;
  switch (dice(0, 9)) {
    case 0:
      cut_stream(client);
      return;
    case 1:
    case 2:
    case 3:
      feed.full = true;
      return;
    case 4:
    case 5:
      counts.slow += feed.on_way.size();
      feed.clear();
      return;
    case 6:
      // Some of it gets through, and more comes behind it.
      counts.slow += feed.on_way.size();
      feed.take();
      return;
    case 7:
      if (feed.owner != nullptr && feed.on_way.empty()) {
        feed.owner->drained();  // a pong of its connection
      }
      return;
    default:
      return;
  }
}

void World::open_stream(Client& client) {
  const auto shard = static_cast<std::size_t>(dice(0, static_cast<std::int64_t>(shards_) - 1));
  EventsRequest request;
  request.user = client.user;
  request.session = client.session;
  request.client = client.name;
  request.cursor = client.cursor;
  request.wait = std::chrono::seconds(dice(0, 30));
  Streamed stream;
  stream.cursor = client.cursor;
  stream.begun = client.begun;
  stream.upto = client.upto;
  stream.session = client.session;
  stream.feed = stage_->stream(std::move(request), shard, one_in(6));
  client.stream = std::move(stream);
  last_stream_[client.user] = stage_->clock.now();
  ++counts.streams;
}

/// Whatever is on its way is lost.
void World::cut_stream(Client& client) {
  const FeedPtr feed = client.stream->feed;
  client.stream.reset();
  last_stream_[client.user] = stage_->clock.now();
  if (feed->owner != nullptr) {
    feed->go_away();
  }
  ++counts.lost;
}

/// Takes what came; whether there was anything.
bool World::hear_stream(Client& client) {
  if (!client.stream) {
    return false;
  }
  const FeedPtr feed = client.stream->feed;
  bool any = false;
  while (client.stream->read < feed->batches.size() && failure_.empty()) {
    any = true;
    take_batch(client, *client.stream, feed->batches[client.stream->read++]);
  }
  if (feed->dropped) {
    fail("a stream was let go of without a last word");
    return any;
  }
  if (feed->ended) {
    last_stream_[client.user] = stage_->clock.now();
    if (feed->on_way.empty()) {
      counts.rotated += feed->why == End::kRotated ? 1U : 0U;
      client.stream.reset();
      return true;
    }
  }
  if (any && client.stream->cursor != client.cursor && one_in(2)) {
    // Another carrier brought the client further.
    cut_stream(client);
  }
  return any;
}

void World::take_batch(Client& client, Streamed& stream, const Feed::Batch& batch) {
  ++counts.batches;
  if (batch.status == 401 || batch.status == 503) {
    return;
  }
  if (batch.status != 200 || batch.body.starts_with("{\"reset\"")) {
    fail("a stream's good cursor was refused: " + batch.body);
    return;
  }
  const std::string text = stage::field(batch.body, "cursor");
  const auto cursor = entity::decode_cursor(text);
  if (!cursor) {
    fail("a cursor that cannot be read: " + batch.body);
    return;
  }
  const bool last = stream.feed->ended && stream.read == stream.feed->batches.size();
  const bool hello = batch.body.find("\"hello\"") != std::string::npos;
  if (hello != (stream.read == 1) && !last) {
    fail("who and what is said in a stream's first batch alone");
  }
  // Each stream by itself is whole and in order, whatever other carriers brought meanwhile.
  const std::vector<std::int64_t> ids = stage::ids_of(batch.body);
  if (!stream.begun) {
    stream.begun = true;
    stream.upto = ids.empty() ? cursor->event : EventId(ids.front() - 1);
  }
  if (cursor->event < stream.upto) {
    fail("a stream's cursor went back");
  }
  check_range(client, stream.upto, cursor->event, {ids.begin(), ids.end()});
  const bool from_here = stream.cursor == client.cursor;
  stream.upto = cursor->event;
  stream.cursor = text;
  if (from_here) {
    accept(client, text, batch.body);
  }
}

void World::check_streams(const Client& client) {
  if (!client.stream) {
    return;
  }
  const Streamed& stream = *client.stream;
  if (ended_.contains(stream.session) && !stream.feed->ended) {
    fail("a stream outlives its session");
  }
  if (!stream.feed->on_way.empty()) {
    return;  // it waits for its client
  }
  if (stream.read == 0) {
    fail("a stream that does not begin");
    return;
  }
  check_range(client, stream.upto, stage_->log.head(), {});
  if (stream.cursor == client.cursor) {
    check_signals(client);
  }
}

}  // namespace keepline::push::sim
