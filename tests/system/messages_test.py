#!/usr/bin/python3
"""What can be done with messages, as two clients meet it: what one does the other hears, and what is deleted is gone."""

import os
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline
from document import Document

SECRET = "the-secret-that-nobody-may-find"


class Messages(unittest.TestCase):
    def setUp(self):
        self.server = keepline.Server()
        self.addCleanup(self.server.remove)
        self.server.start()
        self.ana, self.ben = self.server.register(), self.server.register()
        self.chat = self.ana.open_direct(self.ben)
        self.path = f"/api/v1/conversations/{self.chat}"
        self.cursor = self.ben.must(200, "GET", "/api/v1/sync").json["cursor"]
        self.document = Document()

    def heard(self, client=None, cursor=None):
        """What ben heard since the last call."""
        batch = (client or self.ben).must(200, "GET", f"/api/v1/events?wait=0&cursor={cursor or self.cursor}").json
        self.document.validate(self.document.tree["components"]["schemas"]["BatchOrReset"], batch)
        if cursor is None:
            self.cursor = batch["cursor"]
        return batch["events"]

    def texts_of_all_files(self):
        found = b""
        for folder, _, names in os.walk(self.server.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found += file.read()
        return found

    def test_each_change_is_heard_as_the_document_says(self):
        message = self.ana.send(self.chat, f"hello @{self.ben.user['name']}")
        self.assertEqual(message["mentions"], [self.ben.id])
        where = f"/api/v1/messages/{message['id']}"
        thumb = where + "/reactions/" + urllib.parse.quote("👍")
        self.ana.must(200, "PATCH", where, json={"text": "changed", "version": 0})
        self.ben.must(200, "PUT", thumb)
        self.ben.must(204, "PUT", where + "/pin")
        self.ben.must(204, "PUT", where + "/saved")
        self.ben.must(200, "PATCH", self.path + "/mine", json={"level": "nothing"})
        self.ana.must(201, "POST", self.path + "/messages", json={"nonce": "n", "text": "yes", "reply_to": message["seq"]})
        self.ana.must(201, "POST", self.path + "/forwards", json={"nonce": "f", "message": message["id"]})
        self.ben.must(204, "DELETE", where + "/pin")
        self.ben.must(200, "DELETE", thumb)
        self.ana.must(200, "DELETE", where)
        events = self.heard()
        self.assertEqual([event["type"] for event in events],
                         ["message", "edited", "reaction", "pinned", "saved", "mine", "message", "message", "unpinned",
                          "reaction", "deleted"])
        self.assertEqual(events[0]["data"].get("deleted_at"), events[-1]["data"]["deleted_at"], "later state")
        self.assertNotIn("text", events[6]["data"]["reply_to"])
        self.assertEqual(events[7]["data"]["forwarded"]["sender"], self.ana.id)
        self.assertEqual(self.ben.get(where).json["text"], "")
        self.assertEqual(self.ben.get("/api/v1/mentions").json["mentions"], [])
        self.assertEqual(self.ben.get("/api/v1/saved").json["saved"][0]["message"]["text"], "")

    def test_an_edit_that_is_late_is_told_so(self):
        message = self.ana.send(self.chat, "one")
        where = f"/api/v1/messages/{message['id']}"
        two = self.ana.must(200, "PATCH", where, json={"text": "two", "version": 0}).json
        late = self.ana.must(409, "PATCH", where, json={"text": "three", "version": 0})
        self.assertEqual((late.code, late.json["field"]), ("conflict", "version"))
        self.ana.must(200, "PATCH", where, json={"text": "three", "version": two["version"]})
        edits = self.ben.must(200, "GET", where + "/edits").json["edits"]
        self.assertEqual([edit["text"] for edit in edits], ["one", "two"])

    def test_what_is_deleted_is_in_no_answer_and_no_file(self):
        message = self.ana.send(self.chat, SECRET)
        where = f"/api/v1/messages/{message['id']}"
        edited = self.ana.must(200, "PATCH", where, json={"text": SECRET + " again", "version": 0}).json
        self.ana.must(200, "PATCH", where, json={"text": SECRET + " and again", "version": edited["version"]})
        self.ben.must(201, "POST", self.path + "/messages", json={"nonce": "n", "text": "yes", "reply_to": message["seq"]})
        before = self.cursor
        self.assertIn(SECRET, repr(self.heard(cursor=before)))
        self.ana.must(200, "DELETE", where)
        # From memory, which has it all, and again after a start, from the database.
        self.assertNotIn(SECRET, repr(self.heard(cursor=before)))
        for path in (where, where + "/edits", self.path + "/messages", self.path, "/api/v1/sync"):
            self.assertNotIn(SECRET.encode(), self.ben.must(200, "GET", path).body, path)
        self.server.stop()
        self.assertNotIn(SECRET.encode(), self.texts_of_all_files())
        self.server.start()
        self.assertNotIn(SECRET, repr(self.heard(cursor=before)))

    def test_a_jump_finds_its_place_in_a_long_history(self):
        sent = [self.ana.send(self.chat, f"text {i}") for i in range(120)]
        around = self.ben.must(200, "GET", self.path + "/messages?around=60&limit=21").json
        self.assertEqual([m["seq"] for m in around["messages"]], list(range(50, 71)))
        self.assertTrue(around["more_before"] and around["more_after"] and around["more"])
        at = urllib.parse.quote(sent[99]["at"])
        page = self.ben.must(200, "GET", f"{self.path}/messages?at={at}").json
        self.assertLessEqual(page["messages"][0]["seq"], 100)
        self.assertEqual(page["messages"][0]["at"], sent[99]["at"])
        self.assertEqual(page["messages"][-1]["seq"], 120)
        self.assertFalse(page["more_after"])
        late = self.ben.must(200, "GET", self.path + "/messages?at=9999-12-31T23:59:59Z").json
        self.assertEqual((late["messages"], late["more_before"]), ([], True))
        self.ben.must(422, "GET", self.path + "/messages?at=yesterday")
        self.ben.must(422, "GET", self.path + "/messages?at=1&around=2")

    def test_the_badge_is_the_same_from_the_snapshot_and_from_the_stream(self):
        names = [self.ana.send(self.chat, text)["seq"] for text in ("one", f"@{self.ben.user['name']}", "@here", "four")]
        view = self.ben.must(200, "GET", self.path).json
        self.assertEqual((view["unread"], view["mentions"]), (4, names[1:3]))
        self.ben.must(200, "PUT", self.path + "/read", json={"seq": names[1]})
        view = self.ben.must(200, "GET", self.path).json
        self.assertEqual((view["unread"], view["mentions"]), (2, names[2:3]))
        self.assertEqual(self.ana.must(200, "GET", f"{self.path}/reads?seq={names[1]}").json["reads"],
                         [{"user": self.ben.id, "seq": names[1]}])


if __name__ == "__main__":
    keepline.main()
