"""The classic protocol as the suites about it speak it: as the 2013 article's page does, without a browser."""

import pathlib
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from keepline import Client, Server  # noqa: E402

PASSWORD = "a long password"
PATH = "/comet_broadcast.asyn"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


def post(server, fields, path=PATH, client=None):
    """The answer to a form; on a connection of its own, so on another shard than the one before, without `client`."""
    body = fields if isinstance(fields, str) else urllib.parse.urlencode(fields)
    mine = client or Client(server)
    answer = mine.request("POST", path, body=body, headers=FORM)
    if client is None:
        mine.close()
    assert answer.status == 200, answer
    assert answer.content_type == "application/json", answer.headers
    return answer.json


class User:
    """Somebody who speaks the classic protocol."""

    def __init__(self, server, name, password=PASSWORD):
        self.server, self.name, self.password = server, name, password

    def ask(self, action, client=None, **fields):
        return post(self.server, {"Action": action, "UserId": self.name, "PassWord": self.password, **fields},
                    client=client)

    def data(self, action, **fields):
        answer = self.ask(action, **fields)
        assert answer["ResponseStatus"] == 1 and answer["ResponseCode"] == 1, answer
        return answer["ResponseData"]

    def send(self, to, text, **more):
        return self.data("SendMsg", ReciveUserId=to.name, Content=text, **more)

    def next(self, **fields):
        return self.data("Keepline", **fields)["Content"]

    def statuses(self):
        friends = self.data("GetFriends")
        return {f["UserId"]: f["Status"] for f in friends["OnlineFriends"] + friends["OfflineFriends"]}


class ClassicCase(unittest.TestCase):
    """Tests of one server, with users of their own."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--demo").start()
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        cls.server.remove()

    def user(self, **fields):
        type(self).count += 1
        user = User(self.server, f"{self._testMethodName[5:20]}{self.count}")
        user.data("Register", **fields)
        return user

    def friends(self):
        a, b = self.user(), self.user()
        a.data("AddFriend", FriendId=b.name)
        b.data("AddFriend", FriendId=a.name)
        return a, b

    def demo(self):
        pair = User(self.server, "liger_zql", "12345"), User(self.server, "indifferent", "12345")
        for user in pair:
            user.data("Online")
        return pair

    def assert_refused(self, answer, code, field=None):
        self.assertEqual((answer["ResponseStatus"], answer["ResponseCode"]), (0, 0), answer)
        self.assertEqual(answer["ResponseError"], code, answer)
        self.assertEqual(answer.get("ResponseField"), field, answer)
        self.assertIsNone(answer["ResponseData"])
        self.assertTrue(answer["ResponseDetails"])

    @staticmethod
    def timed(user):
        start = time.monotonic()
        answer = user.ask("Keepline")
        return answer, time.monotonic() - start

    def wait_until(self, true, seconds=20):
        limit = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), limit, "it never became true")
            time.sleep(0.05)
