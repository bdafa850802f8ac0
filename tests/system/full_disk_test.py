#!/usr/bin/python3
"""A full disk: sends are refused and nothing of them is stored, reading and streams go on, and room heals it.

The server gets a file system of a few megabytes for its data, in a mount namespace of its own; the test fills it and makes
room again through /proc. Where the machine allows no such namespace, the test is skipped and says so.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline

SIZE = "8m"
NAMESPACE = ["unshare", "--mount", "--map-root-user"]
MOUNT = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'


class FullDisk(unittest.TestCase):
    def setUp(self):
        allowed = subprocess.run(NAMESPACE + ["sh", "-c", "mount -t tmpfs tmpfs /mnt"], stderr=subprocess.PIPE)
        if allowed.returncode != 0:
            self.skipTest("no mount namespaces here: " + allowed.stderr.decode().strip())
        folder = tempfile.TemporaryDirectory(prefix="keepline-test-")
        self.addCleanup(folder.cleanup)
        self.mount = os.path.join(folder.name, "disk")
        os.mkdir(self.mount)
        self.server = keepline.Server(
            data=os.path.join(self.mount, "data"), wrapper=NAMESPACE + ["sh", "-c", MOUNT, SIZE, self.mount])
        self.addCleanup(self.server.remove)
        self.server.start()

    def inside(self, name):
        """A file of the server's small disk, from outside its namespace."""
        return f"/proc/{self.server.process.pid}/root{self.mount}/{name}"

    def fill(self):
        with open(self.inside("filler"), "wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096):
                    pass
            except OSError:
                pass

    def test_sends_stop_and_everything_else_goes_on(self):
        a, b = self.server.register(), self.server.register()
        conversation = a.open_direct(b)
        messages = f"/api/v1/conversations/{conversation}/messages"
        stored = [a.send(conversation, f"before {i}")["id"] for i in range(5)]
        cursor = b.poll()["cursor"]

        self.fill()
        refused, kept = [], []
        while len(refused) < 20:
            nonce, text = secrets.token_hex(8), "x" * 4000
            answer = a.post(messages, json={"nonce": nonce, "text": text})
            if answer.status == 201:
                kept.append(answer.json["id"])  # there is always some room left in the files themselves
                continue
            self.assertEqual((answer.status, answer.code), (503, "storage_full"), answer)
            self.assertGreater(int(answer.headers["retry-after"]), 0)
            refused.append((nonce, text))

        # Reading and streams go on.
        self.assertEqual(a.get("/api/v1/me").status, 200)
        page = b.must(200, "GET", messages + "?limit=200").json["messages"]
        self.assertEqual([message["id"] for message in page], stored + kept, "what was refused is not there")
        batch = b.poll(cursor)
        self.assertEqual([event["id"] for event in batch["events"]], kept)
        parked = []
        waiting = threading.Thread(target=lambda: parked.append(b.again().poll(batch["cursor"], wait=25)))
        waiting.start()

        # Room heals it, without a restart; the client's repeats are stored once.
        os.remove(self.inside("filler"))
        for nonce, text in refused * 2:
            answer = a.post(messages, json={"nonce": nonce, "text": text})
            self.assertIn(answer.status, (200, 201), answer)
            if answer.status == 201:
                kept.append(answer.json["id"])
        self.assertEqual(len(set(kept)), len(kept))
        waiting.join(60)
        self.assertTrue(parked[0]["events"], "the parked poll was told")
        page = b.must(200, "GET", messages + "?limit=200").json["messages"]
        self.assertEqual([message["id"] for message in page], stored + kept)
        self.assertEqual([message["seq"] for message in page], list(range(1, len(page) + 1)))
        self.assertEqual(self.server.stop(), 0)


if __name__ == "__main__":
    keepline.main()
