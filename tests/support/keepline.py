"""A real Keepline server on a temporary data folder, and the people who use it: for every suite that tests the binary.

    with Server() as server:
        liger = server.register()
        print(liger.get("/api/v1/me").json["name"])

A suite is run as `some_test.py BINARY [unittest arguments]`, or with KEEPLINE_BINARY in the environment.
"""

import http.client
import itertools
import json as json_module
import os
import queue
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

START_SECONDS = 60  # generous: machines that run many suites at once are slow
STOP_SECONDS = 30
ANSWER_SECONDS = 60

# Below the kernel's ephemeral range (32768 and up), so that no outgoing connection can take a port between our look and
# the server's bind.
FIRST_PORT, LAST_PORT = 10_240, 32_000

PASSWORD = "correct horse battery"

_names = itertools.count(1)


def binary():
    """The program under test."""
    path = os.environ.get("KEEPLINE_BINARY")
    if not path:
        sys.exit("name the binary: as the first argument, or in KEEPLINE_BINARY")
    return path


def free_port(host="127.0.0.1"):
    """A port that nobody listens on now."""
    while True:
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except OSError:
                continue


class Answer:
    """An HTTP answer, read whole. `headers` has lower-case names; repeated ones are in `all_headers`."""

    def __init__(self, response):
        self.status = response.status
        self.all_headers = [(name.lower(), value) for name, value in response.getheaders()]
        self.headers = dict(self.all_headers)
        self.body = response.read()

    @property
    def content_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip()

    @property
    def json(self):
        return json_module.loads(self.body.decode("utf-8"))

    @property
    def code(self):
        """The stable code of a problem, or None."""
        return self.json.get("code") if self.content_type == "application/problem+json" else None

    def __repr__(self):
        return f"<{self.status} {self.body[:200]!r}>"


class Client:
    """Somebody with a connection of their own. Anonymous without a token or cookie. Not for two threads at once."""

    def __init__(self, server, token=None, cookie=None, user=None):
        self.server = server
        self.token = token
        self.cookie = cookie
        self.user = user  # as the server showed it at sign-in
        self._connection = None

    @property
    def id(self):
        return self.user["id"]

    def request(self, method, path, body=None, json=None, headers=None):
        """Sends one request. `json` is encoded; `body` goes as it is. A header of None is left out."""
        sent = {}
        if json is not None:
            body = json_module.dumps(json).encode()
            sent["Content-Type"] = "application/json"
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if self.cookie:
            sent["Cookie"] = "keepline=" + self.cookie
            if method not in ("GET", "HEAD"):
                sent["Origin"] = self.server.url
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        # An idle connection may have been closed by the server; then a new one is right, once.
        for last in (self._connection is None, True):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(*self.server.address, timeout=ANSWER_SECONDS)
            try:
                self._connection.request(method, path, body=body, headers=sent)
                response = self._connection.getresponse()
                answer = Answer(response)
                if response.will_close:
                    self.close()
                return answer
            except (ConnectionError, http.client.BadStatusLine):
                self.close()
                if last:
                    raise

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, json=None, **more):
        return self.request("POST", path, json=json, **more)

    def put(self, path, json=None, **more):
        return self.request("PUT", path, json=json, **more)

    def patch(self, path, json=None, **more):
        return self.request("PATCH", path, json=json, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def must(self, status, method, path, **more):
        """As request(), for steps on the way: another status is an error of the test."""
        answer = self.request(method, path, **more)
        if answer.status != status:
            raise AssertionError(f"{method} {path}: wanted {status}, got {answer!r}")
        return answer

    def again(self):
        """The same person on another connection, for another thread."""
        return Client(self.server, self.token, self.cookie, self.user)

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self):
        self.close()

    # What many suites do on their way.

    def befriend(self, other):
        self.must(200, "PUT", f"/api/v1/friends/{other.id}")
        other.must(200, "PUT", f"/api/v1/friends/{self.id}")

    def open_direct(self, other):
        return self.must(200, "PUT", f"/api/v1/users/{other.id}/conversation").json["id"]

    def send(self, conversation, text, nonce=None):
        wish = {"nonce": nonce or secrets.token_hex(16), "text": text}
        answer = self.post(f"/api/v1/conversations/{conversation}/messages", json=wish)
        if answer.status not in (200, 201):
            raise AssertionError(f"not sent: {answer!r}")
        return answer.json

    def poll(self, cursor=None, wait=0, client="test"):
        query = f"wait={wait}&client={client}" + (f"&cursor={cursor}" if cursor else "")
        return self.must(200, "GET", "/api/v1/events?" + query).json


class Server:
    """`keepline serve` as a child process. Its standard error is kept in `log_path`.

    `data` is a folder that outlives the server (for a restart); without one it makes a temporary folder and removes it.
    """

    def __init__(self, *flags, data=None, port=None, host="127.0.0.1", environment=None, limits_off=True):
        self.host = host
        self.port = port or free_port(host)
        self.flags = list(flags) + (["--limits-off"] if limits_off else [])
        # KEEPLINE_* are the server's settings; a test says which it wants.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KEEPLINE_")}
        self.environment = {**inherited, **(environment or {})}
        self._own_folder = None
        if data is None:
            self._own_folder = tempfile.mkdtemp(prefix="keepline-test-")
            data = os.path.join(self._own_folder, "data")
        self.data = data
        self.process = None
        self.output = []  # the lines of standard output so far

    @property
    def address(self):
        return self.host, self.port

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    @property
    def log_path(self):
        return self.data.rstrip("/") + ".log"

    def start(self):
        """Returns when the server listens. Raises with its last words where it ends instead."""
        command = [binary(), "serve", "--listen", f"{self.host}:{self.port}", "--data", self.data, *self.flags]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment)
        lines = queue.Queue()  # of this run alone: the last one's end must not be taken for this one's
        reader = threading.Thread(target=self._read_output, args=(self.process.stdout, lines), daemon=True)
        reader.start()
        while True:
            try:
                line = lines.get(timeout=START_SECONDS)
            except queue.Empty:
                self.kill()
                raise AssertionError(f"not listening after {START_SECONDS} s: {self.last_words()}") from None
            if line is None:
                self.process.wait(STOP_SECONDS)
                raise AssertionError(f"ended with {self.process.returncode}: {self.last_words()}")
            if line.startswith("listening on "):
                return self

    def _read_output(self, stream, lines):
        for line in stream:
            self.output.append(line.rstrip("\n"))
            lines.put(line)
        stream.close()
        lines.put(None)

    def last_words(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as log:
                return log.read()[-2000:]
        except OSError:
            return ""

    def stop(self):
        """SIGTERM, and the exit status. A server that does not end is killed, and that is an error."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"still there {STOP_SECONDS} s after SIGTERM: {self.last_words()}") from None

    def kill(self):
        """SIGKILL: a crash, as far as the data can tell."""
        if self.process is not None:
            process, self.process = self.process, None
            process.kill()
            process.wait()

    def restart(self):
        self.stop()
        return self.start()

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(self, kind, value, trace):
        try:
            status = self.stop()
            if status and kind is None:
                raise AssertionError(f"ended with {status}: {self.last_words()}")
        finally:
            if kind is not None:
                sys.stderr.write(self.last_words())
            self.remove()

    def remove(self):
        self.kill()
        if self._own_folder:
            shutil.rmtree(self._own_folder, ignore_errors=True)
            self._own_folder = None

    # People.

    def anonymous(self):
        return Client(self)

    def register(self, name=None, password=PASSWORD, **fields):
        """A new user who comes with a bearer token."""
        self.make_account(name := name or f"user{next(_names)}", password, **fields)
        return self.sign_in(name, password)

    def make_account(self, name, password=PASSWORD, **fields):
        """A new user's browser: it has the session's cookie."""
        client = Client(self)
        answer = client.must(201, "POST", "/api/v1/register", json={"name": name, "password": password, **fields})
        client.close()
        return Client(self, cookie=cookie_of(answer), user=answer.json["user"])

    def sign_in(self, name, password=PASSWORD, bearer=True):
        client = Client(self)
        wish = {"name": name, "password": password, "bearer": bearer}
        answer = client.must(200, "POST", "/api/v1/login", json=wish)
        client.close()
        if bearer:
            return Client(self, token=answer.json["token"], user=answer.json["user"])
        return Client(self, cookie=cookie_of(answer), user=answer.json["user"])


def cookie_of(answer):
    """The session in an answer's Set-Cookie; "" where the cookie is cleared, None where there is none."""
    for name, value in answer.all_headers:
        if name == "set-cookie" and value.startswith("keepline="):
            return value.split(";")[0].split("=", 1)[1]
    return None


def main():
    """Runs the suite that calls it."""
    if len(sys.argv) > 1 and os.path.sep in sys.argv[1]:
        os.environ["KEEPLINE_BINARY"] = os.path.abspath(sys.argv.pop(1))
    binary()
    unittest.main(module="__main__", verbosity=2)
