"""How the messages of the classic endpoint arrive: once, in order, over lines that break and servers that die."""

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
from classic import FORM, PASSWORD, PATH, ClassicCase, User  # noqa: E402
from keepline import Client, Server, main  # noqa: E402


class ClassicDeliveryTest(ClassicCase):
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


if __name__ == "__main__":
    main()
