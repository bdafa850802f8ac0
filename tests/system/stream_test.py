"""The stream of events over long polls, as a client meets it: one cursor, nothing lost, nothing of anybody else."""

import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import keepline  # noqa: E402


class Parked:
    """A poll on a connection and thread of its own, that has reached the server when this is made."""

    def __init__(self, client, cursor, wait=25, name="test"):
        self.client = client.again()
        self.answer = None
        self.ended = None
        path = f"/api/v1/events?wait={wait}&client={name}&cursor={cursor}"
        self.thread = threading.Thread(target=self._run, args=(path,))
        before = read_whole(client.server)
        self.thread.start()
        while read_whole(client.server) <= before and self.answer is None:
            time.sleep(0.005)
        time.sleep(0.05)

    def _run(self, path):
        self.answer = self.client.get(path)
        self.ended = time.monotonic()

    def result(self):
        self.thread.join(40)
        self.client.close()
        return self.answer


def read_whole(server):
    """Connections of the server whose bytes it has all read."""
    wanted = f":{server.port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return sum(1 for row in rows if row[1].endswith(wanted) and row[3] == "01" and row[4].endswith(":00000000"))


def texts(batch):
    return [e["data"]["text"] for e in batch["events"] if e["type"] == "message"]


class Stream(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = keepline.Server("--shards", "2").__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def setUp(self):
        self.ana, self.ben = self.server.register(), self.server.register()
        self.chat = self.ana.open_direct(self.ben)
        self.cursor = self.ben.get("/api/v1/sync").json["cursor"]

    def follow(self, client, cursor, wait=0):
        """All that is new after `cursor`, and the cursor then."""
        events, more = [], True
        while more:
            batch = client.poll(cursor, wait=wait)
            self.assertNotIn("reset", batch)
            events += batch["events"]
            cursor, more = batch["cursor"], batch["more"]
        return events, cursor

    def test_a_parked_poll_is_answered_by_the_friends_message(self):
        parked = Parked(self.ben, self.cursor)
        self.ana.send(self.chat, "你好, Ben")
        batch = parked.result().json
        self.assertEqual(texts(batch), ["你好, Ben"])
        again = self.ben.poll(self.cursor)
        self.assertEqual(texts(again), ["你好, Ben"], "a lost answer can be asked for again")
        self.assertEqual(self.ben.poll(batch["cursor"])["events"], [])

    def test_the_first_batch_says_who_and_carries_a_cursor(self):
        batch = self.ben.poll()
        self.assertEqual(batch["hello"]["user"], self.ben.id)
        self.assertEqual(texts(batch), [])
        self.ana.send(self.chat, "after")
        events, _ = self.follow(self.ben, batch["cursor"], wait=20)
        self.assertEqual([e["type"] for e in events if e["type"] == "message"], ["message"])

    def test_a_poll_without_news_ends_in_time_with_a_newer_cursor(self):
        cid = self.server.register()
        other = cid.open_direct(self.server.register())
        began = time.monotonic()
        parked = Parked(self.ben, self.cursor, wait=3)
        cid.send(other, "not for Ben")
        batch = parked.result().json
        self.assertEqual(batch["events"], [])
        self.assertNotEqual(batch["cursor"], self.cursor, "a quiet client must not grow stale")
        self.assertGreaterEqual(time.monotonic() - began, 2.3)

    def test_cursors_that_cannot_be_honoured_are_told_to_reset(self):
        version, epoch, event, run, signal = self.cursor.split(".")
        cases = {
            "garbage": "unknown",
            "9.1.1.1.1": "unknown",
            "1.1.-1.0.0": "unknown",
            f"1.{epoch}.99999999999999999999.{run}.{signal}": "unknown",
            f"1.{int(epoch) + 1}.{event}.{run}.{signal}": "epoch",
            f"1.{epoch}.{int(event) + 1_000_000}.{run}.{signal}": "ahead",
        }
        for cursor, why in cases.items():
            with self.subTest(cursor=cursor):
                batch = self.ben.poll(cursor, wait=20)
                self.assertEqual(batch["reset"], {"why": why})
                self.follow(self.ben, batch["cursor"])

    def test_anothers_cursor_shows_only_ones_own_events(self):
        eve = self.server.register()
        self.ana.send(self.chat, "a secret")
        batch = eve.poll(self.cursor)
        self.assertEqual([e for e in batch["events"] if e["type"] == "message"], [])
        self.assertNotIn("secret", str(batch))

    def test_a_newer_poll_supersedes_the_older_which_keeps_its_cursor(self):
        first = Parked(self.ben, self.cursor, name="tab")
        second = Parked(self.ben, self.cursor, name="tab")
        old = first.result().json
        self.assertEqual((old["events"], old["cursor"]), ([], self.cursor))
        self.assertEqual(old["advice"], {"wait": 0, "retry": [4000, 6000]})
        self.ben.poll(self.cursor, wait=0, client="tab")
        self.assertIsNone(second.answer, "a poll with wait=0 must supersede nothing")
        self.ana.send(self.chat, "for the second")
        self.assertEqual(texts(second.result().json), ["for the second"])

    def test_a_third_poll_of_one_session_makes_the_oldest_answer(self):
        polls = [Parked(self.ben, self.cursor, name=f"tab{n}") for n in range(3)]
        oldest = polls[0].result().json
        self.assertEqual((oldest["events"], oldest["advice"]), ([], {"wait": 0, "retry": [4000, 6000]}))
        self.ana.send(self.chat, "for both")
        self.assertEqual([texts(p.result().json) for p in polls[1:]], [["for both"]] * 2)

    def test_a_session_that_ended_ends_its_poll_within_a_second(self):
        other = self.server.sign_in(self.ben.user["name"])
        parked = Parked(other, self.cursor)
        sessions = other.get("/api/v1/me/sessions").json["sessions"]
        current = next(s["id"] for s in sessions if s["current"])
        ended = time.monotonic()
        self.ben.must(204, "DELETE", f"/api/v1/me/sessions/{current}")
        answer = parked.result()
        self.assertLess(parked.ended - ended, 1)
        self.assertEqual((answer.status, answer.code), (401, "sign_in_required"))
        # Another connection may be another shard's, which hears of it from the log a moment later.
        while (status := other.get("/api/v1/me").status) == 200 and time.monotonic() - ended < 1:
            pass
        self.assertEqual(status, 401)
        self.assertEqual(self.ben.get("/api/v1/me").status, 200)

    def test_read_marks_reach_the_other_and_the_own_other_devices(self):
        sent = self.ana.send(self.chat, "read this")
        ana_cursor = self.ana.get("/api/v1/sync").json["cursor"]
        phone = self.server.sign_in(self.ben.user["name"])
        phone_cursor = phone.get("/api/v1/sync").json["cursor"]
        self.ben.must(200, "PUT", f"/api/v1/conversations/{self.chat}/read", json={"seq": sent["seq"]})
        for client, cursor in ((self.ana, ana_cursor), (phone, phone_cursor)):
            events, _ = self.follow(client, cursor, wait=20)
            marks = [e["data"] for e in events if e["type"] == "read"]
            self.assertEqual(marks, [{"user": self.ben.id, "seq": sent["seq"]}])

    def test_read_marks_are_hidden_where_receipts_are_off(self):
        self.ben.must(200, "PATCH", "/api/v1/me/settings", json={"receipts": False})
        sent = self.ana.send(self.chat, "read this")
        cursor = self.ana.get("/api/v1/sync").json["cursor"]
        self.ben.must(200, "PUT", f"/api/v1/conversations/{self.chat}/read", json={"seq": sent["seq"]})
        self.ben.send(self.chat, "an answer")
        events, _ = self.follow(self.ana, cursor, wait=20)
        self.assertEqual([e["type"] for e in events], ["message"])
        # Mutual: Ben sees nobody's either.
        cursor = self.ben.get("/api/v1/sync").json["cursor"]
        self.ana.must(200, "PUT", f"/api/v1/conversations/{self.chat}/read", json={"seq": sent["seq"] + 1})
        self.ana.send(self.chat, "more")
        events, _ = self.follow(self.ben, cursor, wait=20)
        self.assertEqual([e["type"] for e in events], ["message"])

    def signals(self, client, cursor, kind, until, seconds=20):
        """Polls until a signal of `kind` satisfies `until`; all such data on the way."""
        seen, limit = [], time.monotonic() + seconds
        while time.monotonic() < limit:
            batch = client.poll(cursor, wait=2)
            cursor = batch["cursor"]
            seen += [s for s in batch["signals"] if s["kind"] == kind]
            if seen and until(seen[-1]):
                return seen
        self.fail(f"no such {kind} signal, only {seen}")

    def test_typing_is_seen_and_ends_by_itself(self):
        self.ana.must(204, "PUT", f"/api/v1/conversations/{self.chat}/typing")
        seen = self.signals(self.ben, self.cursor, "typing", lambda s: not s["data"]["typing"])
        self.assertEqual([(s["user"], s["conversation"], s["data"]["typing"]) for s in seen],
                         [(self.ana.id, self.chat, True), (self.ana.id, self.chat, False)])

    def test_friends_see_each_other_come_and_go(self):
        self.ana.befriend(self.ben)
        cursor = self.ana.get("/api/v1/sync").json["cursor"]
        parked = Parked(self.ben, self.cursor, wait=1)
        seen = self.signals(self.ana, cursor, "presence", lambda s: s["user"] == self.ben.id and s["data"]["online"])
        self.assertNotIn(self.server.register().id, [s["user"] for s in seen])
        friends = self.ana.get("/api/v1/friends").json
        self.assertIn("'online': True", str(friends))
        parked.result()
        ended = time.monotonic()
        self.signals(self.ana, cursor, "presence",
                     lambda s: s["user"] == self.ben.id and not s["data"]["online"], seconds=45)
        self.assertGreater(time.monotonic() - ended, 25, "offline before the grace of 30 s was over")
        me = next(f for f in self.ana.get("/api/v1/friends").json["relations"] if f["user"]["id"] == self.ben.id)
        self.assertFalse(me["online"])

    def test_strangers_see_no_presence(self):
        eve = self.server.register()
        cursor = eve.poll()["cursor"]
        Parked(self.ben, self.cursor, wait=1).result()
        self.assertEqual([s for s in eve.poll(cursor, wait=1)["signals"] if s["kind"] == "presence"], [])

    def test_a_profile_change_reaches_others_as_a_version(self):
        changed = self.ana.must(200, "PATCH", "/api/v1/me", json={"display_name": "Ana the First"}).json
        seen = self.signals(self.ben, self.cursor, "profile", lambda s: s["user"] == self.ana.id)
        self.assertEqual(seen[-1]["data"]["version"], changed["version"])
        shown = self.ben.get(f"/api/v1/users/{self.ana.id}").json
        self.assertEqual((shown["display_name"], shown["version"]), ("Ana the First", changed["version"]))

    def test_a_blocked_person_reaches_nobody(self):
        self.ben.must(200, "PUT", f"/api/v1/blocks/{self.ana.id}")
        cursor = self.ben.get("/api/v1/sync").json["cursor"]
        refused = self.ana.post(f"/api/v1/conversations/{self.chat}/messages", json={"nonce": "x", "text": "hello"})
        self.assertEqual((refused.status, refused.code), (403, "not_allowed"))
        self.ana.put(f"/api/v1/conversations/{self.chat}/typing")
        batch = self.ben.poll(cursor, wait=1)
        self.assertEqual((batch["events"], [s for s in batch["signals"] if s["kind"] == "typing"]), ([], []))


class Restarts(unittest.TestCase):
    def test_a_cursor_outlives_the_server(self):
        with keepline.Server() as server:
            ana, ben = server.register(), server.register()
            ana.befriend(ben)
            chat = ana.open_direct(ben)
            cursor = ben.get("/api/v1/sync").json["cursor"]
            for number in range(8):
                ana.send(chat, f"message {number}", nonce=f"n{number}")
                if number % 3 == 2:
                    server.kill()
                    server.start()
            self.assertEqual(ana.post(f"/api/v1/conversations/{chat}/messages",
                                      json={"nonce": "n7", "text": "message 7"}).status, 200)
            seen, seqs, more = [], [], True
            while more:
                batch = ben.poll(cursor)
                seen += texts(batch)
                seqs += [e["seq"] for e in batch["events"]]
                cursor, more = batch["cursor"], batch["more"]
            self.assertEqual(seen, [f"message {n}" for n in range(8)])
            self.assertEqual(seqs, list(range(1, 9)))

    def test_another_run_gives_the_whole_picture_of_presence(self):
        with keepline.Server() as server:
            ana, ben = server.register(), server.register()
            ana.befriend(ben)
            cursor = ana.get("/api/v1/sync").json["cursor"]
            server.kill()
            server.start()
            batch = ana.poll(cursor, wait=20)
            kinds = {(s["kind"], s["user"]) for s in batch["signals"]}
            self.assertIn(("presence", ben.id), kinds)
            self.assertIn(("profile", ben.id), kinds)


if __name__ == "__main__":
    keepline.main()
