#!/usr/bin/python3
"""Many writers at once, and everybody back at once: snapshots and streams agree, and coming back costs no reading."""

import itertools
import os
import re
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd  # noqa: E402
import keepline  # noqa: E402
from streams import EventStream, Wire, request  # noqa: E402


class State:
    """What a client shows of its conversations, from a snapshot and what came after it."""

    def __init__(self, snapshot):
        self.me = snapshot["me"]["id"]
        self.cursor = snapshot["cursor"]
        self.read = {c["id"]: c["read_seq"] for c in snapshot["conversations"]}
        self.last = {c["id"]: (c["last_seq"], c.get("last_message", {}).get("text")) for c in snapshot["conversations"]}
        self.unread = {c["id"]: c["unread"] for c in snapshot["conversations"]}

    def apply(self, batch):
        self.cursor = batch["cursor"]
        for event in batch["events"]:
            where, data = event["conversation"], event["data"]
            if event["type"] == "message":
                self.last[where] = (event["seq"], data["text"])
                if data["sender"] == self.me:
                    self.read[where] = max(self.read[where], event["seq"])
            elif event["type"] == "read" and data["user"] == self.me:
                self.read[where] = data["seq"]
            self.unread[where] = self.last[where][0] - self.read[where]
        return self

    def shown(self):
        return {where: (self.last[where], self.read[where], self.unread[where]) for where in sorted(self.last)}


def snapshot_of(client):
    return State(client.must(200, "GET", "/api/v1/sync").json)


def caught_up(state, client, upto):
    for batch in crowd.follow(client, state.cursor, crowd.event_of(upto)):
        state.apply(batch)
    return state


class Snapshots(unittest.TestCase):
    def setUp(self):
        self.server = keepline.Server("--shards", "2").start()
        self.addCleanup(self.server.remove)
        self.ben = self.server.register()
        self.others = [self.server.register() for _ in range(6)]
        self.chats = [other.open_direct(self.ben) for other in self.others]

    def test_and_what_follows_are_the_state_of_who_was_always_there(self):
        """While messages and marks are written as fast as they can be."""
        for other, chat in zip(self.others, self.chats):
            other.send(chat, "the first")
        live = snapshot_of(self.ben)
        stream = EventStream(self.ben, live.cursor)
        failures = []

        def write(other, chat):
            try:
                client, reader = other.again(), self.ben.again()
                for number in range(120):
                    seq = client.send(chat, f"message {number}")["seq"]
                    if number % 5 == 0:
                        lower = number % 15 == 0
                        reader.must(200, "PUT", f"/api/v1/conversations/{chat}/read",
                                    json={"seq": max(1, seq - number % 4), **({"lower": True} if lower else {})})
            except Exception as error:  # noqa: BLE001 - told by the test's own thread
                failures.append(error)

        writers = [threading.Thread(target=write, args=pair) for pair in zip(self.others, self.chats)]
        for writer in writers:
            writer.start()
        taken, taker = [], self.ben.again()
        while any(writer.is_alive() for writer in writers):
            taken.append(snapshot_of(taker))
        for writer in writers:
            writer.join()
        self.assertEqual(failures, [])
        self.assertGreater(len(taken), 3)
        for other, chat in zip(self.others, self.chats):
            other.send(chat, "the last")
        while any(last != "the last" for _, last in live.last.values()):
            live.apply(stream.next())
        stream.cut()
        newest = snapshot_of(self.ben)
        wanted = newest.shown()
        self.assertEqual(live.shown(), wanted, "who was always there")
        for number, state in list(enumerate(taken))[::1 + len(taken) // 50]:
            self.assertEqual(caught_up(state, self.ben, newest.cursor).shown(), wanted, f"snapshot {number} of {len(taken)}")
        # And the same as counting what is stored.
        for chat in self.chats:
            last, read, unread = wanted[chat]
            page = self.ben.get(f"/api/v1/conversations/{chat}/messages?limit=200").json["messages"]
            self.assertEqual(page[-1]["seq"], last[0])
            self.assertEqual(unread, sum(1 for message in page if message["seq"] > read))

    def test_marks_and_messages_in_every_order_end_alike_on_two_devices(self):
        steps = {
            "read": lambda phone, other, chat: phone.must(200, "PUT", f"/api/v1/conversations/{chat}/read", json={"seq": 3}),
            "mark unread": lambda phone, other, chat: phone.must(
                200, "PUT", f"/api/v1/conversations/{chat}/read", json={"seq": 1, "lower": True}),
            "message": lambda phone, other, chat: other.send(chat, "new"),
            "own message": lambda phone, other, chat: phone.send(chat, "mine"),
        }
        laptop, phone = self.ben, self.server.sign_in(self.ben.user["name"])
        for order in itertools.permutations(steps):
            with self.subTest(order):
                other = self.server.register()
                chat = other.open_direct(self.ben)
                for number in range(4):
                    other.send(chat, f"{number}")
                here, there = snapshot_of(laptop), snapshot_of(phone)
                for step in order:
                    steps[step](phone, other, chat)
                    # Sometimes before what was just done, sometimes after.
                    caught_up(here, laptop, here.cursor)
                newest = snapshot_of(laptop)
                wanted = newest.shown()
                self.assertEqual(caught_up(here, laptop, newest.cursor).shown(), wanted)
                self.assertEqual(caught_up(there, phone, newest.cursor).shown(), wanted)
                beyond = phone.put(f"/api/v1/conversations/{chat}/read", json={"seq": 1_000})
                self.assertEqual(beyond.status, 422, "a mark beyond the last message")
                self.assertEqual(snapshot_of(laptop).shown(), wanted)


class Reconnect(unittest.TestCase):
    def test_of_everybody_at_once_reads_no_events(self):
        count = 300
        with crowd.Crowd(2 * count, "--shards", "2") as many:
            server, people = many.server, many.people
            cursor = many.cursor()
            for number in range(50):
                many.say(f"before {number}")
            server.restart()
            wires = []
            for client in people:
                wire = Wire(server)
                wire.send(request(client, cursor, 25))
                wires.append(wire)
            wanted = [f"before {number}" for number in range(50)]
            for client, wire in zip(people, wires):
                head = wire.until(b"\r\n\r\n").decode().lower()
                body = wire.count(int(head.split("content-length: ")[1].split("\r\n")[0]))
                batch = keepline.json_module.loads(body)
                self.assertEqual(crowd.texts([batch]), wanted)
                # And on the same connection it waits for what comes.
                wire.send(request(client, batch["cursor"], 25))
            many.say("after")
            for wire in wires:
                self.assertIn(b'"text":"after"', wire.until(b'"more":false'))
                wire.close()
            self.assertEqual(server.stop(), 0)
            with open(server.log_path, encoding="utf-8") as log:
                counts = re.findall(r"database reads: events=(\d+) views=(\d+) sessions=(\d+)", log.read())
            events, views, sessions = (int(number) for number in counts[-1])
            self.assertEqual(events, 0)
            self.assertLessEqual(views, count + 2, "at most once for each user")
            self.assertLessEqual(sessions, count + 2, "at most once for each session")


if __name__ == "__main__":
    keepline.main()
