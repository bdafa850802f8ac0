#!/usr/bin/python3
"""A thousand clients that read a byte a second, or nothing: they cost the server next to nothing, harm nobody, and resume
whole once it has closed them."""

import os
import select
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd  # noqa: E402
import keepline  # noqa: E402
from cuts_test import whole_blocks, whole_frames  # noqa: E402
from streams import EventStream, WebSocket, request  # noqa: E402

SLOW = 1_000
DRIPPING = 100
MESSAGES = 100
TEXT_BYTES = 15_000
# All that is said to one of them, times a thousand, would be 1.5 GB. What everybody has in common is said once.
GROWTH_MAX_KB = 64 * 1024
CLOSED_SECONDS = 180
PATIENCE_SECONDS = 35  # as the web client's

UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def private_kb(server):
    with open(f"/proc/{server.process.pid}/smaps_rollup", encoding="ascii") as rows:
        return sum(int(row.split()[1]) for row in rows if row.startswith("Private_Dirty"))


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


class SlowReader:
    """Asks for a stream and takes no more than it must."""

    def __init__(self, client, cursor, websocket):
        self.client, self.cursor = client, cursor
        self.whole = whole_frames if websocket else whole_blocks
        self.line = socket.socket()
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.line.settimeout(keepline.ANSWER_SECONDS)
        self.line.connect(client.server.address)
        headers = UPGRADE if websocket else {"Accept": "text/event-stream"}
        self.line.sendall(request(client, cursor, 25, headers))
        self.got = b""
        self.ended = False

    def take(self, count):
        """Takes up to so many bytes; notes the end."""
        try:
            more = self.line.recv(count)
        except TimeoutError:
            return
        except ConnectionError:
            more = b""
        self.got += more
        self.ended = not more

    def resumed(self, last):
        """Every text up to the event `last`, from before the end and after coming back."""
        had = self.whole(self.got)
        return crowd.texts(had + crowd.follow(self.client, had[-1]["cursor"] if had else self.cursor, last))


def take_the_rest(readers):
    """What each has in its own buffers, and the end. The server's kernel gives up on some without a word (TCP_USER_TIMEOUT):
    theirs is the end of their own patience."""
    left = {reader.line.fileno(): reader for reader in readers if not reader.ended}
    poll = select.poll()
    for descriptor in left:
        poll.register(descriptor, select.POLLIN)
    patience_ends = time.monotonic() + PATIENCE_SECONDS
    while left and time.monotonic() < patience_ends:
        for descriptor, _ in poll.poll(1000):
            left[descriptor].take(1 << 20)
            if left[descriptor].ended:
                poll.unregister(descriptor)
                del left[descriptor]
    for reader in readers:
        reader.line.close()


class SlowReaders(unittest.TestCase):
    def test_cost_nothing_harm_nobody_are_closed_and_resume_whole(self):
        with crowd.Crowd(2 * (SLOW + 10), "--shards", "2") as many:
            server, cursor = many.server, many.cursor()
            before = descriptors(server)
            slow = [SlowReader(client, cursor, n % 2 == 0) for n, client in enumerate(many.people[:SLOW])]
            for reader in slow:
                reader.take(1)  # it is served
            self.assertGreaterEqual(descriptors(server), before + SLOW)
            stop = threading.Event()

            def drip():
                while not stop.wait(1):
                    for reader in slow[:DRIPPING]:
                        if not reader.ended:
                            reader.take(1)

            dripping = threading.Thread(target=drip)
            dripping.start()
            try:
                quick = [EventStream(many.people[SLOW], cursor), WebSocket(many.people[SLOW + 1], cursor)]
                wanted, memory = [], private_kb(server)
                for number in range(MESSAGES):
                    wanted.append(f"{number} ".ljust(TEXT_BYTES, "x"))
                    last = many.say(wanted[-1])["id"]
                for stream in quick:
                    heard = []
                    while len(heard) < MESSAGES:
                        heard += crowd.texts([stream.next()])
                    self.assertEqual(heard, wanted, stream.name)
                self.assertLess(private_kb(server) - memory, GROWTH_MAX_KB)
                for stream in quick:
                    stream.cut()
                # Nobody takes anything worth the name: in the end the server lets go of each.
                waited = 0
                while descriptors(server) > before + 20 and waited < CLOSED_SECONDS:
                    waited += 1
                    stop.wait(1)
                self.assertLess(waited, CLOSED_SECONDS, "they are kept for ever")
            finally:
                stop.set()
                dripping.join()
            self.assertLess(private_kb(server) - memory, GROWTH_MAX_KB)
            take_the_rest(slow)
            for reader in slow[::20]:
                self.assertEqual(reader.resumed(last), wanted)
                reader.client.close()


if __name__ == "__main__":
    keepline.main()
