"""The program as an operator meets it: starting, refusing to start, the demo, seed, and stopping."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import keepline  # noqa: E402

STOP_PROMISED_SECONDS = 10


def run(*arguments, environment=None, cwd=None):
    """One run of the program that is expected to end by itself."""
    return subprocess.run(
        [keepline.binary(), *arguments], capture_output=True, text=True, timeout=60, cwd=cwd,
        env={**os.environ, **(environment or {})})


class Refusals(unittest.TestCase):
    """Each is one clear sentence on standard error, and nothing is touched."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="keepline-test-")
        self.data = os.path.join(self.folder.name, "data")
        self.addCleanup(self.folder.cleanup)

    def assert_refused(self, pattern, *arguments, environment=None):
        done = run("serve", *arguments, environment=environment)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, pattern)
        sentences = [line for line in done.stderr.splitlines() if " warning " not in line]
        self.assertEqual(len(sentences), 1, done.stderr)

    def test_a_taken_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", keepline.free_port()))
            taken.listen()
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            self.assert_refused(f"cannot listen on {address}: .*in use", "--listen", address, "--data", self.data)

    def test_an_address_that_is_none(self):
        self.assert_refused("nonsense", "--listen", "nonsense", "--data", self.data)

    def test_a_folder_that_is_a_file(self):
        with open(self.data, "w", encoding="utf-8"):
            pass
        self.assert_refused(re.escape(self.data), "--listen", "127.0.0.1:0", "--data", self.data)

    def test_a_folder_that_cannot_be_written(self):
        self.assert_refused("/proc/", "--listen", "127.0.0.1:0", "--data", "/proc/keepline")

    def test_a_folder_with_other_things_in_it(self):
        os.mkdir(self.data)
        with open(os.path.join(self.data, "letters.txt"), "w", encoding="utf-8"):
            pass
        for demo in ([], ["--demo"]):
            self.assert_refused(re.escape(self.data), "--listen", "127.0.0.1:0", "--data", self.data, *demo)
        self.assertEqual(os.listdir(self.data), ["letters.txt"])

    def test_a_second_server_on_one_folder(self):
        with keepline.Server() as server:
            self.assert_refused("in use", "--listen", "127.0.0.1:0", "--data", server.data)
            server.register()

    def test_settings_that_do_not_exist(self):
        config = os.path.join(self.folder.name, "keepline.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write('[server]\nname = "a"\ncolour = "b"\n')
        self.assert_refused("line 3: there is no setting server.colour", "--config", config, "--data", self.data)
        self.assertNotEqual(run("serve", "--colour", "b").returncode, 0)

    def test_warns_of_variables_that_are_no_settings(self):
        with keepline.Server(environment={"KEEPLINE_COLOUR": "b"}) as server:
            self.assertIn("KEEPLINE_COLOUR is no setting", server.last_words())

    def test_no_limits_on_an_address_that_others_reach(self):
        self.assert_refused("limits.off", "--listen", "0.0.0.0:0", "--data", self.data, "--limits-off")

    def test_acknowledging_early_outside_of_the_crash_test(self):
        self.assert_refused("acknowledge-early", "--acknowledge-early", "--data", self.data,
                            environment={"KEEPLINE_TEST": ""})

    def test_a_newer_schema(self):
        with keepline.Server(data=self.data):
            pass
        import sqlite3
        with sqlite3.connect(os.path.join(self.data, "keepline.db")) as db:
            db.execute("PRAGMA user_version = 999")
        db.close()
        self.assert_refused("newer", "--listen", "127.0.0.1:0", "--data", self.data)


class Demo(unittest.TestCase):
    def test_makes_two_friends_who_can_sign_in_and_the_classic_pages(self):
        with keepline.Server("--demo") as server:
            liger = server.sign_in("liger_zql", "12345")
            other = server.sign_in("indifferent", "12345")
            self.assertEqual(other.user["display_name"], "漠然")
            relations = liger.get("/api/v1/friends").json
            self.assertIn("indifferent", str(relations))
            self.assertIn("friends", str(relations))
            page = server.anonymous().get("/classic/")
            self.assertEqual(page.status, 200)
            shown = "\n".join(server.output)
            one, other = (server.url.replace("127.0.0.1", host) for host in ("localhost", "127.0.0.1"))
            for part in (one + "/?as=liger_zql", other + "/?as=indifferent", server.url + "/classic/", "漠然", "12345"):
                self.assertIn(part, shown)
            self.assertEqual(server.anonymous().get("/api/v1/server").json["demo"], True)

    def test_has_a_past_that_a_restart_does_not_tell_again(self):
        with keepline.Server("--demo") as server:
            for round_ in ("first", "second"):
                liger = server.sign_in("liger_zql", "12345").get("/api/v1/sync").json
                states = {r["user"]["name"]: r["state"] for r in liger["relations"]}
                self.assertEqual(states["sam"], "incoming", round_)
                self.assertEqual(sum(state == "friends" for state in states.values()), 5, round_)
                talks = {c["peer"]["name"]: c for c in liger["conversations"] if c["kind"] == "direct"}
                lobby = next(c for c in liger["conversations"] if c["kind"] == "room")
                self.assertEqual((lobby["title"], lobby["access"], lobby["member_count"], lobby["unread"]),
                                 ("Lobby", "open", 5, 0), round_)
                self.assertEqual(talks["mei"]["unread"], 2, round_)
                self.assertEqual(talks["indifferent"]["unread"], 0, round_)
                self.assertEqual(talks["indifferent"]["last_seq"], 17, round_)
                times = [m["at"] for m in server.sign_in("liger_zql", "12345").get(
                    f"/api/v1/conversations/{talks['indifferent']['id']}/messages").json["messages"]]
                self.assertEqual(times, sorted(times))
                self.assertGreater(len({at[:10] for at in times}), 1, "more than a day of it")
                server.restart()

    def test_echo_answers_once_even_after_a_restart(self):
        with keepline.Server("--demo") as server:
            liger = server.sign_in("liger_zql", "12345")
            talks = liger.get("/api/v1/conversations").json["conversations"]
            echo = next(c for c in talks if c.get("peer", {}).get("name") == "echo")

            def answers():
                page = liger.get(f"/api/v1/conversations/{echo['id']}/messages").json["messages"]
                return [m["text"] for m in page[echo["last_seq"]:] if m["sender"] == echo["peer"]["id"]]

            liger.send(echo["id"], "one")
            self.eventually(lambda: answers() == ["one"])
            liger.send(echo["id"], "two")
            server.restart()
            liger = server.sign_in("liger_zql", "12345")
            self.eventually(lambda: answers() == ["one", "two"])
            liger.send(echo["id"], "three")
            self.eventually(lambda: answers() == ["one", "two", "three"])

    def test_echo_takes_every_friend_request(self):
        with keepline.Server("--demo") as server:
            newcomer = server.register()
            echo = newcomer.get("/api/v1/users?q=echo").json["users"][0]
            newcomer.must(200, "PUT", f"/api/v1/friends/{echo['id']}")
            self.eventually(lambda: [r["state"] for r in newcomer.get("/api/v1/friends").json["relations"]] == ["friends"])

    def eventually(self, holds):
        """Waits for as long as it may take on a machine under load."""
        deadline = time.monotonic() + 30
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_sets_the_passwords_at_every_start(self):
        with keepline.Server("--demo") as server:
            liger = server.sign_in("liger_zql", "12345")
            changed = {"old_password": "12345", "new_password": "something else 1"}
            liger.must(204, "POST", "/api/v1/me/password", json=changed)
            server.restart()
            server.sign_in("liger_zql", "12345")

    def test_gives_random_passwords_where_others_reach_it(self):
        with keepline.Server("--demo", host="0.0.0.0", limits_off=False) as server:
            shown = "\n".join(server.output)
            passwords = re.findall(r"(?:liger_zql|indifferent)\s+password (\S+)", shown)
            self.assertEqual(len(passwords), 2, shown)
            self.assertNotIn("12345", shown)
            self.assertIn("▄▄▄▄▄", shown, "a QR code for phones")
            server.host = "127.0.0.1"
            server.sign_in("liger_zql", passwords[0])
            wrong = server.anonymous().post("/api/v1/login", json={"name": "liger_zql", "password": "12345"})
            self.assertEqual(wrong.status, 401)

    def test_the_classic_pages_bring_what_was_sent_before_the_first_visit(self):
        with keepline.Server("--demo") as server:
            liger = server.sign_in("liger_zql", "12345")
            other = server.sign_in("indifferent", "12345")
            liger.send(liger.open_direct(other), "before you ever came")
            form = "UserId=indifferent&PassWord=12345&Action="
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            classic = server.anonymous()
            for action in ("Online", "Keepline"):
                answer = classic.request("POST", "/comet_broadcast.asyn", body=form + action, headers=headers)
            self.assertEqual(answer.json["ResponseData"]["Content"], "before you ever came")

    def test_the_classic_pages_work_whatever_path_is_set(self):
        with keepline.Server("--demo", "--classic-path", "/comet") as server:
            for path in ("/comet", "/comet_broadcast.asyn"):
                answer = server.anonymous().request(
                    "POST", path, body="UserId=liger_zql&PassWord=12345&Action=Online",
                    headers={"Content-Type": "application/x-www-form-urlencoded"})
                self.assertEqual(answer.json["ResponseStatus"], 1)

    def test_keeps_its_folder_apart(self):
        with tempfile.TemporaryDirectory() as folder:
            demo, normal = os.path.join(folder, "demo"), os.path.join(folder, "normal")
            with keepline.Server("--demo", data=demo):
                pass
            with keepline.Server(data=normal):
                pass
            for flags, data in (([], demo), (["--demo"], normal)):
                done = run("serve", "--listen", "127.0.0.1:0", "--data", data, *flags)
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr, "demo")
            with keepline.Server("--demo", data=demo) as server:
                server.sign_in("liger_zql", "12345")

    def test_is_off_unless_asked_for(self):
        with keepline.Server() as server:
            anonymous = server.anonymous()
            self.assertEqual(anonymous.get("/classic/").status, 404)
            self.assertEqual(anonymous.request("POST", "/comet_broadcast.asyn", body=b"Action=Online").status, 404)


class Seed(unittest.TestCase):
    def test_fills_an_empty_folder_for_load_tests(self):
        with tempfile.TemporaryDirectory() as folder:
            data, out = os.path.join(folder, "data"), os.path.join(folder, "tokens")
            wish = ["seed", "--data", data, "--users", "5", "--room", "大厅 Hall", "--out", out, "--messages", "7"]
            done = run(*wish)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(out, encoding="utf-8") as file:
                lines = [line.rstrip("\n").split("\t") for line in file]
            self.assertEqual(len(lines), 5)
            with keepline.Server(data=data) as server:
                clients = [keepline.Client(server, token=token) for _, _, token in lines]
                for (user, name, _), client in zip(lines, clients):
                    me = client.get("/api/v1/me").json
                    self.assertEqual((str(me["id"]), me["name"]), (user, name))
                rooms = [c for c in clients[4].get("/api/v1/conversations").json["conversations"]]
                self.assertEqual([(c["kind"], c["title"], c["member_count"], c["last_seq"]) for c in rooms],
                                 [("room", "大厅 Hall", 5, 7)])
                kinds = [c["kind"] for c in clients[2].get("/api/v1/conversations").json["conversations"]]
                self.assertEqual(sorted(kinds), ["direct", "room"])
                cursor = clients[1].poll()["cursor"]
                clients[0].send(rooms[0]["id"], "hello room")
                events = clients[1].poll(cursor, wait=20)["events"]
                self.assertEqual([e["data"]["text"] for e in events if e["type"] == "message"], ["hello room"])
            self.assertRegex(done.stderr, r"7 messages in .* a second")
            again = run(*wish)
            self.assertNotEqual(again.returncode, 0)
            self.assertRegex(again.stderr, "not empty")

    def test_spreads_many_messages_over_conversations(self):
        with tempfile.TemporaryDirectory() as folder:
            data, out = os.path.join(folder, "data"), os.path.join(folder, "tokens")
            done = run("seed", "--data", data, "--users", "30", "--room", "Hall", "--out", out,
                       "--messages", "10000", "--conversations", "4")
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(out, encoding="utf-8") as file:
                tokens = [line.rstrip("\n").split("\t")[2] for line in file]
            with keepline.Server(data=data) as server:
                first, last = keepline.Client(server, token=tokens[0]), keepline.Client(server, token=tokens[-1])
                rooms = [c for c in first.get("/api/v1/conversations").json["conversations"] if c["kind"] == "room"]
                self.assertEqual([c["last_seq"] for c in rooms], [2500] * 4)
                self.assertEqual(sorted(c["member_count"] for c in rooms), [20, 20, 20, 30])
                page = first.get(f"/api/v1/conversations/{rooms[0]['id']}/messages?after=1000&limit=200").json["messages"]
                self.assertEqual([m["seq"] for m in page], list(range(1001, 1201)))
                self.assertEqual([m["at"] for m in page], sorted(m["at"] for m in page))
                size = sum(len(m["text"].encode()) for m in page) / len(page)
                self.assertTrue(45 < size < 65, size)
                self.assertEqual(len(last.get("/api/v1/rooms").json["rooms"]), 4)


class Stopping(unittest.TestCase):
    def test_releases_parked_polls_with_advice_and_answers_senders(self):
        server = keepline.Server()
        try:
            server.start()
            ana, ben = server.register(), server.register()
            chat = ana.open_direct(ben)
            cursor = ben.poll()["cursor"]
            answers = []
            poller = threading.Thread(
                target=lambda: answers.append(ben.again().poll(cursor, wait=25)))
            acknowledged, stop = [], threading.Event()

            def send():
                client = ana.again()
                try:
                    while not stop.is_set():
                        acknowledged.append(client.send(chat, f"message {len(acknowledged)}")["seq"])
                except Exception:  # noqa: BLE001 - the server ends under the sender: that is the point
                    pass

            sender = threading.Thread(target=send)
            sender.start()
            while len(acknowledged) < 20:
                time.sleep(0.01)
            stop.set()
            sender.join()
            # From here on there is nothing new: only the end can answer this poll.
            cursor = ben.get("/api/v1/sync").json["cursor"]
            before = connections_taken(server)
            poller.start()
            while connections_taken(server) <= before:
                time.sleep(0.01)
            began = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - began, STOP_PROMISED_SECONDS)
            poller.join(5)
            self.assertEqual(answers[0]["events"], [])
            self.assertEqual(len(answers[0]["advice"]["retry"]), 2)
            server.start()
            stored = ana.get(f"/api/v1/conversations/{chat}/messages?limit=200").json["messages"]
            self.assertLessEqual(set(acknowledged), {m["seq"] for m in stored})
        finally:
            server.remove()


def connections_taken(server):
    """Connections of the server whose bytes it has all read."""
    wanted = f":{server.port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return sum(1 for row in rows if row[1].endswith(wanted) and row[3] == "01" and row[4].endswith(":00000000"))


if __name__ == "__main__":
    keepline.main()
