#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "api/context.h"
#include "api/decode.h"
#include "base/result.h"
#include "net/response.h"
#include "push/hub.h"

// The routes' handlers, one file per noun: each decodes, asks logic, and answers.
namespace keepline::api {

using Answer = boost::asio::awaitable<net::Response>;

// accounts.cpp
Answer register_user(Context& context);
Answer sign_in(Context& context);
Answer sign_out(Context& context);
Answer get_me(Context& context);
Answer update_me(Context& context);
Answer change_password(Context& context);
Answer get_settings(Context& context);
Answer update_settings(Context& context);

// sessions.cpp
Answer list_sessions(Context& context);
Answer end_session(Context& context);
Answer end_other_sessions(Context& context);

// users.cpp
Answer find_users(Context& context);
Answer get_user(Context& context);
Answer check_name(Context& context);

// friends.cpp
Answer list_friends(Context& context);
Answer request_friend(Context& context);
Answer remove_friend(Context& context);
Answer block_user(Context& context);
Answer unblock_user(Context& context);

// conversations.cpp
Answer list_conversations(Context& context);
Answer open_direct(Context& context);
Answer get_conversation(Context& context);
Answer mark_read(Context& context);
Answer show_typing(Context& context);

// rooms.cpp
Answer create_conversation(Context& context);
Answer update_conversation(Context& context);
Answer delete_conversation(Context& context);
Answer find_rooms(Context& context);
Answer get_room(Context& context);
/// The fields "users" and "names", both of which may be absent.
logic::People read_people(FieldReader& in);

// memberships.cpp
Answer list_members(Context& context);
Answer add_members(Context& context);
Answer update_member(Context& context);
Answer remove_member(Context& context);
Answer join_conversation(Context& context);
Answer leave_conversation(Context& context);
Answer list_bans(Context& context);
Answer ban_user(Context& context);
Answer unban_user(Context& context);

// invites.cpp
Answer create_invite(Context& context);
Answer list_invites(Context& context);
Answer revoke_invite(Context& context);
Answer get_invite(Context& context);
Answer use_invite(Context& context);

// messages.cpp
Answer list_messages(Context& context);
Answer send_message(Context& context);
Answer forward_message(Context& context);

// message_changes.cpp
Answer get_message(Context& context);
Answer edit_message(Context& context);
Answer delete_message(Context& context);
Answer list_edits(Context& context);
Answer add_reaction(Context& context);
Answer remove_reaction(Context& context);
Answer pin_message(Context& context);
Answer unpin_message(Context& context);
Answer save_message(Context& context);
Answer unsave_message(Context& context);

// message_lists.cpp
Answer list_pins(Context& context);
Answer list_mentions(Context& context);
Answer list_saved(Context& context);

// marks.cpp
Answer mark_mine(Context& context);
Answer list_reads(Context& context);

// search.cpp
Answer search_messages(Context& context);

// sync.cpp
Answer sync(Context& context);

// about.cpp
net::Response check_health(Context& context);
net::Response describe_server(Context& context);

// events.cpp: no coroutine, since the engine answers.
/// What a request to GET /api/v1/events asks for. A cursor that is there is taken as it is: the
/// engine answers one that cannot be read with a reset. An event source's Last-Event-ID goes before
/// the query's cursor. Errors: of a query; kOtherUser.
base::Result<push::EventsRequest> read_events(const net::Request& request, logic::Actor actor);

/// The stream that such a request wants, by its headers; nothing where it polls. Errors:
/// kBadRequest for a WebSocket's handshake that is not whole.
base::Result<std::optional<push::Carrier>> read_carrier(const net::Request& request);

}  // namespace keepline::api
