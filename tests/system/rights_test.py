#!/usr/bin/python3
"""Every route crossed with everybody who may ask: docs/permissions.md against the running server.

The table is the only source of what is expected; `keepline routes` is the only source of what there is.
"""

import os
import re
import secrets
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline
from document import ROOT, concrete

ACTORS = ["anonymous", "self", "friend", "stranger", "blocked"]

# A well-formed body for each action that has one.
BODIES = {
    "register": lambda cast: {"name": "n" + secrets.token_hex(8), "password": keepline.PASSWORD},
    "sign_in": lambda cast: {"name": cast.owner.user["name"], "password": keepline.PASSWORD},
    "update_me": lambda cast: {"display_name": "Somebody"},
    "change_password": lambda cast: {"old_password": keepline.PASSWORD, "new_password": keepline.PASSWORD + "!"},
    "update_settings": lambda cast: {"theme": "dark"},
    "mark_read": lambda cast: {"seq": 1},
    "send": lambda cast: {"nonce": secrets.token_hex(8), "text": "hello"},
}
QUERIES = {"find_users": "?q=user", "follow": "?wait=0"}


def table():
    with open(os.path.join(ROOT, "docs", "permissions.md"), encoding="utf-8") as stream:
        rows = re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \| (\w+) \| (\S+) \|(.*)\|$", stream.read(), re.MULTILINE)
    for method, pattern, action, object_, cells in rows:
        yield method, pattern, action, object_, [int(cell) for cell in cells.split("|")]


class Cast:
    """An owner, and one person for each way to stand to them."""

    def __init__(self, server):
        self.server = server
        self.owner, self.friend, self.stranger, self.blocked, self.third = (server.register() for _ in range(5))
        self.owner.befriend(self.friend)
        self.actors = {"anonymous": server.anonymous(), "self": self.owner, "friend": self.friend,
                       "stranger": self.stranger, "blocked": self.blocked}
        self.private = self.owner.open_direct(self.third)
        self.owner.send(self.private, "for the third alone")
        self.shared = {}
        for name in ("friend", "stranger", "blocked"):
            self.shared[name] = self.owner.open_direct(self.actors[name])
            self.owner.send(self.shared[name], "for " + name)
        self.shared["self"] = self.shared["anonymous"] = self.shared["friend"]
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
        return concrete(pattern, name="n" + secrets.token_hex(8))

    def ask(self, method, pattern, action, object_, actor):
        body = BODIES[action](self) if action in BODIES else None
        path = self.path(pattern, action, object_, actor) + QUERIES.get(action, "")
        return self.actors[actor].request(method, path, json=body)


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
            # What changes something gets people of its own, so that no row sees another's traces.
            cast = reading if method == "GET" else Cast(self.server)
            for actor, expected in zip(ACTORS, cells):
                with self.subTest(f"{method} {pattern} ({object_}) as {actor}"):
                    answer = cast.ask(method, pattern, action, object_, actor)
                    self.assertEqual(answer.status, expected, answer)

    def test_what_is_not_yours_looks_like_what_is_not_there(self):
        """Another's conversation and no conversation at all get the same answer, byte for byte."""
        cast = Cast(self.server)
        for method, pattern, action, object_, _ in self.rows:
            if object_ not in ("private", "session"):
                continue
            with self.subTest(f"{method} {pattern}"):
                theirs = cast.ask(method, pattern, action, object_, "stranger")
                body = BODIES[action](cast) if action in BODIES else None
                nothing = cast.stranger.request(method, concrete(pattern, id=9_007_199_254_740_991), json=body)
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
