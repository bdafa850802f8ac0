"""What the requests of openapi_test.py are about, and how a stream is shown to its judge."""

import json
import secrets
import urllib.parse

import keepline


class World:
    """What the requests are about: somebody with friends, conversations and sessions."""

    def __init__(self, server):
        self.server = server
        self.me = server.register()
        self.friend = server.register(sex="f", age=30, email="friend@example.org")
        self.other = server.register()
        self.me.befriend(self.friend)
        self.other.must(200, "PUT", f"/api/v1/friends/{self.me.id}")
        self.conversation = self.me.open_direct(self.friend)
        for text in ("one", "two", "three"):
            self.friend.send(self.conversation, text)
        self.message = self.me.send(self.conversation, "mine")["id"]
        self.me.must(200, "PUT", f"/api/v1/conversations/{self.conversation}/read", json={"seq": 2})

    def values(self, path):
        if "/sessions/" in path:
            self.server.sign_in(self.me.user["name"])
            sessions = self.me.must(200, "GET", "/api/v1/me/sessions").json["sessions"]
            return {"id": next(session["id"] for session in sessions if not session["current"])}
        if "/messages/" in path:
            return {"id": self.me.send(self.conversation, "about this")["id"], "name": urllib.parse.quote("👍")}
        if "/invites/{name}" in path:
            return {"name": self.invite()["code"]}
        if "/rooms/" in path:
            return {"id": self.room("open")}
        if "{user}" in path and "/conversations/" in path:
            return {"id": self.room(), "user": self.friend.id}
        if "{invite}" in path:
            invite = self.invite()
            return {"id": invite["room"], "invite": invite["id"]}
        if "/membership" in path:
            return {"id": self.room()}
        if any(part in path for part in ("/bans", "/invites", "/members")) or path.endswith("/conversations/{id}"):
            return {"id": self.room()}
        if "/conversations/" in path:
            return {"id": self.conversation}
        return {"id": self.friend.id, "user": self.friend.id, "name": "n" + secrets.token_hex(8)}

    def room(self, access="private"):
        """A room of its own for each request, with the friend in it, so that the user may leave."""
        wish = {"kind": "room", "title": "A room", "access": access, "users": [self.friend.id]}
        where = self.me.must(201, "POST", "/api/v1/conversations", json=wish).json["id"]
        second = self.server.register()
        path = f"/api/v1/conversations/{where}/members"
        self.me.must(200, "POST", path, json={"users": [second.id]})
        self.me.must(200, "PATCH", f"{path}/{second.id}", json={"role": "owner"})
        return where

    def invite(self):
        room = self.room()
        made = self.me.must(201, "POST", f"/api/v1/conversations/{room}/invites", json={}).json
        return {**made, "room": room}

    def body(self, operation_id):
        return {
            "register": lambda: {"name": "n" + secrets.token_hex(8), "password": keepline.PASSWORD,
                                 "display_name": "漠然", "sex": "男", "age": 27, "email": "a@example.org"},
            "signIn": lambda: {"name": self.me.user["name"], "password": keepline.PASSWORD, "bearer": True},
            "updateMe": lambda: {"display_name": "Me", "sex": None, "age": 30, "email": "me@example.org"},
            "changePassword": lambda: {"old_password": keepline.PASSWORD, "new_password": keepline.PASSWORD},
            "updateSettings": lambda: {"direct_from": "friends", "requests_from": "everyone", "presence": "busy", "receipts": True,
                                       "typing": True, "last_seen": False, "language": "zh", "theme": "dark"},
            "createConversation": lambda: {"kind": "room", "title": "漠然", "topic": "about", "color": 3, "access": "open",
                                           "history": "all", "users": [self.friend.id], "names": [self.friend.user["name"]]},
            "updateConversation": lambda: {"title": "Another", "topic": "", "color": 11, "access": "open",
                                           "history": "joined", "archived": False},
            "deleteConversation": lambda: {"title": "A room"},
            "addMembers": lambda: {"users": [self.friend.id], "names": [self.friend.user["name"]]},
            "updateMember": lambda: {"role": "admin", "silenced": True, "silenced_for": 60},
            "createInvite": lambda: {"expires_in": 3600, "max_uses": 5},
            "markRead": lambda: {"seq": 3, "lower": True},
            "sendMessage": lambda: {"nonce": secrets.token_hex(8), "text": "hello 漠然 😀", "reply_to": 1},
            "forwardMessage": lambda: {"nonce": secrets.token_hex(8), "message": self.message},
            "editMessage": lambda: {"text": "changed", "version": 0},
            "markMine": lambda: {"level": "mentions", "muted_until": "2030-01-01T00:00:00.000Z", "top": True},
        }[operation_id]()

    def query(self, operation_id):
        return {"findUsers": {"q": "user"}, "searchMessages": {"q": "word"}, "pollEvents": {"wait": 0}}.get(operation_id, {})


class Streamed:
    """What came of a stream, as an answer for the document to judge."""

    def __init__(self, carrier, content_type, body):
        self.status, self.headers, self.content_type = carrier.status, carrier.headers, content_type
        self.body = body if isinstance(body, bytes) else body.encode()

    @property
    def json(self):
        return json.loads(self.body)
