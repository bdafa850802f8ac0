#!/usr/bin/python3
"""What the machine may run out of: descriptors, and the database's own lock. The rest goes on, and it heals by itself."""

import multiprocessing
import os
import resource
import socket
import sqlite3
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd  # noqa: E402
import keepline  # noqa: E402
from streams import EventStream  # noqa: E402


def cpu_ticks(process):
    with open(f"/proc/{process}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def spin(stop):
    while not stop.is_set():
        for _ in range(100_000):
            pass


class Descriptors(unittest.TestCase):
    def test_that_run_out_harm_nobody_who_is_in_and_the_server_does_not_spin(self):
        with keepline.Server("--shards", "2") as server:
            ana, ben = server.register(), server.register()
            chat = ana.open_direct(ben)
            cursor = ben.get("/api/v1/sync").json["cursor"]
            ana.get("/api/v1/me")  # has a connection that stays
            stream = EventStream(ben, cursor)
            stream.next()
            used = len(os.listdir(f"/proc/{server.process.pid}/fd"))
            old = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 20, old[1]))
            # Far more than there are places for; they come, and say nothing.
            outside = []
            for _ in range(200):
                line = socket.socket()
                line.setblocking(False)
                line.connect_ex(server.address)
                outside.append(line)
            for number in range(5):
                ana.send(chat, f"{number}")
            heard = []
            while len(heard) < 5:
                heard += crowd.texts([stream.next()])
            self.assertEqual(heard, [f"{number}" for number in range(5)])
            # Beside somebody who does spin: on a machine that is busy both get less.
            stop = multiprocessing.Event()
            reference = multiprocessing.Process(target=spin, args=(stop,))
            reference.start()
            begun, spun = cpu_ticks(server.process.pid), cpu_ticks(reference.pid)
            while cpu_ticks(reference.pid) < spun + 50:
                threading.Event().wait(0.05)
            took = cpu_ticks(server.process.pid) - begun
            stop.set()
            reference.join()
            self.assertLess(took, 25, "of 50 ticks of a busy loop")
            for line in outside:
                line.close()
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, old)
            with open(server.log_path, encoding="utf-8") as log:
                self.assertIn("no place for another connection", log.read())
            # Newcomers are served again.
            for _ in range(40):
                self.assertEqual(server.anonymous().get("/healthz").status, 200)
            stream.cut()


class Locked(unittest.TestCase):
    def test_a_database_that_another_holds_refuses_sends_and_goes_on_by_itself(self):
        with keepline.Server("--shards", "2") as server:
            ana, ben = server.register(), server.register()
            chat = ana.open_direct(ben)
            cursor = ben.get("/api/v1/sync").json["cursor"]
            ana.send(chat, "before")
            stream = EventStream(ben, cursor)
            heard = crowd.texts([stream.next()])
            files = [name for name in os.listdir(server.data) if name.endswith(".db")]
            self.assertEqual(len(files), 1, files)
            thief = sqlite3.connect(os.path.join(server.data, files[0]), isolation_level=None)
            thief.execute("BEGIN IMMEDIATE")
            refused = ana.post(f"/api/v1/conversations/{chat}/messages", json={"nonce": "held", "text": "held"})
            self.assertEqual(refused.status, 503, refused)
            self.assertGreater(int(refused.headers["retry-after"]), 0)
            # Reading goes on, and so do those who wait.
            page = ben.get(f"/api/v1/conversations/{chat}/messages?limit=50").json["messages"]
            self.assertEqual([message["text"] for message in page], ["before"])
            self.assertEqual(ben.get("/api/v1/sync").status, 200)
            ana.must(204, "PUT", f"/api/v1/conversations/{chat}/typing")
            while not (batch := stream.next())["signals"]:
                heard += crowd.texts([batch])
            thief.execute("ROLLBACK")
            thief.close()
            again = ana.post(f"/api/v1/conversations/{chat}/messages", json={"nonce": "held", "text": "held"})
            self.assertEqual(again.status, 201, again)
            self.assertEqual(again.json["seq"], 2, "what was refused left no gap")
            while len(heard) < 2:
                heard += crowd.texts([stream.next()])
            self.assertEqual(heard, ["before", "held"])
            stream.cut()


if __name__ == "__main__":
    keepline.main()
