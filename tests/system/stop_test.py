#!/usr/bin/python3
"""Servers that are told to stop, once or twice, while everybody is busy; and servers that die again and again."""

import os
import signal
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd  # noqa: E402
import keepline  # noqa: E402
from streams import EventStream  # noqa: E402
from supervisor_test import Supervised, listening  # noqa: E402

SENDERS = 12
PARKED = 200


class Sender(threading.Thread):
    """Sends one message after another, each under one nonce until it is acknowledged. Who cannot connect has failed."""

    def __init__(self, client, room, name, stop):
        super().__init__()
        self.client, self.room, self.sender, self.stopping = client.again(), room, name, stop
        self.acknowledged = {}
        self.repeated = 0
        self.failure = None

    def run(self):
        try:
            while not self.stopping.is_set():
                text = f"{self.sender} {len(self.acknowledged)}"
                self.acknowledged[text] = self.until_acknowledged(text)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            self.failure = error

    def until_acknowledged(self, text):
        while True:
            try:
                answer = self.client.post(f"/api/v1/conversations/{self.room}/messages", json={"nonce": text, "text": text})
                if answer.status in (200, 201):
                    return answer.json["seq"]
                if answer.status != 503:
                    raise AssertionError(f"refused: {answer!r}")
            except ConnectionRefusedError:
                raise
            except (OSError, keepline.http.client.HTTPException):
                self.client.close()
            self.repeated += 1


class AtOnce(unittest.TestCase):
    """SIGTERM under load, behind a socket that stays open, as systemd keeps it."""

    def serve(self, data, inherited):
        run = Supervised(data, [inherited], "--shards", "2", "--limits-off")
        self.addCleanup(run.process.kill)
        self.assertIn("listening", run.first_line())
        return run

    def test_a_stop_under_load_loses_and_doubles_no_send_and_refuses_nobody(self):
        with crowd.Crowd(2 * (SENDERS + PARKED)) as many, listening(backlog=4096) as inherited:
            many.server.stop()
            many.server.port = inherited.getsockname()[1]
            run = self.serve(many.server.data, inherited)
            stop = threading.Event()
            senders = [Sender(client, many.room, f"sender {n}", stop) for n, client in enumerate(many.people[:SENDERS])]
            cursor = many.cursor()
            parked = [(client, EventStream(client, cursor)) for client in many.people[SENDERS:]]
            for sender in senders:
                sender.start()
            try:
                for _ in range(3):
                    seen = [len(sender.acknowledged) for sender in senders]
                    while any(len(s.acknowledged) < n + 5 and s.is_alive() for s, n in zip(senders, seen)):
                        time.sleep(0.01)
                    status, words = run.end()
                    self.assertEqual(status, 0, words)
                    run = self.serve(many.server.data, inherited)
            finally:
                stop.set()
                for sender in senders:
                    sender.join()
            self.assertEqual([s.failure for s in senders if s.failure], [])
            wanted = {text: seq for sender in senders for text, seq in sender.acknowledged.items()}
            stored, before = {}, ""
            while True:
                page = many.everybody[0].get(f"/api/v1/conversations/{many.room}/messages?limit=200{before}").json["messages"]
                for message in page:
                    self.assertNotIn(message["text"], stored, "stored twice")
                    stored[message["text"]] = message["seq"]
                if not page:
                    break
                before = f"&before={page[0]['seq']}"
            self.assertEqual(stored, wanted)
            # Whoever listened was told to come back, and does.
            in_order = sorted(wanted, key=wanted.get)
            for client, stream in parked[::10]:
                heard, advice = [], None
                while (batch := stream.next()) is not None:
                    heard += crowd.texts([batch])
                    advice = batch.get("advice", advice)
                stream.cut()
                self.assertEqual(len(advice["retry"]), 2)
                client.close()
                heard += crowd.texts(crowd.follow(client, stream.cursor, crowd.event_of(many.cursor())))
                self.assertEqual(heard, in_order)
            self.assertEqual(run.end()[0], 0)


class InTheMiddle(unittest.TestCase):
    def test_a_stop_during_catch_ups_costs_nobody_a_message(self):
        messages, readers = 12_000, 8  # more than a start reads back: the rest comes from the database
        with crowd.Crowd(2 * readers, "--shards", "2", messages=messages) as many:
            head = many.cursor().split(".")
            cursor = ".".join(head[:2] + [str(int(head[2]) - messages)] + head[3:])
            wanted = many.history()
            under_way = threading.Semaphore(0)
            back = threading.Event()
            heard = [[] for _ in range(readers)]

            def read(client, into):
                at, more, pages = cursor, True, 0
                while more:
                    try:
                        batch = client.poll(at)
                    except (OSError, keepline.http.client.HTTPException):
                        client.close()
                        back.wait(keepline.START_SECONDS)
                        continue
                    into += crowd.texts([batch])
                    at, more, pages = batch["cursor"], batch["more"] or crowd.event_of(batch["cursor"]) < int(head[2]), pages + 1
                    if pages == 2:
                        under_way.release()

            threads = [threading.Thread(target=read, args=pair) for pair in zip(many.people, heard)]
            for thread in threads:
                thread.start()
            for _ in threads:
                under_way.acquire()
            self.assertEqual(many.server.stop(), 0)
            many.server.start()
            back.set()
            for thread in threads:
                thread.join()
            for into in heard:
                self.assertEqual(into, wanted)

    def test_whoever_reads_nothing_does_not_keep_it_from_stopping(self):
        with crowd.Crowd(20) as many:
            slow = EventStream(many.people[1], many.cursor(), receive_buffer=4096)
            for number in range(60):
                many.say(f"{number} ".ljust(15_000, "x"))
            self.assertEqual(many.server.stop(), 0)
            many.server.start()
            heard = []
            while (batch := slow.next()) is not None:
                heard += crowd.texts([batch])
            heard += crowd.texts(crowd.follow(many.people[1], slow.cursor, crowd.event_of(many.cursor())))
            self.assertEqual([text.split()[0] for text in heard], [str(n) for n in range(60)])

    def test_a_second_signal_ends_it_at_once_and_loses_nothing(self):
        with crowd.Crowd(20) as many:
            cursor = many.cursor()
            # Somebody who takes nothing, so that the first signal alone would take its time.
            slow = EventStream(many.people[1], cursor, receive_buffer=4096)
            for number in range(60):
                many.say(f"{number} ".ljust(15_000, "x"))
            process, many.server.process = many.server.process, None
            process.send_signal(signal.SIGTERM)
            with open(many.server.log_path, encoding="utf-8") as log:
                said = ""
                while "stopping" not in said:
                    said += log.read()
                    time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(keepline.STOP_SECONDS), -signal.SIGTERM)
            slow.cut()
            many.server.start()
            heard = crowd.texts(crowd.follow(many.people[1], cursor, crowd.event_of(many.cursor())))
            self.assertEqual([text.split()[0] for text in heard], [str(n) for n in range(60)])


class AgainAndAgain(unittest.TestCase):
    def test_ten_crashes_in_a_row_lose_nothing(self):
        with tempfile.TemporaryDirectory(prefix="keepline-test-") as folder:
            server = keepline.Server("--shards", "2", data=os.path.join(folder, "data"))
            try:
                server.start()
                ana, ben = server.register(), server.register()
                chat = ana.open_direct(ben)
                cursor = ben.get("/api/v1/sync").json["cursor"]
                last = None
                for number in range(10):
                    last = ana.send(chat, f"{number}")
                    server.kill()
                    if number % 2:
                        # One that does not even get to listen.
                        early = keepline.subprocess.Popen(
                            [keepline.binary(), "serve", "--listen", f"{server.host}:{server.port}", "--data", server.data],
                            stdout=keepline.subprocess.DEVNULL, stderr=keepline.subprocess.DEVNULL)
                        early.kill()
                        early.wait()
                    server.start()
                heard = crowd.texts(crowd.follow(ben, cursor, last["id"]))
                self.assertEqual(heard, [f"{number}" for number in range(10)])
                self.assertEqual(last["seq"], 10)
            finally:
                server.kill()


if __name__ == "__main__":
    keepline.main()
