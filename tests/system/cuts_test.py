#!/usr/bin/python3
"""Connections that are cut at every single byte of what the server says: whoever comes back has everything, once."""

import json
import os
import socket
import struct
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd  # noqa: E402
import keepline  # noqa: E402
from streams import PATIENCE, request  # noqa: E402

SAID = ["one, 一", "two, 二", "three, 三"]


def connect(client, asked):
    line = socket.create_connection(client.server.address, timeout=PATIENCE)
    line.sendall(asked)
    return line


def take(line, count):
    """Exactly so many bytes."""
    got = b""
    while len(got) < count:
        more = line.recv(count - len(got))
        if not more:
            raise AssertionError(f"ended after {len(got)} of {count} bytes: {got[-200:]!r}")
        got += more
    return got


def take_until(line, mark):
    got = b""
    while mark not in got:
        more = line.recv(65536)
        if not more:
            raise AssertionError(f"ended before {mark!r}: {got!r}")
        got += more
    return got


def see(line, mark):
    """Returns once `mark` has arrived, and leaves it where it is."""
    while mark not in line.recv(65536, socket.MSG_PEEK):
        time.sleep(0.001)


def whole_answers(got):
    """The batch of an answer, if all of it is there."""
    head, blank, body = got.partition(b"\r\n\r\n")
    if not blank:
        return []
    size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return [json.loads(body)] if len(body) == size else []


def whole_blocks(got):
    """The batches of an event stream, as far as their blocks are there, whatever became of the chunks."""
    _, _, body = got.partition(b"\r\n\r\n")
    text = b""
    while b"\r\n" in body:
        size, _, rest = body.partition(b"\r\n")
        text += rest[:int(size, 16)]
        body = rest[int(size, 16) + 2:]
    blocks = text.split(b"\n\n")[:-1]
    lines = [line for block in blocks for line in block.split(b"\n") if line.startswith(b"data: ")]
    return [json.loads(line[6:]) for line in lines]


def whole_frames(got):
    """The batches of a WebSocket, as far as their frames are there."""
    _, _, body = got.partition(b"\r\n\r\n")
    batches = []
    while len(body) >= 4:
        size, begin = body[1], 2
        if size == 126:
            size, begin = struct.unpack(">H", body[2:4])[0], 4
        if len(body) < begin + size:
            break
        batches.append(json.loads(body[begin:begin + size]))
        body = body[begin + size:]
    return batches


class Cuts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.crowd = crowd.Crowd(3_600, "--shards", "2")
        cls.addClassCleanup(cls.crowd.remove)

    def cut_everywhere(self, headers, wait, said, whole):
        """Each client is cut one byte further than the one before it, and goes on from the last whole batch that it has."""
        cursor = self.crowd.cursor()
        witness, *people = self.crowd.people
        ask = [request(client, cursor, wait, headers) for client in (witness, *people)]
        line = connect(witness, ask[0])
        lines = [connect(client, asked) for client, asked in zip(people, ask[1:])]
        seen = b""
        if len(said) > 1:
            seen = take_until(line, b'"hello"')
            for each in lines:
                see(each, b'"hello"')
        for text in said:
            last = self.crowd.say(text)["id"]
            seen += take_until(line, text.encode())
            for each in lines:
                see(each, text.encode())  # or two might come in one batch
        while crowd.texts(whole(seen)) != said:
            seen += take(line, 1)
        line.close()
        self.assertLess(len(seen), len(people), "there are clients enough for every byte")
        met = set()
        for count, (client, line) in enumerate(zip(people, lines)):
            if count < len(seen):
                had = whole(take(line, count))
            line.close()
            if count >= len(seen):
                continue
            met.add(len(had))
            at = had[-1]["cursor"] if had else cursor
            # A cursor is everybody's: to come back as oneself each time would only take longer.
            rest = crowd.follow(client if count % 10 == 0 else witness, at, last)
            self.assertEqual(crowd.texts(had) + crowd.texts(rest), said, f"cut after {count} bytes")
            client.close()
        return met

    def test_of_an_answer_to_a_poll(self):
        self.assertEqual(self.cut_everywhere({}, 25, SAID[:1], whole_answers), {0})

    def test_of_an_event_stream(self):
        met = self.cut_everywhere({"Accept": "text/event-stream"}, 25, SAID, whole_blocks)
        self.assertEqual(met, {0, 1, 2, 3})

    def test_of_a_websocket(self):
        headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        met = self.cut_everywhere(headers, 25, SAID, whole_frames)
        self.assertEqual(met, {0, 1, 2, 3})


if __name__ == "__main__":
    keepline.main()
