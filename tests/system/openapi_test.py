#!/usr/bin/python3
"""Sends every documented request, right and wrong, and holds every answer against openapi.yaml.

The wrong ones are made from the document: each field left out, of each other type, too short, too long, out of range, and
one that nobody knows; each parameter likewise.
"""

import json
import os
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline
from document import COMMON_HEADERS, Document, concrete
from openapi_world import Streamed, World
from streams import EventStream, Refused, WebSocket

OF_TYPE = {"string": "text", "integer": 7, "boolean": True, "null": None, "array": [], "object": {}, "number": 7.5}


def wrong_values(document, schema):
    """(why, value) for values that break `schema`, and the reasons the server may give."""
    schema = document.resolve(schema)
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    for name, value in OF_TYPE.items():
        if name not in types:
            yield f"of type {name}", value, {"bad_type"}
    if "enum" in schema:
        yield "not in the list", "perhaps", {"bad_value"}
    if "maxLength" in schema and "string" in types:
        yield "too long", "a" * (schema["maxLength"] + 1), {"too_long", "bad_value"}
    if schema.get("minLength"):
        yield "too short", "a" * (schema["minLength"] - 1), {"too_short", "bad_value"}
    if "string" in types and "enum" not in schema:
        yield "with NUL", "ab\0" + "c" * 12, {"bad_value"}
    if "maximum" in schema:
        yield "too high", schema["maximum"] + 1, {"bad_value"}
        yield "beyond every integer", 10 ** 30, {"bad_value", "bad_type"}
    if "minimum" in schema:
        yield "too low", schema["minimum"] - 1, {"bad_value"}


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = Document()
        cls.server = keepline.Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()

    def setUp(self):
        self.world = World(self.server)

    def client(self, operation):
        if operation["operationId"] == "signOut":
            return self.server.sign_in(self.world.me.user["name"])  # the world goes on
        open_to_all = {} in operation.get("security", [])
        return self.server.anonymous() if open_to_all else self.world.me

    def send(self, method, path, operation, body=None, query=None, headers=None, values=None, raw=None):
        where = concrete(path, **{**self.world.values(path), **(values or {})})
        if query:
            where += "?" + urllib.parse.urlencode(query)
        if raw is not None:
            return self.client(operation).request(
                method, where, body=raw, headers={"Content-Type": "application/json", **(headers or {})})
        return self.client(operation).request(method, where, json=body, headers=headers)

    def check(self, method, path, answer):
        self.assertEqual(self.document.complaints(method, path, answer), [], f"{method} {path}: {answer!r}")

    def cases(self):
        for method, path, operation in self.document.operations():
            operation_id = operation["operationId"]
            body = self.world.body(operation_id) if "requestBody" in operation else None
            yield method, path, operation, body, self.world.query(operation_id)

    def test_every_right_request_gets_a_described_success(self):
        for method, path, operation, body, query in self.cases():
            with self.subTest(f"{method} {path}"):
                answer = self.send(method, path, operation, body, query)
                self.check(method, path, answer)
                self.assertLess(answer.status, 300, answer)

    def test_head_answers_like_get_without_the_body(self):
        for method, path, operation, body, query in self.cases():
            if method != "GET" or operation["operationId"] == "pollEvents":
                continue
            with self.subTest(path):
                get = self.send("GET", path, operation, None, query)
                head = self.send("HEAD", path, operation, None, query)
                self.assertEqual((head.status, head.body), (get.status, b""))
                self.assertEqual(head.headers.get("content-length"), get.headers.get("content-length"))

    def test_a_body_with_only_what_is_required_is_enough(self):
        for method, path, operation, body, query in self.cases():
            if body is None:
                continue
            schema = self.document.body_schema(operation)
            least = {name: body[name] for name in schema.get("required", [])}
            with self.subTest(f"{method} {path}"):
                answer = self.send(method, path, operation, least, query)
                self.check(method, path, answer)
                self.assertLess(answer.status, 300, answer)

    def test_each_field_wrong_in_turn_is_refused_and_named(self):
        for method, path, operation, body, query in self.cases():
            if body is None:
                continue
            schema = self.document.body_schema(operation)
            for name, rule in schema["properties"].items():
                if name in schema.get("required", []):
                    with self.subTest(f"{method} {path} without {name}"):
                        less = {key: value for key, value in body.items() if key != name}
                        self.refused(method, path, operation, less, name, {"missing_field"})
                for why, value, codes in wrong_values(self.document, rule):
                    if operation["operationId"] == "signIn" and why == "with NUL":
                        continue  # who signs in is told only that the two do not belong together
                    if operation["operationId"] == "changePassword" and name == "old_password" and why == "with NUL":
                        continue
                    if operation["operationId"] in ("sendMessage", "forwardMessage") and name == "nonce" and why == "with NUL":
                        codes = {"bad_value", "too_long"}
                    with self.subTest(f"{method} {path} {name} {why}"):
                        self.refused(method, path, operation, {**body, name: value}, name, codes)
            with self.subTest(f"{method} {path} with an unknown field"):
                self.refused(method, path, operation, {**body, "is_admin": True}, "is_admin", {"unknown_field"})

    def refused(self, method, path, operation, body, field, codes):
        answer = self.send(method, path, operation, body)
        self.check(method, path, answer)
        self.assertEqual(answer.status, 422, answer)
        self.assertIn(answer.code, codes, answer)
        self.assertEqual(answer.json.get("field"), field, answer)

    def test_each_parameter_wrong_in_turn_is_refused_and_named(self):
        for method, path, operation, body, query in self.cases():
            if path == "/healthz" or not path.startswith("/api/v1"):
                continue
            parameters = [self.document.resolve(p) for p in operation.get("parameters", [])]
            for parameter in parameters:
                name, schema = parameter["name"], self.document.resolve(parameter["schema"])
                if parameter["in"] == "query" and schema["type"] == "integer":
                    for value in ("", "x", "1.5", str(schema.get("minimum", 0) - 1), str(schema["maximum"] + 1)):
                        with self.subTest(f"{method} {path}?{name}={value}"):
                            answer = self.send(method, path, operation, body, {**query, name: value})
                            self.check(method, path, answer)
                            wanted = (400, "bad_request") if name == "user" else (422, "bad_value")
                            self.assertEqual((answer.status, answer.code), wanted, answer)
                if parameter["in"] == "path" and schema["type"] == "integer":
                    for value in ("0", "-1", "x", "1.5", "01", "9007199254740992", "9007199254740991"):
                        with self.subTest(f"{method} {path} {name}={value}"):
                            answer = self.send(method, path, operation, body, query, values={name: value})
                            self.check(method, path, answer)
                            self.assertEqual((answer.status, answer.code), (404, "not_found"), answer)
            if any(p["in"] == "query" for p in parameters):
                with self.subTest(f"{method} {path} with an unknown parameter"):
                    answer = self.send(method, path, operation, body, {**query, "is_admin": "1"})
                    self.check(method, path, answer)
                    self.assertEqual((answer.status, answer.code), (422, "unknown_field"), answer)

    def test_a_body_that_is_no_json_object_is_refused(self):
        bodies = {b"": "bad_json", b"{": "bad_json", b"\xff": "bad_json", b'{"a":1,"a":2}': "bad_json",
                  b"[" * 5000: "bad_json", b"[]": "bad_type", b'"text"': "bad_type", b"null": "bad_type"}
        for method, path, operation, body, query in self.cases():
            if body is None:
                continue
            for raw, code in bodies.items():
                with self.subTest(f"{method} {path} {raw[:20]!r}"):
                    answer = self.send(method, path, operation, raw=raw)
                    self.check(method, path, answer)
                    self.assertEqual(answer.code, code, answer)

    def test_a_body_of_another_type_is_refused(self):
        for method, path, operation, body, query in self.cases():
            if body is None:
                continue
            for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
                with self.subTest(f"{method} {path} {content_type}"):
                    answer = self.send(method, path, operation, raw=b"{}", headers={"Content-Type": content_type})
                    self.check(method, path, answer)
                    self.assertEqual((answer.status, answer.code), (415, "wrong_type"), answer)

    def test_a_body_that_is_too_large_is_refused_before_it_is_read(self):
        for method, path, operation, body, query in self.cases():
            if path == "/api/openapi.yaml":
                continue
            with self.subTest(f"{method} {path}"):
                answer = self.send(method, path, operation, raw=b"x" if body is None else b" " * (300 << 10))
                self.check(method, path, answer)
                self.assertEqual((answer.status, answer.code), (413, "too_large"), answer)

    def test_without_a_session_the_answer_is_401(self):
        for method, path, operation, body, query in self.cases():
            if "security" in operation:
                continue
            where = concrete(path, **self.world.values(path))
            for headers in ({}, {"Authorization": "Bearer " + "x" * 43}, {"Authorization": "Bearer nonsense"}):
                with self.subTest(f"{method} {where} {headers}"):
                    answer = self.server.anonymous().request(method, where, json=body, headers=headers)
                    self.check(method, path, answer)
                    self.assertEqual((answer.status, answer.code), (401, "sign_in_required"), answer)

    def test_a_page_that_believes_in_another_user_is_told(self):
        for method, path, operation, body, query in self.cases():
            if "security" in operation:
                continue
            with self.subTest(f"{method} {path}"):
                headers = {"Keepline-User": str(self.world.other.id)}
                answer = self.send(method, path, operation, body, query, headers=headers)
                self.check(method, path, answer)
                self.assertEqual((answer.status, answer.code), (409, "other_user"), answer)
                headers = {"Keepline-User": str(self.world.me.id)}
                answer = self.send(method, path, operation, body, query, headers=headers)
                self.assertLess(answer.status, 300, answer)

    def test_another_host_is_not_served(self):
        for method, path, operation, body, query in self.cases():
            if path == "/healthz":
                continue
            with self.subTest(f"{method} {path}"):
                answer = self.send(method, path, operation, body, query, headers={"Host": "evil.example"})
                self.check(method, path, answer)
                self.assertEqual((answer.status, answer.code), (421, "wrong_host"), answer)

    def test_clashes_have_their_codes(self):
        world, me = self.world, self.world.me
        messages = f"/api/v1/conversations/{world.conversation}/messages"
        cases = [
            ("POST", "/api/v1/register", me, {"name": me.user["name"].upper(), "password": keepline.PASSWORD},
             "name_taken"),
            ("POST", "/api/v1/login", me, {"name": me.user["name"], "password": "wrong"}, "wrong_credentials"),
            ("POST", "/api/v1/login", me, {"name": "nobody.here", "password": "wrong"}, "wrong_credentials"),
            ("POST", "/api/v1/me/password", me, {"old_password": "wrong", "new_password": keepline.PASSWORD},
             "wrong_credentials"),
            ("PUT", f"/api/v1/friends/{me.id}", me, None, "not_allowed"),
        ]
        me.must(201, "POST", messages, json={"nonce": "once", "text": "one"})
        repeated = me.must(200, "POST", messages, json={"nonce": "once", "text": "one"})
        self.check("POST", "/api/v1/conversations/{id}/messages", repeated)
        cases.append(("POST", messages, me, {"nonce": "once", "text": "two"}, "nonce_reused"))
        cases.append(("PUT", f"/api/v1/conversations/{world.conversation}/read", me, {"seq": 10 ** 6}, "bad_value"))
        for method, where, client, body, code in cases:
            with self.subTest(f"{method} {where} {code}"):
                answer = client.request(method, where, json=body)
                template = "/api/v1/friends/{user}" if "/friends/" in where else \
                    where.replace(f"/{world.conversation}/", "/{id}/")
                self.check(method, template, answer)
                self.assertEqual(answer.code, code, answer)

    def test_the_stream_says_what_the_document_says(self):
        """Every kind of event and signal, held against its schema."""
        a, b = self.server.register(), self.server.register()
        cursor = a.must(200, "GET", "/api/v1/sync").json["cursor"]
        # b is near, so that presence and typing are told.
        b.poll()
        a.befriend(b)
        conversation = b.open_direct(a)
        b.send(conversation, "hello")
        a.must(200, "PUT", f"/api/v1/conversations/{conversation}/read", json={"seq": 1})
        a.must(200, "PATCH", "/api/v1/me", json={"display_name": "A"})
        a.must(200, "PATCH", "/api/v1/me/settings", json={"theme": "dark"})
        b.must(200, "PATCH", "/api/v1/me", json={"display_name": "B"})
        b.must(204, "PUT", f"/api/v1/conversations/{conversation}/typing")
        room = b.must(201, "POST", "/api/v1/conversations", json={"kind": "room", "title": "R", "users": [a.id]}).json["id"]
        path = f"/api/v1/conversations/{room}"
        b.must(200, "PATCH", f"{path}/members/{a.id}", json={"silenced": True})
        b.must(200, "PATCH", path, json={"archived": True})
        b.must(204, "DELETE", f"{path}/members/{a.id}")
        b.must(200, "PATCH", path, json={"archived": False})
        b.must(200, "POST", f"{path}/members", json={"users": [a.id]})
        b.must(204, "DELETE", path, json={"title": "R"})
        types, kinds = set(), set()
        wanted = {"message", "read", "relation", "joined", "left", "member", "conversation", "closed", "profile", "settings"}
        for _ in range(20):
            answer = a.must(200, "GET", f"/api/v1/events?wait=1&cursor={cursor}")
            self.check("GET", "/api/v1/events", answer)
            cursor = answer.json["cursor"]
            types |= {event["type"] for event in answer.json["events"]}
            kinds |= {signal["kind"] for signal in answer.json["signals"]}
            if types >= wanted and kinds >= {"presence", "profile", "typing"}:
                break
        self.assertEqual(types, wanted)
        self.assertEqual(kinds, {"presence", "profile", "typing"})

    def test_every_carrier_says_what_the_document_says(self):
        me = self.world.me
        stream = EventStream(me)
        socket = WebSocket(me)
        for carrier in (stream, socket):
            self.assertIn("hello", carrier.next())
        self.world.friend.send(self.world.conversation, "to every carrier")
        for carrier in (stream, socket):
            while not carrier.next()["events"]:
                pass
        over = EventStream(me, cursor="garbage")
        while over.next():
            pass
        for carrier in (stream, over):
            self.check("GET", "/api/v1/events", Streamed(carrier, "text/event-stream", "".join(carrier.blocks)))
        self.check("GET", "/api/v1/events", Streamed(socket, "", ""))
        batches = self.document.tree["components"]["schemas"]["BatchOrReset"]
        for batch in socket.messages + [json.loads(block.split("data: ")[1]) for block in stream.blocks if "data" in block]:
            self.document.validate(batches, batch)
        with self.assertRaises(Refused) as refused:
            WebSocket(me, headers={"Sec-WebSocket-Version": "8"})
        self.check("GET", "/api/v1/events", Streamed(refused.exception, "application/problem+json", refused.exception.body))
        browser = self.server.sign_in(me.user["name"], bearer=False)
        with self.assertRaises(Refused) as refused:
            WebSocket(browser, headers={"Origin": "http://evil.example"})
        self.assertEqual(refused.exception.status, 403)
        self.check("GET", "/api/v1/events", Streamed(refused.exception, "application/problem+json", refused.exception.body))
        for carrier in (stream, socket, over):
            carrier.cut()

    def test_the_document_is_served_as_it_is(self):
        answer = self.server.anonymous().get("/api/openapi.yaml")
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "src", "api", "openapi.yaml"), "rb") as stream:
            self.assertEqual(answer.body, stream.read())
        same = self.server.anonymous().get("/api/openapi.yaml", headers={"If-None-Match": answer.headers["etag"]})
        self.assertEqual((same.status, same.body), (304, b""))
        self.assertEqual(COMMON_HEADERS.items() - same.headers.items(), set())


if __name__ == "__main__":
    keepline.main()
