#!/usr/bin/python3
"""What systemd does, done by hand: sockets that are open before the server is, and the words it says to its supervisor."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline  # noqa: E402

# The process must know its own number before it is the server.
LAUNCH = 'LISTEN_PID=$$; export LISTEN_PID; exec "$@"'


class Supervised:
    """One run of the server, with `sockets` as descriptors 3, 4, …"""

    def __init__(self, data, sockets, *flags, environment=None, notify=None):
        def hand_over():
            copies = [os.dup(each.fileno()) for each in sockets]
            while copies and min(copies) < 3 + len(copies):
                copies = [os.dup(each) for each in copies]
            for number, copy in enumerate(copies, 3):
                os.dup2(copy, number, inheritable=True)

        variables = {name: value for name, value in os.environ.items() if not name.startswith("KEEPLINE_")}
        variables["LISTEN_FDS"] = str(len(sockets))
        if notify:
            variables["NOTIFY_SOCKET"] = notify
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", LAUNCH, "sh", keepline.binary(), "serve", "--data", data, *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hand_over, close_fds=False,
            env={**variables, **(environment or {})})

    def first_line(self):
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.finish()

    def finish(self):
        """(exit status, standard error)"""
        _, words = self.process.communicate(timeout=keepline.STOP_SECONDS)
        return self.process.returncode, words


def listening(backlog=128, family=socket.AF_INET):
    made = socket.socket(family, socket.SOCK_STREAM)
    made.bind(("127.0.0.1", keepline.free_port()))
    if backlog:
        made.listen(backlog)
    return made


def ask(address):
    """The status of a request that may have to wait for the server."""
    with socket.create_connection(address, timeout=keepline.START_SECONDS) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while got := client.recv(4096):
            answer += got
    return answer.split(b"\r\n")[0].decode()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="keepline-test-")
        self.addCleanup(folder.cleanup)
        self.data = os.path.join(folder.name, "data")
        self.folder = folder.name


class Sockets(Case):
    def test_inherited_ones_are_served_instead_of_the_setting(self):
        with listening() as one, listening() as two:
            server = Supervised(self.data, [one, two], "--listen", "127.0.0.1:1")
            try:
                shown = [server.first_line(), server.first_line()]
                self.assertEqual(shown, ["listening on http://%s:%d" % each.getsockname() for each in (one, two)])
                for each in (one, two):
                    self.assertEqual(ask(each.getsockname()), "HTTP/1.1 200 OK")
            finally:
                status, _ = server.end()
            self.assertEqual(status, 0)

    def test_nobody_is_refused_while_the_server_restarts(self):
        with listening() as inherited:
            address = inherited.getsockname()
            answers, failures, stop = [], [], threading.Event()

            def keep_asking():
                while not stop.is_set():
                    try:
                        answers.append(ask(address))
                    except OSError as error:
                        failures.append(error)

            clients = [threading.Thread(target=keep_asking) for _ in range(4)]
            server = Supervised(self.data, [inherited])
            server.first_line()
            for client in clients:
                client.start()
            try:
                for _ in range(3):
                    seen = len(answers)
                    while len(answers) < seen + 8 and not failures:
                        stop.wait(0.01)
                    self.assertEqual(server.end()[0], 0)
                    server = Supervised(self.data, [inherited])
                    server.first_line()
            finally:
                stop.set()
                for client in clients:
                    client.join()
                server.end()
            self.assertEqual(failures, [])
            self.assertEqual(set(answers), {"HTTP/1.1 200 OK"})

    def test_what_does_not_listen_is_refused_in_one_sentence(self):
        unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with listening(backlog=0) as silent, unix, datagrams:
            for wrong, why in ((silent, "does not listen"), (unix, "no TCP"), (datagrams, "no stream")):
                status, words = Supervised(self.data, [wrong]).finish()
                self.assertEqual(status, 1)
                self.assertRegex(words, "^keepline: cannot listen on the inherited descriptor 3: it .*" + why)
                self.assertFalse(os.path.exists(self.data), "nothing was touched")
        status, words = Supervised(self.data, [], environment={"LISTEN_FDS": "3"}).finish()
        self.assertEqual(status, 1)
        self.assertIn("is not open", words)
        status, words = Supervised(self.data, [], environment={"LISTEN_FDS": "many"}).finish()
        self.assertEqual(status, 1)
        self.assertIn("LISTEN_FDS must be", words)

    def test_rules_about_loopback_hold_for_what_was_inherited(self):
        with socket.socket() as public:
            public.bind(("0.0.0.0", keepline.free_port()))
            public.listen()
            status, words = Supervised(self.data, [public], "--listen", "127.0.0.1:1", "--limits-off").finish()
        self.assertEqual(status, 1)
        self.assertIn("limits.off", words)

    def test_variables_for_another_process_mean_nothing(self):
        with keepline.Server(environment={"LISTEN_PID": "1", "LISTEN_FDS": "1"}) as server:
            self.assertEqual(server.anonymous().get("/healthz").status, 200)


class Words(Case):
    def test_says_when_it_is_ready_reloads_and_stops(self):
        for name in (os.path.join(self.folder, "notify"), "\0keepline-test-%d" % os.getpid()):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor, listening() as inherited:
                supervisor.bind(name)
                supervisor.settimeout(keepline.START_SECONDS)
                server = Supervised(self.data, [inherited], notify=name.replace("\0", "@"))
                try:
                    self.assertEqual(supervisor.recv(4096), b"READY=1")
                    self.assertEqual(ask(inherited.getsockname()), "HTTP/1.1 200 OK")
                    server.process.send_signal(signal.SIGHUP)
                    self.assertRegex(supervisor.recv(4096), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
                    self.assertEqual(supervisor.recv(4096), b"READY=1")
                finally:
                    status, _ = server.end()
                self.assertEqual(supervisor.recv(4096), b"STOPPING=1")
                self.assertEqual(status, 0)

    def test_goes_on_where_nobody_listens_to_it(self):
        with keepline.Server(environment={"NOTIFY_SOCKET": "/nowhere/notify"}) as server:
            self.assertEqual(server.anonymous().get("/healthz").status, 200)


if __name__ == "__main__":
    keepline.main()
