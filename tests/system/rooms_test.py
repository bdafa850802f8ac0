#!/usr/bin/python3
"""Rooms with many people in them, of whom many do the same thing at once."""

import collections
import concurrent.futures
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline
from crowd import Crowd, event_of, follow

CROWD = 5_000
AT_ONCE = 100


def together(people, act):
    """What `act(person)` gives for each, all of them at the same time."""
    with concurrent.futures.ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people))


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
        room, path = self.make(access="open")
        everybody = self.crowd.everybody[1:]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            statuses = collections.Counter(a.status for a in pool.map(lambda p: p.put(path + "/membership"), everybody))
        self.assertEqual(statuses, {200: len(everybody)})
        self.assertEqual(self.owner.must(200, "GET", path).json["member_count"], CROWD)
        first, last = everybody[0], everybody[-1]
        cursors = {person: person.poll()["cursor"] for person in (first, last, self.owner)}
        self.owner.send(room, "to all of you")
        self.owner.must(204, "DELETE", f"{path}/members/{last.id}")
        self.owner.send(room, "without one of you")
        self.owner.must(204, "DELETE", path, json={"title": "A room"})
        end = event_of(self.owner.must(200, "GET", "/api/v1/sync").json["cursor"])

        def heard(person):
            return [e["type"] for batch in follow(person, cursors[person], end) for e in batch["events"]
                    if e.get("conversation") == room]

        # What was said in it may be gone before it is heard; that it ended is heard in any case.
        self.assertEqual([kind for kind in heard(last) if kind != "message"], ["left"])
        self.assertEqual([kind for kind in heard(first) if kind != "message"], ["left", "closed"])
        last.must(404, "GET", path)
        first.must(404, "GET", path)


if __name__ == "__main__":
    keepline.main()
