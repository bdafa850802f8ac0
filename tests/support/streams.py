"""The carriers that stay, as raw as they get: an event stream and a WebSocket over a socket of one's own.

Both have next(), which gives one batch after another and None at the end, and cursor, where the client stands.
"""

import base64
import hashlib
import json
import os
import socket
import struct

PATIENCE = 60
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Refused(Exception):
    """The server answered something else than a stream."""

    def __init__(self, status, headers, body):
        super().__init__(f"{status} {body[:200]!r}")
        self.status, self.headers, self.body = status, headers, body

    @property
    def code(self):
        return json.loads(self.body)["code"]


class Wire:
    """A socket that is read by lines and counts."""

    def __init__(self, server, receive_buffer=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(server.address)
        self.left = b""

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        try:
            got = self.socket.recv(65536)
        except ConnectionResetError:
            got = b""
        self.left += got
        return bool(got)

    def until(self, mark):
        """Up to and with `mark`; all that is left where the end comes first."""
        while mark not in self.left:
            if not self._more():
                taken, self.left = self.left, b""
                return taken
        end = self.left.index(mark) + len(mark)
        taken, self.left = self.left[:end], self.left[end:]
        return taken

    def count(self, size):
        while len(self.left) < size and self._more():
            pass
        taken, self.left = self.left[:size], self.left[size:]
        return taken

    def rest(self):
        while self._more():
            pass
        taken, self.left = self.left, b""
        return taken

    def close(self):
        self.socket.close()


def request(client, cursor=None, wait=25, headers=None, version="1.1", path=None):
    """The bytes of a request for events. A header of None is left out."""
    query = f"wait={wait}" + ("" if cursor is None else f"&cursor={cursor}")
    sent = {"Host": f"{client.server.host}:{client.server.port}"}
    if client.token:
        sent["Authorization"] = "Bearer " + client.token
    if client.cookie:
        sent["Cookie"] = "keepline=" + client.cookie
    sent.update(headers or {})
    lines = [f"GET {path or '/api/v1/events?' + query} HTTP/{version}"]
    lines += [f"{name}: {value}" for name, value in sent.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class _Carrier:
    def __init__(self, client, asked, wanted, receive_buffer=None):
        self.wire = Wire(client.server, receive_buffer)
        self.wire.send(asked)
        head = self.wire.until(b"\r\n\r\n").decode()
        lines = head.split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {n.lower(): v for n, v in (line.split(": ", 1) for line in lines[1:] if line)}
        self.cursor = None
        if self.status != wanted or "content-length" in self.headers:
            body = self.wire.count(int(self.headers.get("content-length", 0)))
            self.wire.close()
            raise Refused(self.status, self.headers, body)

    def _at(self, batch):
        self.cursor = batch["cursor"]
        return batch

    def cut(self):
        """Goes away without a word."""
        self.wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.close()


class EventStream(_Carrier):
    """Blocks of text/event-stream; `blocks` has all that came, `clean` whether it ended as it should."""

    name = "event stream"

    def __init__(self, client, cursor=None, wait=25, last_event_id=None, version="1.1", receive_buffer=None, **more):
        headers = {"Accept": "text/event-stream", "Last-Event-ID": last_event_id, **more.pop("headers", {})}
        super().__init__(client, request(client, cursor, wait, headers, version, **more), 200, receive_buffer)
        self.chunked = self.headers.get("transfer-encoding") == "chunked"
        self.clean = False
        self.body = b""  # read and not taken
        self.blocks = []
        self.problem = None
        self.retry = None

    def _read_body(self):
        if not self.chunked:
            got = self.wire.left or (self.wire.left if self.wire._more() else b"")
            self.wire.left = b""
            self.clean = not got
            self.body += got
            return bool(got)
        line = self.wire.until(b"\r\n")
        if not line.endswith(b"\r\n"):
            return False
        size = int(line, 16)
        data = self.wire.count(size + 2)
        self.clean = size == 0 and data == b"\r\n"
        self.body += data[:-2]
        return size > 0

    def next(self):
        """The next batch; None at the end. A problem is the end, and is kept."""
        while True:
            while b"\n\n" not in self.body:
                if not self._read_body():
                    return None
            block, self.body = self.body.split(b"\n\n", 1)
            self.blocks.append(block.decode() + "\n\n")
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n"))
            if "retry" in fields:
                self.retry = int(fields["retry"])
            if fields.get("event") == "problem":
                self.problem = json.loads(fields["data"])
            elif "data" in fields:
                batch = json.loads(fields["data"])
                assert batch["cursor"] == fields["id"], "a block's id is its batch's cursor"
                return self._at(batch)


class WebSocket(_Carrier):
    """Text messages; `closed` is the code of the server's close, `pongs` what answered our pings."""

    name = "websocket"

    def __init__(self, client, cursor=None, wait=25, receive_buffer=None, headers=None, version="1.1", **more):
        key = base64.b64encode(os.urandom(16)).decode()
        asked = {"Upgrade": "websocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "13",
                 "Sec-WebSocket-Key": key, "Sec-WebSocket-Extensions": "permessage-deflate", **(headers or {})}
        super().__init__(client, request(client, cursor, wait, asked, version, **more), 101, receive_buffer)
        wanted = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert self.headers["sec-websocket-accept"] == wanted, self.headers
        assert "sec-websocket-extensions" not in self.headers
        self.closed = None
        self.pongs = []
        self.messages = []

    def send(self, opcode, payload=b"", final=True, masked=True):
        mask = os.urandom(4)
        size = len(payload)
        head = bytes([(0x80 if final else 0) | opcode])
        bit = 0x80 if masked else 0
        if size < 126:
            head += bytes([bit | size])
        elif size < 65536:
            head += bytes([bit | 126]) + struct.pack(">H", size)
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", size)
        if masked:
            payload = mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        self.wire.send(head + payload)

    def _frame(self):
        head = self.wire.count(2)
        if len(head) < 2:
            return None, b""
        assert head[0] & 0xF0 == 0x80 and head[1] & 0x80 == 0, f"a server's frame is whole and unmasked: {head!r}"
        size = head[1]
        if size == 126:
            (size,) = struct.unpack(">H", self.wire.count(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.wire.count(8))
        return head[0] & 0x0F, self.wire.count(size)

    def next(self):
        """The next batch; None at the end."""
        while True:
            opcode, payload = self._frame()
            if opcode is None:
                return None
            if opcode == PONG:
                self.pongs.append(payload)
            elif opcode == CLOSE:
                self.closed = struct.unpack(">H", payload[:2])[0] if payload else 1005
                assert self.wire.rest() == b"", "nothing follows a close"
                return None
            else:
                assert opcode == TEXT, opcode
                batch = json.loads(payload.decode())
                self.messages.append(batch)
                return self._at(batch)


CARRIERS = (EventStream, WebSocket)
