#!/usr/bin/python3
"""Breaks the push engine in one named place after another, and sees the simulator find each out.

    mutations.py BUILD [--check] [--only NAME]... [--seeds N]

BUILD is a build folder in which push_sim_test is built. Each mutation is an exact piece of src/push that is replaced in a
copy; the copy is compiled as BUILD compiles the original and linked in its place; the source tree is left alone. The
simulator then runs up to N schedules (5000). A mutation that survives them all is a failure: either the simulator is blind
there, or the code does not matter. So is one whose text is no longer found: rewrite it. --check looks for the texts alone.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PUSH = os.path.join(ROOT, "src", "push")
# A mutation may make the engine run for ever, or take all memory.
SCHEDULE_SECONDS_MAX = 20
RESIDENT_BYTES_MAX = 1 << 30

# (name, file, the text as it is, what it becomes)
MUTATIONS = [
    ("skip the second look when parking", "local_hub_reads.cpp",
     "    become(**next, Listener::State::kLooking);\n    go(**next);\n  }\n  if (inbox.listeners.empty()",
     "    found_.clear();\n    found_.looked_at = nearby_.head();\n    found_.signal_looked_at = nearby_.signal_head();\n"
     "    park(**next);\n  }\n  if (inbox.listeners.empty()"),
    ("advance too far on an empty batch", "catch_up.cpp",
     "std::max(at.event, nearby.head());\n",
     "entity::EventId(std::max(at.event, nearby.head()).value + 1);\n"),
    ("advance too far on an empty page", "local_hub_reads.cpp",
     "    listener.at.event = page->looked_at;\n",
     "    listener.at.event = std::max(page->looked_at, nearby_.head());\n"),
    ("judge ahead by the shard's head", "local_hub.cpp",
     "cursor->event > core_.tail().assigned()", "cursor->event > head()"),
    ("forget the floor of an inbox", "inbox.cpp",
     "  if (const entity::EventId gone = recent.push(id)) {\n    floor = gone;\n  }\n", "  recent.push(id);\n"),
    ("drop more", "local_hub.cpp",
     "  if (more && !listener.busy()) {\n", "  if (more && listener.busy()) {\n"),
    ("tell a busy stream anyway", "local_hub_fan_out.cpp",
     "    if (listener.state != Listener::State::kParked) {\n",
     "    if (listener.state != Listener::State::kParked && listener.state != Listener::State::kBusy) {\n"),
    ("do not look again after a drain", "local_hub_streams.cpp",
     "    become(listener, Listener::State::kLooking);\n    go(listener);\n",
     "    become(listener, Listener::State::kParked);\n"),
    ("ignore the ends of spans", "inbox.cpp",
     "    if (p->covers(event.id)) {\n", "    if (p->from <= event.id) {\n"),
    ("skip the rule of read marks", "inbox.cpp",
     "entity::EventKind::kRead && !hears_read(event)", "entity::EventKind::kRead && event.actor == user"),
    ("forget to install early views", "local_hub_fan_out.cpp",
     "  install_early_views();\n", ""),
    ("keep in the ring what was deleted", "ring.cpp",
     "    blank(entity::EventId(newest.message.value), newest);\n", ""),
    ("keep in the ring the quotes of what was deleted", "ring.cpp",
     "      blank(shown->second, newest);\n", "      (void)shown;\n"),
    ("lose a signal's number", "nearby.cpp",
     "    inbox.last_signal = signal.number;\n", ""),
    ("do not end a revoked stream", "local_hub_fan_out.cpp",
     "return l->key.session == end.session || !l->key.session;",
     "return (l->key.session == end.session && !l->stays()) || !l->key.session;"),
    ("move a superseded poll's cursor", "long_poll.cpp",
     "empty(asked(), kStandBack, std::nullopt)",
     "empty(owner_.cursor(owner_.head(), owner_.signal_head()), kStandBack, std::nullopt)"),
    ("skip events at the batch's limit", "catch_up.cpp",
     "found.looked_at = found.more ? found.events.back()->id : std::max", "found.looked_at = std::max"),
    ("serve from a ring that no longer reaches back", "catch_up.cpp",
     "    } else if (at.event >= ring.floor()) {\n", "    } else if (ring.size() > 0) {\n"),
    ("park a stream after a page as if nothing came meanwhile", "local_hub_reads.cpp",
     "  if (stays && !found_.more && !listener.busy()) {\n", "  if (stays && found_.more && !listener.busy()) {\n"),
    ("tell a stream the same again", "local_hub.cpp",
     "  listener.at = {found_.looked_at, found_.signal_looked_at, false};\n  const bool more",
     "  listener.at = {listener.at.event, found_.signal_looked_at, false};\n  const bool more"),
    ("let a stream park in a server that ends", "local_hub.cpp",
     "  if (listener.hears(found_) && !(draining_ && listener.stays())) {\n", "  if (listener.hears(found_)) {\n"),
    ("let a user have any number of streams", "local_hub_streams.cpp",
     "  if (static_cast<std::size_t>(count) < core_.options().streams_per_user_max) {\n", "  if (count >= 0) {\n"),
    ("take a view as if it were of now", "nearby.cpp",
     "  for (std::size_t i = ring_.first_after(view.as_of); i < ring_.size(); ++i) {\n",
     "  for (std::size_t i = ring_.size(); i < ring_.size(); ++i) {\n"),
    ("take a view that the ring cannot bring up to date", "nearby.cpp",
     "  if (view.as_of < ring_.floor()) {\n", "  if (view.as_of < ring_.floor() && view.as_of > head_) {\n"),
    ("show no picture to a cursor of another run", "local_hub.cpp",
     "  return {*cursor, cursor->run != options.run, {}};\n", "  return {*cursor, false, {}};\n"),
    ("keep the inbox of who left", "local_hub_presence.cpp",
     "  early_views_.erase(inbox.user);\n  nearby_.drop(inbox);\n", "  early_views_.erase(inbox.user);\n"),
    ("deliver a member's leaving to nobody who leaves", "nearby.cpp",
     "  place->to = event.id;\n", "  place->to = entity::EventId(event.id.value - 1);\n"),
    ("take who removed somebody for who was removed", "logged_event.cpp",
     "    entry->subject = member->user.id;\n", "    entry->subject = event.actor;\n"),
]


class Build:
    """How BUILD compiles a file of src/push, and links the simulator."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        with open(os.path.join(self.folder, "compile_commands.json"), encoding="utf-8") as stream:
            self.commands = {os.path.realpath(entry["file"]): entry for entry in json.load(stream)}
        said = subprocess.run(["ninja", "-C", self.folder, "-t", "commands", "-s", "tests/sim/push_sim_test"], check=True,
                              capture_output=True, text=True).stdout
        self.link = next(line for line in reversed(said.splitlines()) if " -o " in line)

    def compile(self, file, mutant, into):
        entry = self.commands[os.path.realpath(os.path.join(PUSH, file))]
        words = shlex.split(entry["command"])
        for flag, value in (("-o", into), ("-c", mutant), ("-MF", None), ("-MT", None)):
            if flag in words:
                at = words.index(flag)
                words[at:at + 2] = [flag, value] if value else []
        words = [word for word in words if word != "-MD"] + ["-w"]
        subprocess.run(words, cwd=entry["directory"], check=True)

    def link_with(self, mutant, program):
        """The mutant comes before the library, whose own member is then never asked for."""
        command = self.link[self.link.index("&&") + 2:] if self.link.startswith(":") else self.link
        words = shlex.split(command.replace("&& :", ""))
        at = words.index("-o")
        words[at:at + 2] = [mutant, "-o", program]
        subprocess.run(words, cwd=self.folder, check=True)


def mutated(file, old, new):
    with open(os.path.join(PUSH, file), encoding="utf-8") as stream:
        text = stream.read()
    if text.count(old) != 1:
        return None
    return text.replace(old, new)


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def schedules_until_killed(program, seeds):
    """(how many schedules it took, why), or None where it survived."""
    environment = {**os.environ, "KEEPLINE_SIM_SEEDS": str(seeds), "KEEPLINE_SIM_TRACE": "1"}
    environment.pop("KEEPLINE_SIM_SEED", None)
    environment.pop("GTEST_OUTPUT", None)  # what a mutant fails at is no outcome of the tests
    why = None
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([program, "--gtest_brief=1"], stdout=log, stderr=subprocess.STDOUT, env=environment)
        size, since = 0, time.monotonic()
        while process.poll() is None:
            if os.fstat(log.fileno()).st_size != size:
                size, since = os.fstat(log.fileno()).st_size, time.monotonic()
            elif time.monotonic() - since > SCHEDULE_SECONDS_MAX or resident(process.pid) > RESIDENT_BYTES_MAX:
                process.kill()
                process.wait()
                why = "never ends"
            time.sleep(0.02)
        log.seek(0)
        said = log.read().decode(errors="replace")
    if process.returncode == 0:
        return None
    begun = len(re.findall(r"^schedule \d+$", said, re.M))
    # What the schedules add up to at the end says nothing about a mutation.
    if why is None and "KEEPLINE_SIM_SEED=" not in said and "[  FAILED  ]" in said and begun == seeds:
        return None
    told = re.search(r'Which is: (".*)', said) or re.search(r".*(?:check|ERROR: |runtime error).*", said)
    return begun, why or (told[0].removeprefix("Which is: ")[:100] if told else f"ended with {process.returncode}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", action="append")
    parser.add_argument("--seeds", type=int, default=5000)
    asked = parser.parse_args()
    unknown = set(asked.only or []) - {name for name, *_ in MUTATIONS}
    if unknown:
        sys.exit(f"no such mutation: {', '.join(sorted(unknown))}")

    bad = [name for name, file, old, new in MUTATIONS if mutated(file, old, new) is None]
    for name in bad:
        print(f"GONE      {name}: its text is not, or not once, in the file")
    if asked.check:
        sys.exit(1 if bad else 0)

    build = Build(asked.build)
    folder = os.path.join(build.folder, "mutations")
    os.makedirs(folder, exist_ok=True)
    program = os.path.join(folder, "push_sim_test")
    for name, file, old, new in MUTATIONS:
        if name in bad or (asked.only and name not in asked.only):
            continue
        began = time.monotonic()
        mutant = os.path.join(folder, file)
        with open(mutant, "w", encoding="utf-8") as stream:
            stream.write(mutated(file, old, new))
        build.compile(file, mutant, mutant + ".o")
        build.link_with(mutant + ".o", program)
        killed = schedules_until_killed(program, asked.seeds)
        took = time.monotonic() - began
        if killed is None:
            bad.append(name)
            print(f"SURVIVED  {name}: {asked.seeds} schedules ({took:.0f} s)", flush=True)
        else:
            print(f"killed    {name}: schedule {killed[0]} ({took:.0f} s): {killed[1]}", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
