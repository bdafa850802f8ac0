#include <algorithm>
#include <iterator>
#include <utility>

#include "push_world.h"

// What clients do, and what they make of the answers.
namespace keepline::push::sim {
namespace {

using stage::ids_of;

/// Each signal of a batch, as kind, user, rest.
struct Heard {
  std::string kind;
  std::int64_t user = 0;
  std::string data;
};
std::vector<Heard> signals_of(const std::string& body) {
  std::vector<Heard> heard;
  const std::string mark = "{\"kind\":\"";
  for (auto at = body.find(mark); at != std::string::npos; at = body.find(mark, at + 1)) {
    const std::string one = body.substr(at, body.find("}}", at) + 2 - at);
    heard.push_back({stage::field(one, "kind"), stage::numbers_after(one, "\"user\":").at(0), one});
  }
  return heard;
}

}  // namespace

void World::act(Client& client) {
  if (client.stream) {
    act_on_stream(client);
    if (!one_in(8)) {
      return;
    }
    // It tries another carrier before it leaves this one.
  } else if (one_in(4)) {
    open_stream(client);
    return;
  }
  if (!client.asked.empty() && one_in(5)) {
    // It goes away: the answer, if it is under way, is lost.
    Asked& asked = client.asked[static_cast<std::size_t>(dice(0, std::ssize(client.asked) - 1))];
    if (asked.reply->owner != nullptr) {
      asked.reply->go_away();
      last_stream_[client.user] = stage_->clock.now();
      client.asked.erase(client.asked.begin() + (&asked - client.asked.data()));
      ++counts.lost;
    }
    return;
  }
  if (client.asked.empty() || one_in(6)) {
    if (client.stands_back && !one_in(3)) {
      return;
    }
    client.stands_back = false;
    ask(client, one_in(8));
  }
}

void World::ask(Client& client, bool at_once) {
  const auto shard = static_cast<std::size_t>(dice(0, static_cast<std::int64_t>(shards_) - 1));
  counts.resumed += client.cursor ? 1U : 0U;
  ReplyPtr reply = stage_->poll(client.user, client.cursor, at_once ? 0 : dice(5, 25), client.name,
                                shard, client.session);
  last_stream_[client.user] = stage_->clock.now();
  client.asked.push_back({client.cursor, std::move(reply), shard, client.session});
}

void World::hear(Client& client) {
  for (std::size_t i = 0; i < client.asked.size();) {
    const Asked asked = client.asked[i];
    if (!asked.reply->done && !asked.reply->dropped) {
      ++i;
      continue;
    }
    client.asked.erase(client.asked.begin() + static_cast<std::ptrdiff_t>(i));
    last_stream_[client.user] = stage_->clock.now();
    if (asked.reply->dropped) {
      fail("a poll was let go of without an answer");
      return;
    }
    if (one_in(12)) {
      ++counts.lost;  // The answer never arrives; the client asks again from where it stood.
      continue;
    }
    apply(client, asked);
  }
}

void World::apply(Client& client, const Asked& asked) {
  ++counts.answers;
  const std::string& body = asked.reply->body;
  if (asked.reply->status == 401 || asked.reply->status == 503) {
    return;
  }
  if (asked.reply->status != 200) {
    fail("status " + std::to_string(asked.reply->status));
    return;
  }
  if (body.starts_with("{\"reset\"")) {
    fail("a good cursor was reset: " + body);
    return;
  }
  const std::string text = stage::field(body, "cursor");
  const auto cursor = entity::decode_cursor(text);
  if (!cursor) {
    fail("a cursor that cannot be read: " + body);
    return;
  }
  if (body.find("\"wait\":0") != std::string::npos) {
    ++counts.superseded;
    client.stands_back = true;
    if (asked.cursor && text != *asked.cursor) {
      fail("a superseded poll moved its cursor");
    }
    return;
  }
  // An answer to an older question is of no use once a newer one moved the client on.
  if (asked.cursor != client.cursor) {
    return;
  }
  accept(client, text, body);
}

/// What came from where the client stands: it moves on.
void World::accept(Client& client, const std::string& text, const std::string& body) {
  const auto cursor = entity::decode_cursor(text);
  const std::vector<std::int64_t> ids = ids_of(body);
  EventId last = client.upto;
  if (!client.begun) {
    client.begun = true;
    client.from = ids.empty() ? cursor->event : EventId(ids.front() - 1);
    client.upto = client.from;
    last = client.from;
  }
  for (const std::int64_t id : ids) {
    if (EventId(id) <= last) {
      fail("not ascending: " + std::to_string(id) + " after " + std::to_string(last.value));
    }
    last = EventId(id);
    client.applied.push_back(last);
    ++counts.events;
  }
  if (cursor->event < last || cursor->event < client.upto) {
    fail("a cursor went back");
  }
  std::vector<EventId> got;
  for (const std::int64_t id : ids) {
    got.emplace_back(id);
  }
  check_range(client, client.upto, cursor->event, std::move(got));
  const auto before = client.cursor ? entity::decode_cursor(*client.cursor) : std::nullopt;
  if (before && before->run != cursor->run) {
    // The end of what was typed before may be lost with a restart: a client ends it by itself.
    client.types.clear();
  }
  client.upto = cursor->event;
  client.cursor = text;
  check_deleted(cursor->event, body);
  apply_signals(client, body);
}

void World::apply_signals(Client& client, const std::string& body) {
  for (const Heard& heard : signals_of(body)) {
    ++counts.signals;
    if (heard.kind == "presence") {
      client.presence[heard.user] = {heard.data.find("\"online\":true") != std::string::npos,
                                     heard.data.find("\"busy\":true") != std::string::npos};
    } else if (heard.kind == "profile") {
      std::int64_t& version = client.versions[heard.user];
      version = std::max(version, stage::numbers_after(heard.data, "\"version\":").at(0));
    } else {
      client.types[{stage::numbers_after(heard.data, "\"conversation\":").at(0), heard.user}] =
          heard.data.find("\"typing\":true") != std::string::npos;
    }
  }
}

}  // namespace keepline::push::sim
