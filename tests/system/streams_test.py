#!/usr/bin/python3
"""The carriers that stay, as clients meet them: event streams and WebSockets of the real binary, over raw sockets and curl."""

import os
import random
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline
from streams import BINARY, CARRIERS, CLOSE, PING, TEXT, EventStream, Refused, WebSocket


def texts(batches):
    return [e["data"]["text"] for batch in batches for e in batch.get("events", []) if e["type"] == "message"]


def until(stream, count):
    """Texts that `stream` brings, until there are `count`."""
    got = []
    while len(got) < count:
        batch = stream.next()
        if batch is None:
            raise AssertionError(f"ended with {got}")
        got += texts([batch])
    return got


class Case(unittest.TestCase):
    flags = ("--shards", "2")

    @classmethod
    def setUpClass(cls):
        cls.server = keepline.Server(*cls.flags).__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def setUp(self):
        self.ana, self.ben = self.server.register(), self.server.register()
        self.chat = self.ana.open_direct(self.ben)
        self.cursor = self.ben.get("/api/v1/sync").json["cursor"]

    def carriers(self):
        for carrier in CARRIERS:
            with self.subTest(carrier.name):
                yield carrier


class Streams(Case):
    def test_the_first_batch_comes_at_once_and_says_who(self):
        for carrier in self.carriers():
            for cursor in (self.cursor, None):
                with carrier(self.ben, cursor) as stream:
                    batch = stream.next()
                    self.assertEqual((batch["hello"]["user"], batch["events"]), (self.ben.id, []))
                    self.ana.send(self.chat, "after")
                    self.assertEqual(until(stream, 1), ["after"])
            self.cursor = self.ben.get("/api/v1/sync").json["cursor"]

    def test_the_heads_let_nobody_on_the_way_hold_anything_back(self):
        with EventStream(self.ben, self.cursor) as stream:
            self.assertEqual(stream.headers["content-type"], "text/event-stream")
            self.assertEqual(stream.headers["cache-control"], "no-store, no-transform")
            self.assertEqual(stream.headers["x-accel-buffering"], "no")
            self.assertEqual(stream.headers["transfer-encoding"], "chunked")
            stream.next()
            self.assertTrue(1000 <= stream.retry <= 5000)
        with WebSocket(self.ben, self.cursor) as stream:
            self.assertEqual(stream.headers["upgrade"], "websocket")
            self.assertEqual(stream.headers["connection"], "Upgrade")
            self.assertNotIn("transfer-encoding", stream.headers)

    def test_batches_follow_in_order(self):
        for carrier in self.carriers():
            with carrier(self.ben, self.cursor) as stream:
                sent = [f"{carrier.name} {n}" for n in range(50)]
                for text in sent:
                    self.ana.send(self.chat, text)
                self.assertEqual(until(stream, 50), sent)
                self.cursor = stream.cursor

    def test_goes_on_where_it_was_cut(self):
        for carrier in self.carriers():
            stream = carrier(self.ben, self.cursor)
            self.ana.send(self.chat, "one")
            self.assertEqual(until(stream, 1), ["one"])
            stream.cut()
            self.ana.send(self.chat, "two")
            self.ana.send(self.chat, "three")
            with carrier(self.ben, stream.cursor) as again:
                self.assertEqual(until(again, 2), ["two", "three"])
                self.cursor = again.cursor

    def test_the_last_event_id_wins_over_the_cursor(self):
        self.ana.send(self.chat, "one")
        with EventStream(self.ben, self.cursor) as stream:
            until(stream, 1)
            last = stream.cursor
        self.ana.send(self.chat, "two")
        with EventStream(self.ben, self.cursor, last_event_id=last) as stream:
            self.assertEqual(until(stream, 1), ["two"])

    def test_a_quiet_stream_shows_that_it_lives(self):
        streams = [carrier(self.ben, self.cursor, wait=5) for carrier in CARRIERS]
        for stream in streams:
            stream.next()
        cid = self.server.register()
        cid.send(cid.open_direct(self.server.register()), "not for Ben")
        for stream in streams:
            before = stream.cursor
            batch = stream.next()
            self.assertEqual(batch["events"], [])
            self.assertNotIn("hello", batch)
            self.assertNotEqual(batch["cursor"], before, "a quiet client must not grow stale")
            stream.cut()

    def test_in_http_1_0_a_stream_lasts_until_close(self):
        with EventStream(self.ben, self.cursor, version="1.0") as stream:
            self.assertFalse(stream.chunked)
            self.assertNotIn("content-length", stream.headers)
            self.assertEqual(stream.headers["connection"], "close")
            self.ana.send(self.chat, "plain")
            self.assertEqual(until(stream, 1), ["plain"])

    def test_cursors_that_cannot_be_honoured_end_the_stream_with_a_reset(self):
        version, epoch, event, run, signal = self.cursor.split(".")
        cases = {"garbage": "unknown", "%ff": "unknown", "a" * 3000: "unknown",
                 f"1.{int(epoch) + 1}.{event}.{run}.{signal}": "epoch",
                 f"1.{epoch}.{int(event) + 1_000_000}.{run}.{signal}": "ahead"}
        for carrier in self.carriers():
            for cursor, why in cases.items():
                with carrier(self.ben, cursor) as stream:
                    self.assertEqual(stream.next()["reset"], {"why": why}, cursor)
                    self.assertIsNone(stream.next())
                    if carrier is WebSocket:
                        self.assertEqual(stream.closed, 1000)
                    else:
                        self.assertTrue(stream.clean)
                # The reset's own cursor is good.
                with carrier(self.ben, stream.cursor) as stream:
                    self.assertNotIn("reset", stream.next())

    def test_anothers_cursor_shows_only_ones_own_events(self):
        eve = self.server.register()
        self.ana.send(self.chat, "a secret")
        for carrier in self.carriers():
            with carrier(eve, self.cursor) as stream:
                self.assertEqual(texts([stream.next()]), [])

    def test_without_a_session_there_is_no_stream(self):
        nobody = self.server.anonymous()
        liar = keepline.Client(self.server, token="x" * 43)
        for carrier in self.carriers():
            for who in (nobody, liar):
                with self.assertRaises(Refused) as refused:
                    carrier(who)
                self.assertEqual((refused.exception.status, refused.exception.code), (401, "sign_in_required"))

    def test_a_page_that_believes_in_another_user_gets_no_stream(self):
        for carrier in self.carriers():
            path = f"/api/v1/events?user={self.ana.id}"
            with self.assertRaises(Refused) as refused:
                carrier(self.ben, path=path)
            self.assertEqual((refused.exception.status, refused.exception.code), (409, "other_user"))

    def test_a_session_that_ended_ends_its_streams_within_a_second(self):
        for carrier in self.carriers():
            phone = self.server.sign_in(self.ben.user["name"])
            with carrier(phone, self.cursor) as stream, carrier(self.ben, self.cursor) as other:
                stream.next()
                other.next()
                sessions = phone.get("/api/v1/me/sessions").json["sessions"]
                current = next(s["id"] for s in sessions if s["current"])
                ended = time.monotonic()
                self.ben.must(204, "DELETE", f"/api/v1/me/sessions/{current}")
                while stream.next() is not None:
                    pass
                self.assertLess(time.monotonic() - ended, 1.5)
                if carrier is WebSocket:
                    self.assertEqual(stream.closed, 4401)
                else:
                    self.assertTrue(stream.clean)
                    self.assertEqual((stream.problem["status"], stream.problem["code"]), (401, "sign_in_required"))
                self.ana.send(self.chat, "only for the other")
                self.assertEqual(until(other, 1), ["only for the other"])
                self.cursor = other.cursor
            with self.assertRaises(Refused):
                carrier(phone, self.cursor)

    def test_every_carrier_and_every_change_between_them_brings_the_same(self):
        """One client that changes carriers and is cut at random beside one that never is: the same texts, once, in order."""
        seed = random.randrange(1 << 30)
        chance = random.Random(seed)
        count = 300
        done = threading.Event()
        writer = self.ana.again()

        def write():
            for n in range(count):
                writer.send(self.chat, f"{n}")
            done.set()

        thread = threading.Thread(target=write)
        steady = EventStream(self.ben, self.cursor)
        thread.start()
        got, cursor, changes = [], self.cursor, 0
        while len(got) < count:
            carrier = chance.choice(CARRIERS + (None,))
            changes += 1
            if carrier is None:
                batch = self.ben.poll(cursor, wait=5, client="changer")
                got, cursor = got + texts([batch]), batch["cursor"]
                continue
            with carrier(self.ben, cursor) as stream:
                for _ in range(chance.randrange(1, 12)):
                    batch = stream.next()
                    got, cursor = got + texts([batch]), batch["cursor"]
                    if len(got) >= count:
                        break
        thread.join()
        wanted = [f"{n}" for n in range(count)]
        self.assertEqual(got, wanted, f"seed {seed}")
        self.assertEqual(until(steady, count), wanted)
        steady.cut()
        self.assertGreater(changes, 3)


class WebSockets(Case):
    """What only a WebSocket can do, or do wrong."""

    def open_by_page(self, origin, **more):
        page = self.server.sign_in(self.ben.user["name"], bearer=False)
        return WebSocket(page, self.cursor, headers={"Origin": origin, **more})

    def test_a_page_of_another_origin_does_not_get_one_with_the_cookie(self):
        for origin in ("http://evil.example", f"http://{self.server.host}:1", "null", self.server.url + ".evil.example"):
            with self.subTest(origin), self.assertRaises(Refused) as refused:
                self.open_by_page(origin)
            self.assertEqual(refused.exception.status, 403)
        with self.assertRaises(Refused) as refused:
            self.open_by_page(self.server.url, **{"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"})
        self.assertEqual(refused.exception.status, 403)
        with self.open_by_page(self.server.url) as stream:
            self.assertEqual(stream.next()["hello"]["user"], self.ben.id)

    def test_a_program_with_a_token_needs_no_origin(self):
        with WebSocket(self.ben, self.cursor) as stream:
            self.assertIsNotNone(stream.next())

    def test_a_handshake_that_lacks_something_is_no_request(self):
        cases = [{"Connection": "keep-alive"}, {"Connection": None}, {"Upgrade": "h2c"}, {"Upgrade": None},
                 {"Sec-WebSocket-Version": None}, {"Sec-WebSocket-Version": "8"}, {"Sec-WebSocket-Version": "13, 8"},
                 {"Sec-WebSocket-Key": None}, {"Sec-WebSocket-Key": "short"}, {"Sec-WebSocket-Key": "x" * 24}]
        for lacking in cases:
            with self.subTest(lacking), self.assertRaises(Refused) as refused:
                WebSocket(self.ben, self.cursor, headers=lacking)
            self.assertEqual((refused.exception.status, refused.exception.code), (400, "bad_request"))
            self.assertEqual(refused.exception.headers.get("sec-websocket-version"), "13")
        with self.assertRaises(Refused) as refused:
            WebSocket(self.ben, self.cursor, version="1.0")
        self.assertEqual(refused.exception.status, 400)

    def test_an_upgrade_to_something_else_is_a_poll(self):
        answer = self.ben.get("/api/v1/events?wait=0", headers={"Upgrade": "h2c", "Connection": "Upgrade"})
        self.assertEqual((answer.status, answer.content_type), (200, "application/json"))

    def test_pings_are_answered_between_batches(self):
        with WebSocket(self.ben, self.cursor) as stream:
            for n in range(5):
                stream.send(PING, b"%d" % n)
                self.ana.send(self.chat, f"{n}")
            self.assertEqual(until(stream, 5), [f"{n}" for n in range(5)])
            stream.send(CLOSE, b"\x03\xe8")
            self.assertIsNone(stream.next())
            self.assertEqual(stream.closed, 1000)
            self.assertEqual(stream.pongs, [b"%d" % n for n in range(5)])

    def test_what_a_client_may_not_say_closes_with_its_code(self):
        cases = [(lambda s: s.send(TEXT, b"hello"), 1003), (lambda s: s.send(BINARY, b""), 1003),
                 (lambda s: s.send(TEXT, b"\xff"), 1007), (lambda s: s.send(TEXT, b"a" * 100_000), 1009),
                 (lambda s: s.send(TEXT, b"a", masked=False), 1002), (lambda s: s.send(3, b""), 1002),
                 (lambda s: s.send(PING, b"", final=False), 1002), (lambda s: s.send(CLOSE, b"\x03\xed"), 1002),
                 (lambda s: s.send(CLOSE, b""), 1005), (lambda s: s.send(CLOSE, b"\x0f\xa0bye"), 4000)]
        for say, code in cases:
            with self.subTest(code=code), WebSocket(self.ben, self.cursor) as stream:
                stream.next()
                say(stream)
                while stream.next() is not None:
                    pass
                self.assertEqual(stream.closed, code)


class Restarts(unittest.TestCase):
    """A server that ends, in good order or not, and its successor."""

    def setUp(self):
        self.server = keepline.Server("--shards", "2").start()
        self.addCleanup(self.server.remove)
        self.ana, self.ben = self.server.register(), self.server.register()
        self.chat = self.ana.open_direct(self.ben)
        self.cursor = self.ben.get("/api/v1/sync").json["cursor"]

    def test_a_restart_ends_streams_with_advice_and_they_go_on_after_it(self):
        streams = [carrier(self.ben, self.cursor) for carrier in CARRIERS]
        for stream in streams:
            self.addCleanup(stream.cut)
        self.ana.send(self.chat, "before")
        for stream in streams:
            until(stream, 1)
        stopper = threading.Thread(target=self.server.stop)
        stopper.start()
        for stream in streams:
            last = None
            while (batch := stream.next()) is not None:
                last = batch
            low, high = last["advice"]["retry"]
            self.assertTrue(0 <= low < high)
        self.assertTrue(streams[0].clean)
        self.assertEqual(streams[1].closed, 1012)
        stopper.join()
        self.server.start()
        self.ana.send(self.chat, "after")
        for carrier, stream in zip(CARRIERS, streams):
            with self.subTest(carrier.name), carrier(self.ben, stream.cursor) as again:
                self.assertEqual(until(again, 1), ["after"])

    def test_a_crash_loses_nothing(self):
        streams = [carrier(self.ben, self.cursor) for carrier in CARRIERS]
        for stream in streams:
            self.addCleanup(stream.cut)
        for stream in streams:
            stream.next()
        self.ana.send(self.chat, "perhaps heard")
        self.server.kill()
        got = []
        for stream in streams:
            heard = []
            while (batch := stream.next()) is not None:
                heard.append(batch)
            got.append(texts(heard))
        self.server.start()
        self.ana.send(self.chat, "after")
        for carrier, stream, heard in zip(CARRIERS, streams, got):
            with self.subTest(carrier.name), carrier(self.ben, stream.cursor) as again:
                self.assertEqual(heard + until(again, 2 - len(heard)), ["perhaps heard", "after"])


class Curl(Case):
    """The plainest client there is."""

    def curl(self, *more, cursor=None):
        command = ["curl", "-sS", "-N", "--max-time", "60", "-H", "Authorization: Bearer " + self.ben.token,
                   "-H", "Accept: text/event-stream", *more,
                   self.server.url + "/api/v1/events" + (f"?cursor={cursor}" if cursor else "")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def read(self, process, text):
        """Reads lines until one has `text`; returns the id before it."""
        last = None
        for line in process.stdout:
            if line.startswith("id: "):
                last = line[4:].strip()
            if text in line:
                return last
        raise AssertionError("curl ended: " + process.stderr.read())

    def test_follows_and_resumes(self):
        for version in ("--http1.1", "--http1.0"):
            process = self.curl(version, cursor=self.cursor)
            self.read(process, "hello")
            self.ana.send(self.chat, "one " + version)
            last = self.read(process, "one " + version)
            process.kill()
            self.ana.send(self.chat, "two " + version)
            process = self.curl(version, "-H", "Last-Event-ID: " + last)
            self.cursor = self.read(process, "two " + version)
            process.kill()

    def test_ends_well_with_the_stream(self):
        process = self.curl(cursor="garbage")
        self.read(process, '"reset":{"why":"unknown"}')
        self.assertEqual(process.wait(keepline.STOP_SECONDS), 0, "the body ended as it should")


if __name__ == "__main__":
    keepline.main()
