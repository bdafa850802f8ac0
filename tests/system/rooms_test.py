#!/usr/bin/python3
"""Rooms with many people in them, of whom many do the same thing at once."""

import collections
import concurrent.futures
import os
import queue
import socket
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline
from crowd import Crowd, event_of, follow
from streams import CARRIERS, EventStream, WebSocket

CROWD = 5_000
AT_ONCE = 100


def together(people, act):
    """What `act(person)` gives for each, all of them at the same time."""
    with concurrent.futures.ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people))


class Follower:
    """Somebody who reads a stream as it comes, on a thread of its own; `events` are those that until() has seen."""

    def __init__(self, person, carrier):
        self.person, self.events = person, []
        self.stream = carrier(person)
        self.stream.next()  # the first batch comes at once: it follows from here on
        self._heard = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for batch in iter(self.stream.next, None):
            for event in batch["events"]:
                self._heard.put(event)

    def until(self, wanted):
        """Waits for the event; an error of the test where nothing comes for long."""
        while not self.events or not wanted(self.events[-1]):
            self.events.append(self._heard.get(timeout=keepline.ANSWER_SECONDS))

    def cut(self):
        # The thread that reads wakes by that, and ends.
        self.stream.wire.socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self.stream.wire.close()


class Rooms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.crowd = Crowd(CROWD)
        cls.addClassCleanup(cls.crowd.remove)
        cls.owner = cls.crowd.everybody[0]
        cls.some = cls.crowd.everybody[1:1 + AT_ONCE]

    def make(self, **wish):
        room = self.owner.must(201, "POST", "/api/v1/conversations", json={"kind": "room", "title": "A room", **wish}).json
        return room["id"], f"/api/v1/conversations/{room['id']}"

    def members(self, path):
        found, after = [], 0
        while True:
            page = self.owner.must(200, "GET", f"{path}/members?limit=200&after={after}").json
            found += [member["user"]["id"] for member in page["members"]]
            if not page["more"] or not page["members"]:
                return found
            after = found[-1]

    def test_a_hundred_joins_at_once_end_as_if_one_came_after_the_other(self):
        room, path = self.make(access="open")
        cursor = self.owner.poll()["cursor"]
        answers = together(self.some, lambda person: person.put(path + "/membership"))
        self.assertEqual({answer.status for answer in answers}, {200})
        view = self.owner.must(200, "GET", path).json
        self.assertEqual(view["member_count"], AT_ONCE + 1)
        self.assertEqual(len(self.members(path)), AT_ONCE + 1)
        self.assertEqual(sorted(answer.json["member_count"] for answer in answers), list(range(2, AT_ONCE + 2)))
        end = event_of(self.owner.must(200, "GET", "/api/v1/sync").json["cursor"])
        joined = [e["data"]["user"]["id"] for batch in follow(self.owner, cursor, end) for e in batch["events"]
                  if e["type"] == "joined" and e["conversation"] == room]
        self.assertEqual(sorted(joined), sorted(person.id for person in self.some))

    def test_a_link_of_one_use_lets_one_of_a_hundred_in(self):
        _, path = self.make()
        code = self.owner.must(201, "POST", path + "/invites", json={"max_uses": 1}).json["code"]
        answers = together(self.some, lambda person: person.post(f"/api/v1/invites/{code}/join"))
        self.assertEqual(collections.Counter(answer.status for answer in answers), {200: 1, 404: AT_ONCE - 1})
        self.assertEqual(self.owner.must(200, "GET", path).json["member_count"], 2)

    def test_one_person_uses_a_link_once_however_often_at_once(self):
        _, path = self.make()
        code = self.owner.must(201, "POST", path + "/invites", json={"max_uses": 2}).json["code"]
        first, second, third = self.some[:3]
        copies = [keepline.Client(self.crowd.server, token=first.token) for _ in range(20)]
        answers = together(copies, lambda copy: copy.post(f"/api/v1/invites/{code}/join"))
        self.assertEqual({answer.status for answer in answers}, {200})
        second.must(200, "POST", f"/api/v1/invites/{code}/join")
        third.must(404, "POST", f"/api/v1/invites/{code}/join")
        self.assertEqual(self.owner.must(200, "GET", path + "/invites").json["invites"][0]["uses"], 2)

    def test_of_two_owners_who_leave_at_once_one_stays(self):
        for _ in range(5):
            _, path = self.make(access="open")
            other, third = self.some[:2]
            self.owner.must(200, "POST", path + "/members", json={"users": [other.id, third.id]})
            self.owner.must(200, "PATCH", f"{path}/members/{other.id}", json={"role": "owner"})
            answers = together([self.owner, other], lambda person: person.delete(path + "/membership"))
            self.assertEqual(sorted(answer.status for answer in answers), [204, 409])

    def test_a_room_of_thousands_joins_hears_and_is_thinned_out(self):
        """Some follow by a stream from before the first join to the end of the room, the owner from the room's beginning, and all
        ask once what was said. Each hears exactly what lies between its own coming and going."""
        room, path = self.make(access="open")
        everybody = self.crowd.everybody[1:]
        last = everybody[-1]
        heard_by_all = Follower(self.owner, EventStream)
        staying = [Follower(person, carrier) for person, carrier in zip(everybody[::1_250], CARRIERS * 2)]
        removed = Follower(last, WebSocket)
        for follower in (heard_by_all, *staying, removed):
            self.addCleanup(follower.cut)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            statuses = collections.Counter(a.status for a in pool.map(lambda p: p.put(path + "/membership"), everybody))
        self.assertEqual(statuses, {200: len(everybody)})
        self.assertEqual(self.owner.must(200, "GET", path).json["member_count"], CROWD)

        cursor = self.owner.poll()["cursor"]
        sent = self.owner.send(room, "to all of you")
        self.owner.must(200, "PATCH", f"/api/v1/messages/{sent['id']}", json={"text": "to each of you", "version": 0})
        self.owner.must(204, "DELETE", f"{path}/members/{last.id}")
        self.owner.send(room, "without one of you")
        # What was said in a room that is deleted may be gone before it is heard: first all hear it.
        end = event_of(self.owner.must(200, "GET", "/api/v1/sync").json["cursor"])

        def hears(person):
            return tuple(e["type"] for batch in follow(person, cursor, end) for e in batch["events"] if e.get("conversation") == room)

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            heard = collections.Counter(pool.map(hears, everybody[:-1]))
        self.assertEqual(heard, {("message", "edited", "left", "message"): CROWD - 2})
        self.assertEqual(hears(last), ("message", "edited", "left"))
        for follower in (heard_by_all, *staying):
            follower.until(lambda e: e["type"] == "message" and e["data"]["text"] == "without one of you")
        self.owner.must(204, "DELETE", path, json={"title": "A room"})
        for follower in (heard_by_all, *staying):
            follower.until(lambda e: e["type"] == "closed" and e["conversation"] == room)
        # Something else, behind all of that: what the removed one was to hear of the room has come by then.
        chat = self.owner.open_direct(last)
        self.owner.send(chat, "by the way")
        removed.until(lambda e: e["type"] == "message" and e["conversation"] == chat)

        def of_the_room(follower):
            return [event for event in follower.events if event.get("conversation") == room]

        def went_or_came(event, kind, person):
            return event["type"] == kind and event["data"]["user"]["id"] == person.id

        everything = of_the_room(heard_by_all)
        joined, rest = everything[:len(everybody)], everything[len(everybody):]
        self.assertEqual({event["type"] for event in joined}, {"joined"})
        self.assertEqual({event["data"]["user"]["id"] for event in joined}, {person.id for person in everybody})
        self.assertEqual([event["data"]["member_count"] for event in joined], list(range(2, CROWD + 1)))
        self.assertEqual([event["type"] for event in rest], ["message", "edited", "left", "message", "closed"])
        self.assertEqual(rest[1]["data"]["text"], "to each of you")
        self.assertTrue(went_or_came(rest[2], "left", last))
        self.assertEqual(rest[2]["data"]["why"], "removed")
        for follower in (*staying, removed):
            with self.subTest(follower.person.user["name"]):
                came = next(n for n, event in enumerate(everything) if went_or_came(event, "joined", follower.person))
                went = next((n for n, event in enumerate(everything) if went_or_came(event, "left", follower.person)), None)
                wanted = everything[came:None if went is None else went + 1]
                self.assertEqual([event["id"] for event in of_the_room(follower)], [event["id"] for event in wanted])
                self.assertEqual(of_the_room(follower)[-3:], wanted[-3:])
        last.must(404, "GET", path)
        everybody[0].must(404, "GET", path)


if __name__ == "__main__":
    keepline.main()
