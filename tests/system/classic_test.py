"""The classic endpoint of the real binary, spoken to as the 2013 article's page does, without a browser."""

import concurrent.futures
import http.client
import json
import pathlib
import random
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from keepline import Client, Server, main  # noqa: E402

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


class ClassicTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--demo").start()
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        cls.server.remove()

    def user(self, **fields):
        ClassicTest.count += 1
        user = User(self.server, f"{self._testMethodName[5:20]}{ClassicTest.count}")
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

    # The seven actions

    def test_register_answers_the_user_with_every_field(self):
        user = User(self.server, "漠然2013")
        self.assertEqual(
            user.data("Register", UserName="漠然", Sex="男", Age="26", Email="a@example.org"),
            {"UserId": "漠然2013", "UserName": "漠然", "Sex": "男", "Age": 26, "Email": "a@example.org"})
        self.assert_refused(user.ask("Register"), "name_taken", "UserId")

    def test_register_names_the_field_that_is_wrong(self):
        def wish(**fields):
            return post(self.server, {"Action": "Register", "UserId": "somebody", "PassWord": PASSWORD, **fields})
        self.assert_refused(wish(UserId="a"), "too_short", "UserId")
        self.assert_refused(wish(UserId="<b>"), "bad_value", "UserId")
        self.assert_refused(wish(PassWord="short"), "too_short", "PassWord")
        self.assert_refused(wish(Age="old"), "bad_value", "Age")
        self.assert_refused(wish(Age="151"), "bad_value", "Age")
        self.assert_refused(wish(Email="no address"), "bad_value", "Email")

    def test_online_shows_the_user_to_friends(self):
        a, b = self.friends()
        self.assertEqual(a.statuses(), {b.name: "离线"})
        self.assertEqual(b.data("Online")["UserId"], b.name)
        self.assertEqual(a.statuses(), {b.name: "在线"})

    def test_get_friends_parts_online_from_offline_and_hides_emails(self):
        a = self.user()
        b, c = self.user(Email="b@example.org", UserName="B & C"), self.user()
        for friend in (b, c):
            a.data("AddFriend", FriendId=friend.name)
            friend.data("AddFriend", FriendId=a.name)
        b.data("Online")
        friends = a.data("GetFriends")
        self.assertEqual(friends["OnlineFriends"], [
            {"UserId": b.name, "UserName": "B &amp; C", "Sex": "", "Age": None, "Email": "", "Status": "在线"}])
        self.assertEqual([f["UserId"] for f in friends["OfflineFriends"]], [c.name])
        self.assertEqual(friends["Requests"], [])

    def test_add_friend_asks_and_then_accepts(self):
        a, b = self.user(), self.user()
        asked = a.data("AddFriend", FriendId=b.name.upper())
        self.assertEqual((asked["UserId"], asked["Relation"], asked["Status"]), (b.name, "requested", "离线"))
        self.assertEqual(a.statuses(), {})
        self.assertEqual([r["UserId"] for r in b.data("GetFriends")["Requests"]], [a.name])
        a.data("Online")
        accepted = b.data("AddFriend", FriendId=a.name)
        self.assertEqual((accepted["UserId"], accepted["Relation"], accepted["Status"]), (a.name, "friends", "在线"))
        self.assertEqual(list(a.statuses()), [b.name])
        self.assert_refused(a.ask("AddFriend", FriendId="nobody_of_this_name"), "not_found", "FriendId")
        self.assert_refused(a.ask("AddFriend", FriendId=a.name), "not_allowed")

    def test_a_message_goes_to_a_parked_keepline_and_back_to_the_sender(self):
        liger, indifferent = self.demo()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            parked = pool.submit(indifferent.data, "Keepline")
            sent = liger.send(indifferent, "你好 <b>&'\"</b>")
            pushed = parked.result(timeout=20)
        self.assertEqual(sent, pushed)
        self.assertEqual(pushed["SendUserId"], "liger_zql")
        self.assertEqual(pushed["SendUserName"], "liger_zql")
        self.assertEqual(pushed["ReciveUserId"], "indifferent")
        self.assertEqual(pushed["Content"], "你好 &lt;b&gt;&amp;&#39;&quot;&lt;/b&gt;")
        self.assertRegex(pushed["SendTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_offline_ends_presence_also_under_a_parked_keepline(self):
        a, b = self.friends()
        b.data("Online")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            parked = pool.submit(b.ask, "Keepline")
            self.wait_until(lambda: a.statuses()[b.name] == "在线")
            while not parked.done():
                b.data("Offline")
                time.sleep(0.05)
            self.assertEqual(parked.result()["ResponseStatus"], 0)
        b.data("Offline")
        self.wait_until(lambda: a.statuses()[b.name] == "离线")

    # What a request looks like

    def test_path_and_names_compare_without_regard_to_case(self):
        a, b = self.friends()
        answer = post(self.server, {"ACTION": "sendmsg", "userid": a.name, "password": PASSWORD,
                                   "Reciveuserid": b.name, "content": "hi"}, path="/Comet_Broadcast.ASYN")
        self.assertEqual(answer["ResponseData"]["Content"], "hi")
        self.assertEqual(b.next(), "hi")

    def test_what_is_no_classic_form_is_refused_and_changes_nothing(self):
        def status(method, body=None, **headers):
            return Client(self.server).request(method, PATH, body=body, headers=headers).status
        self.assertEqual(status("GET"), 405)
        self.assertEqual(status("POST", "{}", **{"Content-Type": "application/json"}), 415)
        self.assertEqual(status("POST", "Action=Online"), 415)
        self.assertEqual(status("POST", b"a" * (256 * 1024 + 1), **FORM), 413)
        self.assert_refused(post(self.server, "Action=%FF"), "bad_request")
        self.assert_refused(post(self.server, ""), "bad_value", "Action")
        self.assert_refused(post(self.server, {"Action": "Drop"}), "bad_value", "Action")
        self.assert_refused(post(self.server, {"Action": "Online"}), "wrong_credentials")

    def test_a_page_of_another_site_cannot_use_it(self):
        def status(**headers):
            body = urllib.parse.urlencode({"Action": "Register", "UserId": "forged_user", "PassWord": PASSWORD})
            return Client(self.server).request("POST", PATH, body=body, headers={**FORM, **headers}).status
        self.assertEqual(status(Origin="http://evil.example"), 403)
        self.assertEqual(status(Origin="null"), 403)
        self.assertEqual(status(**{"Sec-Fetch-Site": "cross-site"}), 403)
        self.assertEqual(status(Host="evil.example"), 421)
        self.assertEqual(status(Origin=self.server.url), 200)

    def test_content_has_the_limits_of_every_message(self):
        a, b = self.friends()
        def ask(text):
            return a.ask("SendMsg", ReciveUserId=b.name, Content=text)
        self.assert_refused(ask(""), "too_short", "Content")
        self.assert_refused(ask("  \n "), "bad_value", "Content")
        self.assert_refused(ask("x" * 16001), "too_long", "Content")
        self.assert_refused(ask("a\0b"), "bad_value", "Content")
        self.assertEqual(len(ask("😀" * 16000)["ResponseData"]["Content"]), 16000)
        self.assert_refused(a.ask("SendMsg", ReciveUserId="nobody_of_this_name", Content="x"), "not_found",
                            "ReciveUserId")

    def test_a_nonce_makes_sending_again_safe(self):
        a, b = self.friends()
        first = a.send(b, "once", Nonce="n1")
        self.assertEqual(a.send(b, "once", Nonce="n1"), first)
        self.assert_refused(a.ask("SendMsg", ReciveUserId=b.name, Content="other", Nonce="n1"), "nonce_reused",
                            "Nonce")
        self.assertNotEqual(a.send(b, "twice")["MessageId"], a.send(b, "twice")["MessageId"])
        self.assertEqual([b.next() for _ in range(3)], ["once", "twice", "twice"])

    def test_a_password_is_in_no_answer_and_in_no_log(self):
        secret = "swordfish-9-swordfish"
        user = User(self.server, "careful", secret)
        texts = [json.dumps(user.ask(action, ReciveUserId="careful", FriendId="careful", Content="x"))
                 for action in ("Register", "Online", "GetFriends", "AddFriend", "SendMsg", "Offline")]
        wrong = User(self.server, "careful", secret + "!")
        texts.append(json.dumps(wrong.ask("Online")))
        self.assertNotIn("swordfish", "".join(texts) + self.server.last_words())

    # Delivery

    def test_messages_come_one_by_one_and_in_order(self):
        a, b = self.friends()
        for i in range(8):
            a.send(b, f"m{i}")
        client = Client(self.server)
        got = [b.ask("Keepline", client=client)["ResponseData"]["Content"] for _ in range(8)]
        self.assertEqual(got, [f"m{i}" for i in range(8)])

    def test_a_message_before_the_first_online_is_not_lost(self):
        a, b = self.friends()
        a.send(b, "early")
        b.data("Online")
        self.assertEqual(b.next(), "early")

    def test_several_senders_to_one_receiver_lose_and_repeat_nothing(self):
        b = self.user()
        senders = [self.user() for _ in range(4)]
        each = 25
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for sender in senders:
                pool.submit(lambda s: [s.send(b, f"{s.name} {i}") for i in range(each)], sender)
            got = [b.next() for _ in range(each * len(senders))]  # each on a connection, so a shard, of its own
        for sender in senders:
            mine = [text for text in got if text.startswith(sender.name + " ")]
            self.assertEqual(mine, [f"{sender.name} {i}" for i in range(each)])

    def test_two_connections_of_one_user_share_the_messages_without_repeating_any(self):
        a, b = self.friends()
        count, got = 60, []

        def poll():
            while len(got) < count:
                message = b.ask("Keepline")["ResponseData"]
                if message:
                    got.append(message["Content"])

        with concurrent.futures.ThreadPoolExecutor() as pool:
            pollers = [pool.submit(poll) for _ in range(2)]
            for i in range(count):
                a.send(b, str(i))
            self.wait_until(lambda: len(got) >= count, seconds=60)
            b.data("Offline")  # lets the poller go that is parked
            for poller in pollers:
                poller.result()
        self.assertEqual(sorted(got, key=int), [str(i) for i in range(count)])

    # Goal: whoever acknowledges loses nothing, wherever the connection breaks.
    # Method: a sender never stops; the receiver cuts its connections at random moments, some before and some
    # after the answer, keeps what it read whole, and says so with its next poll.
    def test_nothing_is_lost_by_who_acknowledges_on_a_line_that_breaks(self):
        seed = random.randrange(1 << 30)
        print(f"seed {seed}", end=" ", flush=True)
        chance = random.Random(seed)
        a, b = self.friends()
        count = 60
        got, received, broken = [], 0, 0
        with concurrent.futures.ThreadPoolExecutor() as pool:
            sending = pool.submit(lambda: [a.send(b, str(i)) for i in range(count)])
            while len(got) < count:
                connection = http.client.HTTPConnection(*self.server.address, timeout=60)
                body = urllib.parse.urlencode({"Action": "Keepline", "UserId": b.name, "PassWord": PASSWORD,
                                               "Received": received})
                connection.request("POST", PATH, body, FORM)
                if chance.random() < 0.4:
                    time.sleep(chance.random() * 0.02)
                    connection.close()  # the answer may be on its way
                    broken += 1
                    continue
                message = json.loads(connection.getresponse().read())["ResponseData"]
                connection.close()
                if message is None:
                    self.assertFalse(sending.done(), f"nothing comes any more after {got}")
                    continue
                got.append(message["Content"])
                received = message["MessageId"]
            sending.result()
        self.assertGreater(broken, 0)
        self.assertEqual(got, [str(i) for i in range(count)])

    def test_a_message_that_is_not_acknowledged_comes_again(self):
        a, b = self.friends()
        sent = a.send(b, "one")
        a.send(b, "two")
        self.assertEqual(b.next(Received=0), "one")
        self.assertEqual(b.next(Received=0), "one")
        self.assertEqual(b.next(Received=sent["MessageId"]), "two")
        self.assertEqual(b.next(), "two")

    def test_an_acknowledgement_of_nothing_known_is_ignored(self):
        a, b = self.friends()
        a.send(b, "one")
        for wrong in (2 ** 53, 10 ** 30, -1, "x", ""):
            self.assertEqual(b.next(Received=wrong), "one")
        self.assertEqual(b.next(), "one")

    def test_a_newer_keepline_supersedes_and_the_older_is_answered_after_five_seconds(self):
        a, b = self.friends()
        b.data("Online")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            older = pool.submit(self.timed, b)
            self.wait_until(lambda: a.statuses()[b.name] == "在线")
            time.sleep(0.5)  # the first is parked by now
            newer = pool.submit(self.timed, b)
            answer, seconds = older.result(timeout=30)
            self.assertEqual((answer["ResponseStatus"], answer["ResponseCode"]), (0, 1))
            self.assertGreater(seconds, 4.9)
            self.assertLess(seconds, 15)
            self.assertFalse(newer.done())
            a.send(b, "for the newer")
            self.assertEqual(newer.result(timeout=20)[0]["ResponseData"]["Content"], "for the newer")

    def test_a_keepline_with_a_wrong_password_is_held_back(self):
        a, _ = self.friends()
        a.password = "another password"
        answer, seconds = self.timed(a)
        self.assert_refused(answer, "wrong_credentials")
        self.assertGreater(seconds, 4.9)

    def test_a_keepline_without_news_ends_within_twenty_five_seconds(self):
        user = self.user()
        answer, seconds = self.timed(user)
        self.assertEqual((answer["ResponseStatus"], answer["ResponseCode"]), (0, 1))
        self.assertIsNone(answer["ResponseData"])
        self.assertLess(seconds, 30)
        self.assertGreater(seconds, 15)

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


class ClassicRestartTest(unittest.TestCase):
    def setUp(self):
        self.server = Server("--demo").start()
        self.liger = User(self.server, "liger_zql", "12345")
        self.indifferent = User(self.server, "indifferent", "12345")
        self.indifferent.data("Online")

    def tearDown(self):
        self.server.remove()

    # Goal: a crash loses no message; what it may do is repeat the last ones, since the position is written along
    # with later commits.
    def test_after_a_kill_nothing_is_lost_and_what_repeats_comes_first(self):
        for i in range(6):
            self.liger.send(self.indifferent, str(i))
        got = [self.indifferent.next() for _ in range(3)]
        self.server.kill()
        self.server.start()
        self.liger.send(self.indifferent, "6")
        again = []
        while not again or again[-1] != "6":
            again.append(self.indifferent.next())
        self.assertEqual(got, ["0", "1", "2"])
        self.assertEqual(again, [str(i) for i in range(int(again[0]), 7)])
        self.assertLessEqual(int(again[0]), 3)

    def test_a_commit_after_the_answer_carries_the_position_over_a_kill(self):
        self.liger.send(self.indifferent, "0")
        self.assertEqual(self.indifferent.next(), "0")
        limit = time.monotonic() + 20
        while True:
            # The position goes with a batch after the answer was written; which one, only its thread knows.
            self.liger.send(self.indifferent, "1")
            self.server.kill()
            self.server.start()
            if self.indifferent.next(Received=0) == "1":
                return
            self.assertEqual(self.indifferent.next(), "0")
            self.assertLess(time.monotonic(), limit, "the position was never written")

    def test_who_acknowledges_sees_nothing_twice_over_a_kill(self):
        for i in range(4):
            self.liger.send(self.indifferent, str(i))
        received, got = 0, []
        for i in range(4):
            message = self.indifferent.data("Keepline", Received=received)
            received = message["MessageId"]
            got.append(message["Content"])
            self.server.kill()
            self.server.start()
        self.liger.send(self.indifferent, "4")
        got.append(self.indifferent.data("Keepline", Received=received)["Content"])
        self.assertEqual(got, [str(i) for i in range(5)])

    def test_an_orderly_stop_answers_what_is_parked_and_keeps_the_position(self):
        self.liger.send(self.indifferent, "0")
        self.assertEqual(self.indifferent.next(), "0")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            parked = pool.submit(self.indifferent.ask, "Keepline")
            time.sleep(0.5)  # it is parked by now
            self.assertEqual(self.server.stop(), 0)
            self.assertEqual(parked.result(timeout=20)["ResponseStatus"], 0)
        self.server.start()
        self.liger.send(self.indifferent, "1")
        self.assertEqual(self.indifferent.next(), "1")


class ClassicLimitsTest(unittest.TestCase):
    def setUp(self):
        self.server = Server("--demo", limits_off=False).start()

    def tearDown(self):
        self.server.remove()

    def test_guessing_a_password_is_stopped_and_polling_is_not(self):
        liger = User(self.server, "liger_zql", "12345")
        liger.data("Online")
        guess = User(self.server, "liger_zql", "wrong")
        codes = [guess.ask("Online")["ResponseError"] for _ in range(12)]
        self.assertEqual(set(codes), {"wrong_credentials", "too_many_attempts"})
        self.assertEqual(codes, sorted(codes, reverse=True))
        # Who is in already is not locked out by who guesses.
        self.assertEqual(liger.data("Online")["UserId"], "liger_zql")

    def test_sending_is_limited_for_each_user(self):
        liger = User(self.server, "liger_zql", "12345")
        answers = [liger.ask("SendMsg", ReciveUserId="indifferent", Content="x") for _ in range(60)]
        refused = [a for a in answers if not a["ResponseStatus"]]
        self.assertTrue(refused)
        self.assertEqual({a["ResponseError"] for a in refused}, {"rate_limited"})

    def test_one_address_cannot_register_without_end(self):
        answers = [User(self.server, f"many{i}").ask("Register") for i in range(24)]
        self.assertEqual(answers[-1]["ResponseError"], "rate_limited")
        self.assertEqual([a["ResponseStatus"] for a in answers[:5]], [1] * 5)


if __name__ == "__main__":
    main()
