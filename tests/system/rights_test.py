#!/usr/bin/python3
"""Every route crossed with everybody who may ask: docs/permissions.md against the running server.

The table is the only source of what is expected; `keepline routes` is the only source of what there is.
"""

import itertools
import os
import re
import secrets
import subprocess
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline
from document import ROOT, concrete
from room_cast import ACTORS as ROOM_ACTORS, OBJECTS as ROOM_OBJECTS, RoomCast

ACTORS = ["anonymous", "self", "friend", "stranger", "blocked", *ROOM_ACTORS]

# A well-formed body for each action that has one.
BODIES = {
    "register": lambda cast: {"name": "n" + secrets.token_hex(8), "password": keepline.PASSWORD},
    "sign_in": lambda cast: {"name": cast.owner.user["name"], "password": keepline.PASSWORD},
    "update_me": lambda cast: {"display_name": "Somebody"},
    "change_password": lambda cast: {"old_password": keepline.PASSWORD, "new_password": keepline.PASSWORD + "!"},
    "update_settings": lambda cast: {"theme": "dark"},
    "mark_read": lambda cast: {"seq": 1},
    "send": lambda cast: {"nonce": secrets.token_hex(8), "text": "hello"},
    "forward": lambda cast: {"nonce": secrets.token_hex(8), "message": cast.forwarded},
    "edit_message": lambda cast: {"text": "changed", "version": 0},
    "mark_mine": lambda cast: {"top": True},
    "create_conversation": lambda cast: {"kind": "group", "title": "Some"},
    "update_conversation": lambda cast: {"topic": "Something else"},
    "delete_conversation": lambda cast: {"title": "A room"},
    "add_members": lambda cast: {"users": [cast.newcomer.id] if cast else [1]},
    "update_member": lambda cast: {"silenced": True},
    "create_invite": lambda cast: {"max_uses": 5},
}
EMOJI = urllib.parse.quote("👍")
QUERIES = {"find_users": "?q=user", "search": "?q=word", "follow": "?wait=0"}


def table():
    with open(os.path.join(ROOT, "docs", "permissions.md"), encoding="utf-8") as stream:
        rows = re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \| (\w+) \| (\S+) \|(.*)\|$", stream.read(), re.MULTILINE)
    for method, pattern, action, object_, cells in rows:
        expected = {actor: cell.strip() for actor, cell in zip(ACTORS, cells.split("|"))}
        yield method, pattern, action, object_, {a: int(cell) for a, cell in expected.items() if cell != "–"}


def events_table():
    """type -> those of the rooms' people who hear of it"""
    with open(os.path.join(ROOT, "docs", "permissions.md"), encoding="utf-8") as stream:
        rows = re.findall(r"^\| `(\w+)` \|((?: (?:yes|no) \|)+)$", stream.read(), re.MULTILINE)
    return {kind: {actor for actor, cell in zip(ROOM_ACTORS, cells.split("|")) if cell.strip() == "yes"}
            for kind, cells in rows}


class Cast:
    """An owner, and one person for each way to stand to them."""

    def __init__(self, server):
        self.server = server
        self.owner, self.friend, self.stranger, self.blocked, self.third = (server.register() for _ in range(5))
        self.owner.befriend(self.friend)
        self.actors = {"anonymous": server.anonymous(), "self": self.owner, "friend": self.friend,
                       "stranger": self.stranger, "blocked": self.blocked}
        self.private = self.owner.open_direct(self.third)
        self.message = self.owner.send(self.private, "for the third alone")["id"]
        self.shared = {}
        self.told = {}
        for name in ("friend", "stranger", "blocked"):
            self.shared[name] = self.owner.open_direct(self.actors[name])
            self.told[name] = self.owner.send(self.shared[name], "for " + name)["id"]
        self.shared["self"] = self.shared["anonymous"] = self.shared["friend"]
        self.told["self"] = self.told["anonymous"] = self.told["friend"]
        # Opening a direct conversation is a question of its own, so the ones who are asked about it have none yet.
        self.fresh_owner = server.register()
        self.fresh_owner.befriend(self.friend)
        for owner in (self.owner, self.fresh_owner):
            owner.must(200, "PUT", f"/api/v1/blocks/{self.blocked.id}")

    def path(self, pattern, action, object_, actor):
        if object_ == "user":
            owner = self.fresh_owner if action == "open_direct" and actor != "self" else self.owner
            return concrete(pattern, id=owner.id, user=owner.id)
        if object_ == "session":
            self.server.sign_in(self.owner.user["name"])
            sessions = self.owner.must(200, "GET", "/api/v1/me/sessions").json["sessions"]
            other = next(session["id"] for session in sessions if not session["current"])
            return concrete(pattern, id=other)
        if object_ == "private":
            return concrete(pattern, id=self.private)
        if object_ == "shared":
            return concrete(pattern, id=self.shared[actor])
        if object_ == "message":
            return concrete(pattern, id=self.message, name=EMOJI)
        if object_ == "told":
            return concrete(pattern, id=self.told[actor], name=EMOJI)
        return concrete(pattern, name="n" + secrets.token_hex(8))

    def ask(self, method, pattern, action, object_, actor):
        self.forwarded = self.told[actor]
        body = BODIES[action](self) if action in BODIES else None
        path = self.path(pattern, action, object_, actor) + QUERIES.get(action, "")
        return self.actors[actor].request(method, path, json=body)


def told_since(user, cursor):
    """All that `user` is told after `cursor`: an event of their own ends it, since whatever happened before comes before it."""
    user.must(200, "PATCH", "/api/v1/me/settings", json={"theme": "dark"})
    events = []
    while not any(event["type"] == "settings" and event["data"]["theme"] == "dark" for event in events):
        batch = user.poll(cursor, wait=5)
        events += batch["events"]
        cursor = batch["cursor"]
    user.must(200, "PATCH", "/api/v1/me/settings", json={"theme": "light"})
    return events


class Rights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = keepline.Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.rows = list(table())

    def test_the_table_names_the_routes_that_there_are(self):
        printed = subprocess.run([keepline.binary(), "routes"], stdout=subprocess.PIPE, text=True, check=True).stdout
        routes = {tuple(line.split()) for line in printed.splitlines()}
        self.assertEqual(routes, {(method, pattern, action) for method, pattern, action, _, _ in self.rows})
        self.assertGreater(len(routes), 25)

    def test_every_cell_is_what_the_server_answers(self):
        reading = Cast(self.server)
        for method, pattern, action, object_, cells in self.rows:
            if object_ in ROOM_OBJECTS:
                continue
            # What changes something gets people of its own, so that no row sees another's traces.
            cast = reading if method == "GET" else Cast(self.server)
            for actor, expected in cells.items():
                with self.subTest(f"{method} {pattern} ({object_}) as {actor}"):
                    answer = cast.ask(method, pattern, action, object_, actor)
                    self.assertEqual(answer.status, expected, answer)

    def ask_in_a_room(self, cast, where, method, pattern, action, actor):
        path = {"id": where, "user": cast.third.id}
        about = cast.third if "/messages/" in pattern else cast.owner
        if "/messages/" in pattern or action == "forward":
            cast.forwarded = about.send(where, "something")["id"]
        if "/messages/" in pattern:
            path.update(id=cast.forwarded, name=EMOJI)
        elif "{name}" in pattern or "{invite}" in pattern:
            invite = cast.invite(where)
            path.update(name=invite["code"], invite=invite["id"])
        body = BODIES[action](cast) if action in BODIES else None
        return cast.actors[actor].request(method, concrete(pattern, **path) + QUERIES.get(action, ""), json=body)

    def test_every_cell_of_groups_and_rooms_is_what_the_server_answers(self):
        cast = RoomCast(self.server)
        reading = {object_: cast.make(object_) for object_ in ROOM_OBJECTS}
        asked = 0
        for method, pattern, action, object_, cells in self.rows:
            if object_ not in ROOM_OBJECTS:
                continue
            for actor, expected in cells.items():
                where = reading[object_] if method == "GET" else cast.make(object_)
                with self.subTest(f"{method} {pattern} ({object_}) as {actor}"):
                    answer = self.ask_in_a_room(cast, where, method, pattern, action, actor)
                    self.assertEqual(answer.status, expected, answer)
                    asked += 1
        self.assertGreater(asked, 300)

    def test_a_room_that_is_not_yours_looks_like_none(self):
        """A private room, a group, and no conversation at all: the same answer, byte for byte."""
        cast = RoomCast(self.server)
        rooms = [cast.make("closed"), cast.make("group")]
        for method, pattern, action, object_, cells in self.rows:
            if object_ != "closed" or cells["outsider"] != 404:
                continue
            nothing = self.ask_in_a_room_that_is_none(cast, method, pattern, action)
            for where, actor in itertools.product(rooms, ("outsider", "removed", "banned")):
                with self.subTest(f"{method} {pattern} as {actor}"):
                    theirs = self.ask_in_a_room(cast, where, method, pattern, action, actor)
                    self.assertEqual((theirs.status, theirs.body), (nothing.status, nothing.body))

    def ask_in_a_room_that_is_none(self, cast, method, pattern, action):
        cast.forwarded = 1
        body = BODIES[action](cast) if action in BODIES else None
        name = EMOJI if "/messages/" in pattern else "x" * 22
        path = concrete(pattern, id=9_007_199_254_740_991, user=cast.third.id, invite=1, name=name)
        return cast.actors["outsider"].request(method, path, json=body)

    def test_each_type_of_event_is_heard_by_whom_the_table_says(self):
        cast = RoomCast(self.server)
        owner, third = cast.owner, cast.third

        def said(path):
            """A message of the owner's there."""
            return f"/api/v1/messages/{owner.send(path.rpartition('/')[2], 'something')['id']}"
        happen = {
            "message": lambda path: owner.must(201, "POST", path + "/messages", json=BODIES["send"](cast)),
            "edited": lambda path: owner.must(200, "PATCH", said(path), json={"text": "changed", "version": 0}),
            "deleted": lambda path: owner.must(200, "DELETE", said(path)),
            "reaction": lambda path: third.must(200, "PUT", said(path) + "/reactions/" + EMOJI),
            "pinned": lambda path: owner.must(204, "PUT", said(path) + "/pin"),
            "unpinned": lambda path: [owner.must(204, method, where + "/pin") for where in [said(path)]
                                      for method in ("PUT", "DELETE")],
            "read": lambda path: third.must(200, "PUT", path + "/read", json={"seq": 1}),
            "joined": lambda path: owner.must(200, "POST", path + "/members", json={"users": [cast.newcomer.id]}),
            "left": lambda path: owner.must(204, "DELETE", f"{path}/members/{third.id}"),
            "member": lambda path: owner.must(200, "PATCH", f"{path}/members/{third.id}", json={"silenced": True}),
            "conversation": lambda path: owner.must(200, "PATCH", path, json={"title": "Another"}),
            "closed": lambda path: owner.must(204, "DELETE", path, json={"title": "A room"}),
        }
        expected = events_table()
        for kind, act in happen.items():
            for object_ in ROOM_OBJECTS:
                where = cast.make(object_)
                cursors = {actor: cast.actors[actor].poll()["cursor"] for actor in ROOM_ACTORS}
                act(f"/api/v1/conversations/{where}")
                heard = {actor for actor, cursor in cursors.items()
                         if any(e["type"] == kind and e.get("conversation") == where
                                for e in told_since(cast.actors[actor], cursor))}
                with self.subTest(f"{kind} in {object_}"):
                    self.assertEqual(heard, expected[kind])

    def test_what_is_not_yours_looks_like_what_is_not_there(self):
        """Another's conversation and no conversation at all get the same answer, byte for byte."""
        cast = Cast(self.server)
        for method, pattern, action, object_, _ in self.rows:
            if object_ not in ("private", "session", "message"):
                continue
            with self.subTest(f"{method} {pattern}"):
                theirs = cast.ask(method, pattern, action, object_, "stranger")
                body = BODIES[action](cast) if action in BODIES else None
                nothing = cast.stranger.request(method, concrete(pattern, id=9_007_199_254_740_991, name=EMOJI), json=body)
                self.assertEqual((theirs.status, theirs.body), (nothing.status, nothing.body))
                self.assertEqual(theirs.status, 404)

    def test_a_block_looks_like_a_setting_that_says_no(self):
        cast = Cast(self.server)
        shy = self.server.register()
        shy.must(200, "PATCH", "/api/v1/me/settings", json={"direct_from": "friends", "requests_from": "nobody"})
        for path in ("/api/v1/friends/{}", "/api/v1/users/{}/conversation"):
            with self.subTest(path):
                blocked = cast.blocked.put(path.format(cast.fresh_owner.id))
                refused = cast.blocked.put(path.format(shy.id))
                self.assertEqual((blocked.status, blocked.body), (refused.status, refused.body))

    def test_a_change_needs_a_page_of_the_same_origin(self):
        """Each unsafe route, asked with a cookie from elsewhere: 403 bad_origin, and nothing is done."""
        browser = self.server.make_account("n" + secrets.token_hex(8))
        cast = Cast(self.server)
        elsewhere = [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": None},
                     {"Origin": None, "Sec-Fetch-Site": "cross-site"}, {"Origin": None, "Sec-Fetch-Site": "same-site"}]
        for method, pattern, action, object_, _ in self.rows:
            if method == "GET":
                continue
            cast.forwarded = cast.told["stranger"]
            if object_ in ROOM_OBJECTS:
                body = BODIES[action](None if action == "add_members" else cast) if action in BODIES else None
                path = concrete(pattern, id=1, user=1, invite=1, name="x")
            else:
                body = BODIES[action](cast) if action in BODIES else None
                path = cast.path(pattern, action, object_, "stranger")
            for headers in elsewhere:
                with self.subTest(f"{method} {pattern} {headers}"):
                    answer = browser.request(method, path, json=body, headers=headers)
                    self.assertEqual((answer.status, answer.code), (403, "bad_origin"))
                    self.assertIn("server.public_url", answer.json["detail"])
        self.assertEqual(browser.get("/api/v1/me").status, 200, "still signed in")


if __name__ == "__main__":
    keepline.main()
