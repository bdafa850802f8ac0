"""A server with many people on it, made by `keepline seed`: all in one room, the odd ones without a friend among them."""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline  # noqa: E402


class Crowd:
    """`everybody` has a client of each; `people` every second one, of whom no two are friends, so that none of them hears
    of another's presence."""

    def __init__(self, users, *flags, messages=0):
        self.folder = tempfile.mkdtemp(prefix="keepline-crowd-")
        data, out = os.path.join(self.folder, "data"), os.path.join(self.folder, "people")
        try:
            subprocess.run([keepline.binary(), "seed", "--data", data, "--users", str(users), "--room", "Everybody", "--out", out,
                            "--messages", str(messages)], check=True, stdout=subprocess.DEVNULL)
            self.server = keepline.Server(*flags, data=data)
            with open(out, encoding="utf-8") as lines:
                rows = [line.rstrip("\n").split("\t") for line in lines]
            self.everybody = [keepline.Client(self.server, token=token, user={"id": int(user), "name": name})
                              for user, name, token in rows]
            self.people = self.everybody[::2]
            self.server.start()
            rooms = self.everybody[0].get("/api/v1/conversations").json["conversations"]
            self.room = next(room["id"] for room in rooms if room["kind"] == "room")
        except BaseException:
            self.remove()
            raise

    def cursor(self):
        return self.everybody[0].get("/api/v1/sync").json["cursor"]

    def history(self):
        """All that was said in the room, page by page."""
        found, after = [], 0
        while not found or found[-1]["seq"] > after:
            after = found[-1]["seq"] if found else 0
            path = f"/api/v1/conversations/{self.room}/messages?limit=200&after={after}"
            found += self.everybody[0].must(200, "GET", path).json["messages"]
        return [message["text"] for message in found]

    def say(self, text, nonce=None):
        return self.everybody[1].send(self.room, text, nonce)

    def remove(self):
        if hasattr(self, "server"):
            self.server.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


def texts(batches):
    return [e["data"]["text"] for batch in batches for e in batch.get("events", []) if e["type"] == "message"]


def event_of(cursor):
    """The log id in a cursor: what a client has no business with, and a test has."""
    return int(cursor.split(".")[2])


def follow(client, cursor, upto):
    """The batches that bring `client` from `cursor` to the event `upto`, which its shard may not have heard of yet."""
    batches = []
    while not batches or batches[-1]["more"] or event_of(cursor) < upto:
        batches.append(client.poll(cursor, wait=0 if not batches else 5))
        if "reset" in batches[-1]:
            raise AssertionError(f"told to begin anew: {batches[-1]}")
        cursor = batches[-1]["cursor"]
    return batches
