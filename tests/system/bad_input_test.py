#!/usr/bin/python3
"""What nobody should send: each gets its 4xx with a stable code, and changes nothing."""

import os
import secrets
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = keepline.Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.me, cls.friend, cls.stranger = (cls.server.register() for _ in range(3))
        cls.me.befriend(cls.friend)
        cls.conversation = cls.me.open_direct(cls.friend)
        cls.me.send(cls.conversation, "the only message")

    def picture(self, who):
        """All that `who` can see, but for what moves by itself: who is near."""
        sync = who.must(200, "GET", "/api/v1/sync").json
        for relation in sync["relations"]:
            relation.pop("online", None)
            relation["user"].pop("last_seen", None)
        page = who.must(200, "GET", f"/api/v1/conversations/{self.conversation}/messages").json
        return {key: value for key, value in sync.items() if key != "cursor"}, page

    def setUp(self):
        self.before = self.picture(self.me)
        self.cursor = self.friend.must(200, "GET", "/api/v1/sync").json["cursor"]

    def tearDown(self):
        self.assertEqual(self.picture(self.me), self.before, "something changed")
        self.assertEqual(self.friend.poll(self.cursor)["events"], [], "something was told")

    def refused(self, status, code, body=None, json=None, path=None, method="POST", who=None):
        path = path or f"/api/v1/conversations/{self.conversation}/messages"
        headers = {"Content-Type": "application/json"} if body is not None else None
        answer = (who or self.me).request(method, path, body=body, json=json, headers=headers)
        self.assertEqual((answer.status, answer.code), (status, code), answer)
        return answer

    @staticmethod
    def message(text):
        """A send whose text is put there byte for byte."""
        nonce = secrets.token_hex(8).encode()
        return b'{"nonce":"' + nonce + b'","text":"' + text + b'"}'

    def test_text_of_more_than_16_000_code_points(self):
        for character in ("a", "漠", "😀"):
            self.refused(422, "too_long", json={"nonce": secrets.token_hex(8), "text": character * 16_001})

    def test_a_body_of_more_than_256_kib(self):
        self.refused(413, "too_large", body=b" " * (256 * 1024 + 1))

    def test_text_that_is_empty_or_white_space(self):
        for text in ("", " ", "\n\t \u3000"):
            answer = self.me.post(f"/api/v1/conversations/{self.conversation}/messages",
                                  json={"nonce": secrets.token_hex(8), "text": text})
            self.assertEqual(answer.status, 422, answer)
            self.assertIn(answer.code, ("too_short", "bad_value"))

    def test_bytes_that_are_not_utf8(self):
        for text in (b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\x80b"):
            self.refused(400, "bad_json", body=self.message(text))

    def test_lone_surrogates(self):
        for text in (rb"\ud800", rb"\udfff", rb"\ud83d x", rb"\ude00\ud83d"):
            self.refused(400, "bad_json", body=self.message(text))

    def test_nul_and_control_characters(self):
        self.refused(422, "bad_value", body=self.message(rb"a\u0000b"))
        self.refused(400, "bad_json", body=self.message(b"a\0b"))
        self.refused(400, "bad_json", body=self.message(b"a\nb"))

    def test_unknown_fields(self):
        good = {"nonce": secrets.token_hex(8), "text": "hello"}
        for field in ("sender", "seq", "at", "id", "conversation", "__proto__", "role"):
            answer = self.refused(422, "unknown_field", json={**good, field: 1})
            self.assertEqual(answer.json["field"], field)
        for field in ("id", "name", "created_at", "version", "role", "is_admin", "password"):
            self.refused(422, "unknown_field", json={field: 1}, path="/api/v1/me", method="PATCH")

    def test_wrong_types(self):
        for text in (None, 7, 7.5, True, [], ["hello"], {"text": "hello"}):
            self.refused(422, "bad_type", json={"nonce": secrets.token_hex(8), "text": text})

    def test_deep_and_repeated(self):
        self.refused(400, "bad_json", body=b'{"text":' + b"[" * 100_000)
        self.refused(400, "bad_json", body=b'{"nonce":"a","text":"x","text":"y"}')

    def test_unknown_ids(self):
        none = 9_007_199_254_740_991
        for id_ in (none, 0, -1, "x", "1e3", "%31%00", 2 ** 63, 2 ** 64 + 1):
            path = f"/api/v1/conversations/{id_}/messages"
            answer = self.me.post(path, json={"nonce": secrets.token_hex(8), "text": "hello"})
            self.assertIn(answer.status, (400, 404), answer)
            self.assertIn(answer.code, ("bad_request", "not_found"))
        self.refused(404, "not_found", path=f"/api/v1/friends/{none}", method="PUT")
        self.refused(404, "not_found", path=f"/api/v1/blocks/{none}", method="PUT")
        self.refused(404, "not_found", path=f"/api/v1/users/{none}/conversation", method="PUT")

    def test_the_conversations_of_others(self):
        where = f"/api/v1/conversations/{self.conversation}"
        self.refused(404, "not_found", path=where, method="GET", who=self.stranger)
        self.refused(404, "not_found", path=where + "/messages", method="GET", who=self.stranger)
        self.refused(404, "not_found", path=where + "/members", method="GET", who=self.stranger)
        self.refused(404, "not_found", path=where + "/read", method="PUT", json={"seq": 1}, who=self.stranger)
        self.refused(404, "not_found", path=where + "/typing", method="PUT", who=self.stranger)
        self.refused(404, "not_found", json={"nonce": "a", "text": "hello"}, who=self.stranger)

    def test_read_marks_beyond_the_last_message(self):
        where = f"/api/v1/conversations/{self.conversation}/read"
        for seq in (-1, 2, 10 ** 15):
            self.refused(422, "bad_value", json={"seq": seq}, path=where, method="PUT")

    def test_cursors_that_cannot_be_honoured_are_a_reset(self):
        cursor = self.me.must(200, "GET", "/api/v1/sync").json["cursor"]
        for broken in ("garbage", "", "%00", "%ff%fe", "-1", "0", "9" * 200, "18446744073709551615", cursor + "x",
                       cursor[:-1] + "!", "1." * 40, "%F0%9F%98%80"):
            with self.subTest(broken):
                answer = self.me.must(200, "GET", f"/api/v1/events?wait=0&cursor={broken}").json
                self.assertEqual(answer["reset"], {"why": "unknown"}, answer)
                self.assertIn("cursor", answer)
                after = self.me.poll(answer["cursor"])
                self.assertIn("events", after, "the reset's own cursor is good")

    def test_names_that_break_the_rule(self):
        for name, code in (("a", "too_short"), ("a" * 33, "too_long"), ("a b", "bad_value"), ("a/b", "bad_value"),
                           ("<b>", "bad_value"), ("a\u202eb", "bad_value"), ("a\0b", "bad_value"),
                           ("😀😀", "bad_value")):
            with self.subTest(name):
                answer = self.server.anonymous().post(
                    "/api/v1/register", json={"name": name, "password": keepline.PASSWORD})
                self.assertEqual((answer.status, answer.code), (422, code), answer)

    def test_passwords_that_break_the_rule(self):
        for password, code in (("short", "too_short"), ("a" * 1025, "too_long"), ("漠" * 400, "too_long"),
                               ("a" * 12 + "\0", "bad_value")):
            with self.subTest(password[:10]):
                answer = self.server.anonymous().post(
                    "/api/v1/register", json={"name": "n" + secrets.token_hex(8), "password": password})
                self.assertEqual((answer.status, answer.code), (422, code), answer)


if __name__ == "__main__":
    keepline.main()
