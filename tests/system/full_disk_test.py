"""A disk that is full: sends are refused with a clear answer, all else goes on, and it heals without a restart.

Runs in a mount namespace of its own, where it may mount a small tmpfs without touching the machine.
"""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import keepline  # noqa: E402

DISK_MEGABYTES = 8
TEXT = "x" * 15_000


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="keepline-disk-")
        size = f"size={DISK_MEGABYTES}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", self.folder], check=True)
        self.addCleanup(lambda: (subprocess.run(["umount", "-l", self.folder], check=True), os.rmdir(self.folder)))

    def fill(self, name, leave=0):
        """Takes all of the disk but `leave` bytes."""
        with open(os.path.join(self.folder, name), "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * 65_536)
            except OSError:
                pass
            ballast.truncate(max(0, ballast.tell() - leave))

    def test_refuses_sends_goes_on_reading_and_recovers(self):
        log_folder = tempfile.TemporaryDirectory()
        self.addCleanup(log_folder.cleanup)
        server = keepline.Server(data=os.path.join(self.folder, "data"))
        type(server).log_path = property(lambda _: os.path.join(log_folder.name, "log"))
        with server:
            ana, ben = server.register(), server.register()
            chat = ana.open_direct(ben)
            cursor = ben.poll()["cursor"]
            stored = [ana.send(chat, "before")["seq"]]

            self.fill("ballast", leave=200_000)
            refused = None
            for number in range(400):
                answer = ana.post(f"/api/v1/conversations/{chat}/messages",
                                  json={"nonce": f"full-{number}", "text": TEXT})
                if answer.status != 201:
                    refused = answer
                    break
                stored.append(answer.json["seq"])
            self.assertIsNotNone(refused, "the disk never filled")
            self.assertEqual((refused.status, refused.code), (503, "storage_full"))
            self.assertGreater(int(refused.headers["retry-after"]), 0)

            # Reading and streams go on, and show exactly what was acknowledged.
            page = ben.get(f"/api/v1/conversations/{chat}/messages?limit=200").json["messages"]
            self.assertEqual([m["seq"] for m in page], stored[-200:])
            seen = []
            while len(seen) < len(stored):
                batch = ben.poll(cursor, wait=20)
                news = [e["seq"] for e in batch["events"] if e["type"] == "message"]
                self.assertTrue(news or batch["cursor"] != cursor, f"only {seen} arrived")
                cursor = batch["cursor"]
                seen += news
            self.assertEqual(seen, stored)
            self.assertEqual(ana.get("/api/v1/sync").status, 200)

            os.remove(os.path.join(self.folder, "ballast"))
            repeated = ana.post(f"/api/v1/conversations/{chat}/messages",
                                json={"nonce": f"full-{len(stored) - 1}", "text": TEXT})
            self.assertEqual(repeated.status, 201, repeated)
            self.assertEqual(repeated.json["seq"], stored[-1] + 1, "the refused send left a gap")
            batch = ben.poll(cursor, wait=20)
            self.assertEqual([e["seq"] for e in batch["events"]], [stored[-1] + 1])


def in_own_namespace():
    """Runs this again where mounting is allowed, for whoever calls it."""
    os.environ["KEEPLINE_OWN_MOUNTS"] = "1"
    flags = ["--mount", "--propagation", "private"]
    if os.geteuid() != 0:
        flags += ["--user", "--map-root-user"]
    os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv])


if __name__ == "__main__":
    if "KEEPLINE_OWN_MOUNTS" not in os.environ:
        in_own_namespace()
    del os.environ["KEEPLINE_OWN_MOUNTS"]
    keepline.main()
