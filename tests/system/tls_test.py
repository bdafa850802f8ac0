#!/usr/bin/python3
"""HTTPS from end to end: the real binary with a certificate, and curl, browsers' own TLS library aside, as its client."""

import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline  # noqa: E402


class Certificate:
    """A certificate that signs itself, and its key, as files of a folder."""

    def __init__(self, folder, serial, days=2):
        self.file, self.key, request, more = (os.path.join(folder, f"{serial}.{part}")
                                              for part in ("pem", "key", "csr", "conf"))
        with open(more, "w", encoding="ascii") as file:
            file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        for command in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                         "-subj", "/CN=localhost", "-keyout", self.key, "-out", request],
                        ["x509", "-req", "-in", request, "-signkey", self.key, "-days", str(days),
                         "-set_serial", str(serial), "-extfile", more, "-out", self.file]):
            subprocess.run(["openssl", *command], check=True, capture_output=True)

    def copy_to(self, file, key):
        for source, target in ((self.file, file), (self.key, key)):
            with open(source, "rb") as read, open(target, "wb") as write:
                write.write(read.read())


def serial_at(server):
    """The serial number of the certificate that a new connection gets."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(server.address, timeout=30) as plain:
        with context.wrap_socket(plain) as secure:
            der = secure.getpeercert(binary_form=True)
    shown = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-serial"], input=der, check=True,
                           capture_output=True).stdout.decode()
    return int(shown.strip().split("=")[1], 16)


def eventually(holds, seconds=30):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="keepline-tls-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.one = Certificate(cls.folder.name, 1001)
        cls.two = Certificate(cls.folder.name, 1002)

    def setUp(self):
        self.file, self.key = (os.path.join(self.folder.name, name) for name in ("served.pem", "served.key"))
        self.one.copy_to(self.file, self.key)

    def serve(self, *flags, **more):
        return keepline.Server("--tls-cert", self.file, "--tls-key", self.key, *flags, **more)

    def curl(self, *arguments, status=0):
        done = subprocess.run(["curl", "-sS", "--max-time", "30", *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout


class Serving(Case):
    def test_serves_https_on_every_address_and_says_so(self):
        with self.serve() as server:
            shown = [line for line in server.output if line.startswith("listening on ")]
            self.assertEqual(shown, [f"listening on https://127.0.0.1:{server.port}"])
            for version in ("--tlsv1.2", "--tlsv1.3"):
                most = version.replace("--tlsv", "")
                said = self.curl(version, "--tls-max", most, "--cacert", self.one.file, "-i",
                                 f"https://localhost:{server.port}/healthz")
                self.assertIn("HTTP/1.1 200", said)
            self.assertIn("is valid until", server.last_words())

    def test_speaks_http_1_even_to_who_would_rather_have_2(self):
        with self.serve() as server:
            said = self.curl("--http2", "-k", "-o", "/dev/null", "-w", "%{http_version}",
                             f"https://127.0.0.1:{server.port}/healthz")
            self.assertEqual(said, "1.1")

    def test_tells_who_speaks_plain_http(self):
        with self.serve() as server:
            said = self.curl("-i", f"http://127.0.0.1:{server.port}/healthz")
            self.assertIn("HTTP/1.1 400", said)
            self.assertIn("https://", said)

    def test_marks_cookies_secure_and_knows_its_own_pages(self):
        with self.serve() as server:
            url = f"https://localhost:{server.port}"
            wish = json.dumps({"name": "ana", "password": keepline.PASSWORD})
            arguments = ["-k", "-i", "-H", "Content-Type: application/json", "-d", wish, url + "/api/v1/register"]
            said = self.curl("-H", f"Origin: {url}", *arguments)
            self.assertIn("HTTP/1.1 201", said)
            cookie = re.search(r"(?im)^set-cookie: (__Host-keepline=[^;]+);.*; secure", said)
            self.assertTrue(cookie, said)
            cookie = "Cookie: " + cookie[1]
            for origin, status in ((url.replace("https", "http"), 403), (url, 204)):
                said = self.curl("-k", "-i", "-X", "POST", "-H", f"Origin: {origin}", "-H", cookie, url + "/api/v1/logout")
                self.assertIn(f"HTTP/1.1 {status}", said)

    def test_brings_every_carrier(self):
        with self.serve() as server:
            url = f"https://127.0.0.1:{server.port}"

            def ask(path, wish=None, token=None, method=None):
                more = ["-H", f"Authorization: Bearer {token}"] if token else []
                more += ["-X", method] if method else []
                more += ["-H", "Content-Type: application/json", "-d", json.dumps(wish)] if wish is not None else []
                return json.loads(self.curl("-k", *more, url + path))

            tokens, users = [], []
            for name in ("ana", "ben"):
                ask("/api/v1/register", {"name": name, "password": keepline.PASSWORD})
                answer = ask("/api/v1/login", {"name": name, "password": keepline.PASSWORD, "bearer": True})
                tokens.append(answer["token"])
                users.append(answer["user"]["id"])
            chat = ask(f"/api/v1/users/{users[1]}/conversation", token=tokens[0], method="PUT")["id"]
            cursor = ask("/api/v1/sync", token=tokens[1])["cursor"]
            bearer = ["-H", f"Authorization: Bearer {tokens[1]}"]
            events = f"{url}/api/v1/events?client=c&cursor={cursor}"
            stream = subprocess.Popen(["curl", "-skN", *bearer, "-H", "Accept: text/event-stream", events],
                                      stdout=subprocess.PIPE, text=True)
            poll = subprocess.Popen(["curl", "-sk", *bearer, events + "&wait=25"], stdout=subprocess.PIPE, text=True)
            socket_ = self.open_websocket(server, tokens[1], cursor)
            try:
                ask(f"/api/v1/conversations/{chat}/messages", {"nonce": "n" * 16, "text": "within TLS"}, token=tokens[0])
                self.assertIn("within TLS", poll.communicate(timeout=60)[0])
                self.assertTrue(any("within TLS" in line for line in iter(stream.stdout.readline, "")))
                heard = b""
                while b"within TLS" not in heard:
                    got = socket_.recv(65536)
                    self.assertTrue(got, heard)
                    heard += got
            finally:
                stream.kill()
                stream.communicate()
                socket_.close()

    def open_websocket(self, server, token, cursor):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        made = context.wrap_socket(socket.create_connection(server.address, timeout=60))
        made.sendall((f"GET /api/v1/events?client=w&cursor={cursor} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                      f"Connection: Upgrade\r\nAuthorization: Bearer {token}\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
        self.assertIn(b"HTTP/1.1 101", made.recv(65536))
        return made

    def test_the_demo_names_https_addresses(self):
        with self.serve("--demo") as server:
            shown = "\n".join(server.output)
            self.assertIn(f"https://localhost:{server.port}/?as=", shown)
            self.assertNotIn("http://", shown)


class Refusals(Case):
    def assert_refused(self, pattern, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            data = os.path.join(folder, "data")
            done = subprocess.run([keepline.binary(), "serve", "--listen", "127.0.0.1:0", "--data", data, *arguments],
                                  capture_output=True, text=True, timeout=60, env={"PATH": os.environ["PATH"]})
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, pattern)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertFalse(os.path.exists(data), "nothing was touched")

    def test_one_without_the_other(self):
        self.assert_refused("need each other", "--tls-cert", self.file)
        self.assert_refused("need each other", "--tls-key", self.key)

    def test_files_that_cannot_be_used(self):
        self.assert_refused("cannot read /nowhere: No such file", "--tls-cert", "/nowhere", "--tls-key", self.key)
        self.assert_refused("does not belong", "--tls-cert", self.file, "--tls-key", self.two.key)
        self.assert_refused("holds no certificate", "--tls-cert", self.key, "--tls-key", self.key)

    def test_an_expired_certificate_is_a_warning(self):
        expired = Certificate(self.folder.name, 1003, days=-1)
        expired.copy_to(self.file, self.key)
        with self.serve() as server:
            self.assertIn("expired on", server.last_words())
            self.assertEqual(serial_at(server), 1003)


class Reloading(Case):
    def hang_up(self, server):
        server.process.send_signal(signal.SIGHUP)

    def test_takes_a_new_certificate_for_new_connections(self):
        with self.serve("--shards", "2") as server:
            context = ssl._create_unverified_context()
            before = http.client.HTTPSConnection(*server.address, timeout=30, context=context)
            before.request("GET", "/healthz")
            self.assertEqual(before.getresponse().read()[:0], b"")
            self.assertEqual(serial_at(server), 1001)
            self.two.copy_to(self.file, self.key)
            self.assertEqual(serial_at(server), 1001, "files are read at a signal, not before")
            self.hang_up(server)
            self.assertTrue(eventually(lambda: serial_at(server) == 1002 and serial_at(server) == 1002))
            # The one that was open goes on.
            before.request("GET", "/healthz")
            self.assertEqual(before.getresponse().status, 200)
            before.close()

    def test_keeps_the_old_one_where_the_new_cannot_be_used(self):
        with self.serve() as server:
            with open(self.two.key, encoding="ascii") as file:
                of_another = file.read()
            for content in ("", "nonsense\n", of_another):
                words = server.last_words().count("the certificate in use stays")
                with open(self.key, "w", encoding="ascii") as file:
                    file.write(content)
                self.hang_up(server)
                self.assertTrue(eventually(
                    lambda: server.last_words().count("the certificate in use stays") == words + 1))
                self.assertEqual(serial_at(server), 1001)
            self.two.copy_to(self.file, self.key)
            self.hang_up(server)
            self.assertTrue(eventually(lambda: serial_at(server) == 1002))

    def test_without_tls_a_signal_changes_nothing(self):
        with keepline.Server() as server:
            self.hang_up(server)
            self.assertTrue(eventually(lambda: "reload:" in server.last_words()))
            self.assertEqual(server.anonymous().get("/healthz").status, 200)


if __name__ == "__main__":
    keepline.main()
