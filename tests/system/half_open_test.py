#!/usr/bin/python3
"""Clients that vanish without a word, as when a line is cut: no FIN, no RST, only silence. The server lets go of them by
itself, and they resume whole.

Runs in a network namespace of its own, where it may take the loopback device down without touching the machine.
"""

import fcntl
import os
import socket
import struct
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd  # noqa: E402
import keepline  # noqa: E402
from streams import CARRIERS, Wire, request  # noqa: E402

EACH = 10
GONE_SECONDS = 300
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def loopback(up):
    with socket.socket() as any_socket:
        wish = struct.pack("16sH14s", b"lo", 0, b"")
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, wish))
        flags = flags | IFF_UP if up else flags & ~IFF_UP
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags, b""))


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


class HalfOpen(unittest.TestCase):
    def test_connections_are_let_go_and_their_clients_resume_whole(self):
        loopback(True)
        with crowd.Crowd(8 * EACH, "--shards", "2") as many:
            server, cursor = many.server, many.cursor()
            for client in many.everybody:
                client.close()
            people = iter(many.people)
            time.sleep(1)  # for the connections of the preparation to be closed
            before = descriptors(server)
            streams = [carrier(next(people), cursor, wait=5) for carrier in CARRIERS for _ in range(EACH)]
            for stream in streams:
                stream.next()
            polls = []
            for _ in range(EACH):
                wire = Wire(server)
                wire.send(request(next(people), cursor, wait=2))
                polls.append(wire)
            while descriptors(server) < before + 3 * EACH:
                time.sleep(0.01)
            loopback(False)
            try:
                # Nothing comes through from now on, in either direction.
                for each in [stream.wire for stream in streams] + polls:
                    each.close()
                waited = 0
                while descriptors(server) > before and waited < GONE_SECONDS:
                    waited += 1
                    time.sleep(1)
            finally:
                loopback(True)
            self.assertLess(waited, GONE_SECONDS, f"{descriptors(server)} descriptors, and {before} before")
            last = many.say("anybody there?")["id"]
            for client in many.people[:3 * EACH:7]:
                self.assertEqual(crowd.texts(crowd.follow(client, cursor, last)), ["anybody there?"])


def in_own_namespace():
    """Runs this again where devices may be taken down."""
    os.environ["KEEPLINE_OWN_NETWORK"] = "1"
    flags = ["--net"]
    if os.geteuid() != 0:
        flags += ["--user", "--map-root-user"]
    os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv])


if __name__ == "__main__":
    if "KEEPLINE_OWN_NETWORK" not in os.environ:
        in_own_namespace()
    del os.environ["KEEPLINE_OWN_NETWORK"]
    keepline.main()
