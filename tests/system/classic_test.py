"""What the classic endpoint of the real binary answers: its seven actions, its requests and its limits."""

import concurrent.futures
import json
import pathlib
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from classic import FORM, PASSWORD, PATH, ClassicCase, User, post  # noqa: E402
from keepline import Client, Server, main  # noqa: E402


class ClassicTest(ClassicCase):
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
        self.wait_until(lambda: a.statuses() == {b.name: "在线"})

    def test_get_friends_parts_online_from_offline_and_hides_emails(self):
        a = self.user()
        b, c = self.user(Email="b@example.org", UserName="B & C"), self.user()
        for friend in (b, c):
            a.data("AddFriend", FriendId=friend.name)
            friend.data("AddFriend", FriendId=a.name)
        b.data("Online")
        self.wait_until(lambda: a.statuses()[b.name] == "在线")
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
        self.assertEqual((accepted["UserId"], accepted["Relation"]), (a.name, "friends"))
        self.assertEqual(list(a.statuses()), [b.name])
        self.wait_until(lambda: b.statuses() == {a.name: "在线"})
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
