"""A group or room with somebody in every place that there is, for the suites that ask who may do what there."""

INSIDE = ["member", "silenced", "admin", "owner"]
ACTORS = ["outsider", *INSIDE, "removed", "banned"]
OBJECTS = {"open": {"kind": "room", "access": "open"}, "closed": {"kind": "room"}, "group": {"kind": "group"}}


class RoomCast:
    """The people, who stay the same, and conversations of them, of which each question gets its own."""

    def __init__(self, server):
        self.actors = {name: server.register() for name in ACTORS}
        self.actors["anonymous"] = server.anonymous()
        self.third, self.newcomer = server.register(), server.register()
        self.owner = self.actors["owner"]

    def make(self, object_, title="A room"):
        """A new conversation in which each is what they are called, and `third` a plain member."""
        came = [self.actors[name].id for name in ACTORS if name not in ("outsider", "owner")]
        wish = {"title": title, "users": [*came, self.third.id], **OBJECTS[object_]}
        where = self.owner.must(201, "POST", "/api/v1/conversations", json=wish).json["id"]
        path = f"/api/v1/conversations/{where}"
        self.owner.must(200, "PATCH", f"{path}/members/{self.actors['admin'].id}", json={"role": "admin"})
        self.owner.must(200, "PATCH", f"{path}/members/{self.actors['silenced'].id}", json={"silenced": True})
        self.owner.must(204, "DELETE", f"{path}/members/{self.actors['removed'].id}")
        self.owner.must(204, "PUT", f"{path}/bans/{self.actors['banned'].id}")
        self.owner.send(where, "first")
        return where

    def invite(self, where):
        return self.owner.must(201, "POST", f"/api/v1/conversations/{where}/invites", json={}).json
