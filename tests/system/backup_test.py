"""Backups as an operator makes and needs them: while people write, killed at any moment, restored under their eyes."""

import hashlib
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import keepline  # noqa: E402
from streams import EventStream  # noqa: E402

SEED = int(os.environ.get("KEEPLINE_SEED", "0")) or random.randrange(1, 1 << 32)
KILLS = 12
MESSAGES = 60_000  # some MB: long enough that a kill falls between beginning and end


def run(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEEPLINE_")}
    return subprocess.run([keepline.binary(), *arguments], capture_output=True, text=True, timeout=120, env=environment)


def seeded(folder):
    data = os.path.join(folder, "seeded")
    done = run("seed", "--data", data, "--users", "4", "--room", "R", "--out", os.path.join(folder, "tokens"),
               "--messages", str(MESSAGES))
    assert done.returncode == 0, done.stderr
    with open(os.path.join(folder, "tokens"), encoding="utf-8") as file:
        return data, [line.split("\t")[2].strip() for line in file]


class Backups(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="keepline-test-")
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        self.archive = self.path("backup.tar")

    def path(self, name):
        return os.path.join(self.folder, name)

    def back_up(self, data, archive=None):
        done = run("backup", archive or self.archive, "--data", data)
        self.assertEqual(done.returncode, 0, done.stderr)

    def restore(self, data, archive=None):
        done = run("restore", archive or self.archive, "--data", data)
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_refused(self, pattern, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, 1, done)
        self.assertRegex(done.stderr, pattern)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def assert_nothing_but(self, names):
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))

    def test_while_people_write_it_holds_all_that_was_acknowledged_before(self):
        with keepline.Server(data=self.path("data")) as server:
            ana, ben = server.register(), server.register()
            ana.befriend(ben)
            chat = ana.open_direct(ben)
            acknowledged, stop = [], threading.Event()

            def write():
                while not stop.is_set():
                    acknowledged.append(ana.send(chat, "word " * 20)["seq"])

            writer = threading.Thread(target=write)
            writer.start()
            try:
                while len(acknowledged) < 100 and writer.is_alive():
                    time.sleep(0.01)
                self.assertTrue(writer.is_alive())
                before = len(acknowledged)
                self.back_up(server.data)
            finally:
                stop.set()
                writer.join()
            self.assertGreater(len(acknowledged), before)
        self.assertEqual(os.stat(self.archive).st_mode & 0o777, 0o600)
        self.restore(self.path("restored"))
        with keepline.Server(data=self.path("restored")) as server:
            ana.server = server
            ana.close()
            seqs, after = [], 0
            while True:
                page = ana.get(f"/api/v1/conversations/{chat}/messages?after={after}&limit=200").json["messages"]
                if not page:
                    break
                seqs += [message["seq"] for message in page]
                after = seqs[-1]
            self.assertEqual(seqs, list(range(1, len(seqs) + 1)))
            self.assertGreaterEqual(len(seqs), before)

    def test_can_be_opened_and_checked_without_keepline(self):
        data, _ = seeded(self.folder)
        self.back_up(data)
        with tarfile.open(self.archive) as archive:
            self.assertEqual(archive.getnames(), ["keepline.db", "about.txt", "SHA256SUMS"])
            sums = archive.extractfile("SHA256SUMS").read().decode()
            for line in sums.splitlines():
                digest, name = line.split("  ")
                self.assertEqual(hashlib.sha256(archive.extractfile(name).read()).hexdigest(), digest)
        self.assertEqual(run("verify", self.archive).returncode, 0)

    def test_restored_under_the_eyes_of_those_who_were_further(self):
        server = keepline.Server(data=self.path("data"))
        with server:
            ana, ben = server.register(), server.register()
            ana.befriend(ben)
            chat = ana.open_direct(ben)
            ana.send(chat, "yesterday")
            self.back_up(server.data)
            ana.send(chat, "today")
            cursor = ben.get("/api/v1/sync").json["cursor"]
            with_stream = EventStream(ben, cursor)
            server.stop()
            while with_stream.next() is not None:
                pass
            cursor = with_stream.cursor
            with_stream.cut()
            os.rename(server.data, self.path("lost"))
            self.restore(server.data)
            server.start()
            batch = ben.poll(cursor)
            self.assertEqual(batch["reset"], {"why": "epoch"}, batch)
            texts = [m["text"] for m in ben.get(f"/api/v1/conversations/{chat}/messages").json["messages"]]
            self.assertEqual(texts, ["yesterday"])
            # What comes now has numbers that nobody has seen.
            sync = ben.get("/api/v1/sync").json
            ana.send(chat, "tomorrow")
            events = ben.poll(sync["cursor"])["events"]
            self.assertIn("tomorrow", str(events))

    def test_a_killed_backup_leaves_none_and_the_next_one_is_whole(self):
        data, tokens = seeded(self.folder)
        chance = random.Random(SEED)
        with keepline.Server(data=data) as server:
            ana = keepline.Client(server, token=tokens[0])
            for _ in range(KILLS):
                process = subprocess.Popen([keepline.binary(), "backup", self.archive, "--data", data],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(chance.random() * 0.1)
                process.kill()
                process.wait()
                if os.path.exists(self.archive):
                    self.assertEqual(run("verify", self.archive).returncode, 0, f"seed {SEED}")
                    os.remove(self.archive)
                self.assertEqual(ana.get("/api/v1/me").status, 200)
            self.back_up(data)
        self.assertEqual(run("verify", self.archive).returncode, 0)
        self.assertFalse(os.path.exists(self.archive + ".unfinished"))

    def test_a_server_killed_meanwhile_leaves_none(self):
        data, _ = seeded(self.folder)
        chance = random.Random(SEED)
        server = keepline.Server(data=data)
        for _ in range(KILLS // 2):
            server.start()
            process = subprocess.Popen([keepline.binary(), "backup", self.archive, "--data", data],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            time.sleep(chance.random() * 0.1)
            server.kill()
            said = process.communicate(timeout=60)[1]
            # Killed before the question or during the answer; where it was over before, all is well.
            self.assertEqual(process.returncode == 0, os.path.exists(self.archive), f"seed {SEED}: {said}")
            if process.returncode == 0:
                self.assertEqual(run("verify", self.archive).returncode, 0)
                os.remove(self.archive)

    def test_a_killed_restore_serves_nobody_until_it_is_repeated(self):
        data, tokens = seeded(self.folder)
        self.back_up(data)
        chance = random.Random(SEED)
        target = self.path("target")
        cut_short = 0
        for _ in range(KILLS):
            process = subprocess.Popen([keepline.binary(), "restore", self.archive, "--data", target],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            begun = os.path.join(target, "restoring.db")
            while not os.path.exists(begun) and process.poll() is None:
                time.sleep(0.001)
            time.sleep(chance.random() * 0.03)
            process.kill()
            process.wait()
            left = set(os.listdir(target)) if os.path.exists(target) else set()
            if "keepline.db" in left:
                with keepline.Server(data=target) as server:
                    self.assertEqual(keepline.Client(server, token=tokens[0]).get("/api/v1/me").status, 200)
                for name in os.listdir(target):
                    os.remove(os.path.join(target, name))
            elif "restoring.db" in left:
                cut_short += 1
                self.assert_refused("cut short", "serve", "--listen", "127.0.0.1:0", "--data", target)
        print(f"{cut_short} of {KILLS} restores were cut short", file=sys.stderr)
        self.restore(target)

    def test_come_by_themselves_and_the_oldest_go(self):
        own = self.path("own")
        os.mkdir(own)
        for day in ("01", "02", "03"):
            with open(os.path.join(own, f"keepline-202501{day}T000000Z.tar"), "wb"):
                pass
        with open(os.path.join(own, "keepline-notes.tar"), "wb"):
            pass
        with keepline.Server("--backup-folder", own, "--backup-keep", "2", data=self.path("data")) as server:
            server.register()
            deadline = time.monotonic() + 60
            while len(os.listdir(own)) != 3 and time.monotonic() < deadline:
                time.sleep(0.05)
            found = sorted(os.listdir(own))
            self.assertEqual(len(found), 3, found)
            self.assertEqual(found[0], "keepline-20250103T000000Z.tar")
            self.assertEqual(found[2], "keepline-notes.tar")
            self.assertEqual(run("verify", os.path.join(own, found[1])).returncode, 0)
            server.restart()
            server.register()
            self.assertEqual(sorted(os.listdir(own)), found, "a restart is no reason for another")

    def test_refuses_what_would_lose_something(self):
        with keepline.Server(data=self.path("data")) as server:
            server.register()
            self.back_up(server.data)
            self.assert_refused("there already", "backup", self.archive, "--data", server.data)
            self.assert_refused("not empty", "restore", self.archive, "--data", server.data)
            self.assert_refused("no data folder", "backup", self.path("x.tar"), "--data", self.path("none"))
            with open(self.path("text"), "w", encoding="utf-8") as file:
                file.write("dear" * 1000)
            self.assert_refused("no whole backup", "verify", self.path("text"))
            self.assert_refused("no whole backup", "restore", self.path("text"), "--data", self.path("new"))
            self.assert_refused("cannot be opened", "verify", self.path("none"))
        self.assert_nothing_but(["backup.tar", "data", "data.log", "text"])


class ConfigCheck(unittest.TestCase):
    def test_prints_what_a_server_would_use_as_a_file_it_can_read(self):
        with tempfile.TemporaryDirectory(prefix="keepline-test-") as folder:
            config = os.path.join(folder, "keepline.toml")
            done = run("config", "check", "--name", 'A "b" \\ c', "--public-url", "https://chat.example.org",
                       "--data", os.path.join(folder, "data"))
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(config, "w", encoding="utf-8") as file:
                file.write(done.stdout)
            again = run("config", "check", "--config", config)
            self.assertEqual(again.stdout, done.stdout)
            self.assertIn('name = "A \\"b\\" \\\\ c"', again.stdout)
            self.assertFalse(os.path.exists(os.path.join(folder, "data")), "looking makes nothing")
            with open(config, "a", encoding="utf-8") as file:
                file.write("colour = 1\n")
            wrong = run("config", "check", "--config", config)
            self.assertEqual(wrong.returncode, 1)
            self.assertIn("there is no setting", wrong.stderr)


if __name__ == "__main__":
    print(f"seed {SEED}", file=sys.stderr)
    keepline.main()
