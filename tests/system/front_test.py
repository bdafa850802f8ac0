#!/usr/bin/python3
"""The front of the server as a browser or a program meets it: sessions, cookies, limits, files, methods."""

import os
import re
import secrets
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline


class Front(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = keepline.Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()

    def browser(self):
        return self.server.make_account("n" + secrets.token_hex(8))

    def test_a_browser_is_signed_in_by_registering(self):
        browser = self.browser()
        self.assertEqual(browser.get("/api/v1/me").json["name"], browser.user["name"])
        self.assertEqual(browser.post("/api/v1/logout").status, 204)
        self.assertEqual(browser.get("/api/v1/me").status, 401)

    def test_signing_out_clears_the_cookie(self):
        browser = self.browser()
        self.assertEqual(keepline.cookie_of(browser.post("/api/v1/logout")), "")

    def test_the_cookie_of_a_session_in_use_is_given_anew(self):
        """Method: as if the sign-in were two days old."""
        browser = self.browser()
        token = self.server.sign_in(browser.user["name"])
        self.assertEqual(self.server.stop(), 0)
        with sqlite3.connect(os.path.join(self.server.data, "keepline.db")) as database:
            database.execute("UPDATE session SET created_at = created_at - 2 * 86400000")
        database.close()
        self.server.start()
        self.assertIsNone(keepline.cookie_of(browser.get("/api/v1/events?wait=0")))
        answer = browser.get("/api/v1/me")
        self.assertEqual(keepline.cookie_of(answer), browser.cookie)
        self.assertIn("Max-Age=2592000", dict(answer.all_headers)["set-cookie"])
        self.assertIsNone(keepline.cookie_of(browser.get("/api/v1/me")), "once a day is enough")
        self.assertIsNone(keepline.cookie_of(token.get("/api/v1/me")))

    def test_a_bearer_token_sets_no_cookie(self):
        browser = self.browser()
        answer = self.server.anonymous().post("/api/v1/login", json={
            "name": browser.user["name"], "password": keepline.PASSWORD, "bearer": True})
        self.assertIsNone(keepline.cookie_of(answer))
        self.assertEqual(len(answer.json["token"]), 43)

    def test_signing_in_again_ends_the_browsers_old_session(self):
        browser = self.browser()
        answer = browser.post("/api/v1/login", json={"name": browser.user["name"], "password": keepline.PASSWORD})
        self.assertEqual(answer.status, 200, answer)
        self.assertNotEqual(keepline.cookie_of(answer), browser.cookie)
        self.assert_ends(browser)

    def test_registering_anew_ends_the_browsers_old_session(self):
        browser = self.browser()
        wish = {"name": "n" + secrets.token_hex(8), "password": keepline.PASSWORD}
        browser.must(201, "POST", "/api/v1/register", json=wish)
        self.assert_ends(browser)

    def test_a_changed_password_ends_the_other_sessions(self):
        name = "n" + secrets.token_hex(8)
        here = self.server.register(name)
        there = self.server.sign_in(name)
        self.assertEqual(there.get("/api/v1/me").status, 200)
        here.must(204, "POST", "/api/v1/me/password",
                  json={"old_password": keepline.PASSWORD, "new_password": "another password"})
        self.assert_ends(there)
        self.assertEqual(here.get("/api/v1/me").status, 200)
        self.assertEqual(self.server.sign_in(name, "another password").get("/api/v1/me").status, 200)

    def test_a_revoked_session_ends(self):
        name = "n" + secrets.token_hex(8)
        here = self.server.register(name)
        there = self.server.sign_in(name)
        there.must(200, "GET", "/api/v1/me")
        sessions = here.get("/api/v1/me/sessions").json["sessions"]
        for session in sessions:
            if not session["current"]:
                here.must(204, "DELETE", f"/api/v1/me/sessions/{session['id']}")
        self.assert_ends(there)
        self.assertEqual([s["current"] for s in here.get("/api/v1/me/sessions").json["sessions"]], [True])

    def assert_ends(self, client):
        """The session ends on every shard; connections are dealt to the shards in turn.

        Each shard hears of the end from the log, so the first answers may still come from before it; once a shard has
        heard, it never goes back.
        """
        deadline = time.monotonic() + 10  # a second is promised; this is no measurement
        while client.again().get("/api/v1/me").status != 401:
            self.assertLess(time.monotonic(), deadline, "the session goes on")
        in_a_row = 0
        while in_a_row < 20:
            in_a_row = in_a_row + 1 if client.again().get("/api/v1/me").status == 401 else 0
            self.assertLess(time.monotonic(), deadline, "the session goes on somewhere")

    def test_two_credentials_that_differ_are_none(self):
        one, other = self.browser(), self.server.register()
        answer = one.get("/api/v1/me", headers={"Authorization": "Bearer " + other.token})
        self.assertEqual((answer.status, answer.code), (401, "sign_in_required"))

    def test_an_unknown_name_and_a_wrong_password_look_alike(self):
        browser = self.browser()
        answers = [self.server.anonymous().post("/api/v1/login", json={"name": name, "password": "wrong password"})
                   for name in (browser.user["name"], "n" + secrets.token_hex(8), "not/a name")]
        self.assertEqual({(a.status, a.body) for a in answers}, {(401, answers[0].body)})
        headers = [{k: v for k, v in a.headers.items() if k != "date"} for a in answers]
        self.assertTrue(headers[0] == headers[1] == headers[2])

    def test_methods_that_a_path_does_not_have(self):
        answer = self.server.anonymous().delete("/api/v1/me")
        self.assertEqual((answer.status, answer.code), (405, "method_not_allowed"))
        self.assertEqual(answer.headers["allow"], "GET, HEAD, PATCH, OPTIONS")
        answer = self.server.anonymous().request("OPTIONS", "/api/v1/me", headers={
            "Origin": "http://evil.example", "Access-Control-Request-Method": "PATCH"})
        self.assertEqual(answer.status, 204)
        self.assertFalse([name for name in answer.headers if name.startswith("access-control")])
        self.assertEqual(self.server.anonymous().post("/api/openapi.yaml", json={}).status, 405)

    def test_paths_that_do_not_exist(self):
        for path in ("/api/v1", "/api/v1/", "/api/v1/nothing", "/etc/passwd", "/api/v1/me/", "/.git/config"):
            answer = self.server.anonymous().get(path)
            self.assertEqual((answer.status, answer.code), (404, "not_found"), path)

    def test_health_is_answered_to_any_host(self):
        answer = self.server.anonymous().get("/healthz", headers={"Host": "probe.internal"})
        self.assertEqual((answer.status, answer.body), (200, b"ok\n"))

    def test_the_client_is_one_page_under_each_of_its_addresses(self):
        anonymous = self.server.anonymous()
        page = anonymous.get("/")
        self.assertEqual((page.status, page.content_type), (200, "text/html"))
        self.assertIn(b"<script", page.body)
        self.assertEqual(page.headers["cache-control"], "no-cache")
        for path in ("/login", "/register", "/c/7", "/friends", "/settings/profile"):
            answer = anonymous.get(path)
            self.assertEqual((answer.status, answer.body), (200, page.body), path)
            self.assertEqual(anonymous.post(path, json={}).status, 405, path)
        self.assertEqual(anonymous.get("/classic/").status, 404, "it is off")

    def test_an_unknown_address_is_told_to_people_by_the_client_and_to_programs_by_a_problem(self):
        anonymous = self.server.anonymous()
        for path in ("/nothing", "/classic", "/c7"):
            answer = anonymous.get(path, headers={"Accept": "text/html"})
            self.assertEqual((answer.status, answer.content_type), (404, "text/html"), path)
            answer = anonymous.get(path)
            self.assertEqual((answer.status, answer.code), (404, "not_found"), path)
        for path in ("/api/v1/nothing", "/assets/nothing-12345678.js", "/favicon.ico"):
            answer = anonymous.get(path, headers={"Accept": "text/html"})
            self.assertEqual((answer.status, answer.code), (404, "not_found"), path)

    def test_what_never_changes_is_kept_for_ever(self):
        anonymous = self.server.anonymous()
        page = anonymous.get("/").body.decode()
        for path in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page):
            answer = anonymous.get(path, headers={"Accept-Encoding": "br"})
            self.assertEqual(answer.status, 200, path)
            self.assertIn("immutable", answer.headers["cache-control"], path)

    def test_files_come_compressed_where_the_client_takes_that(self):
        plain = self.server.anonymous().get("/api/openapi.yaml")
        small = self.server.anonymous().get("/api/openapi.yaml", headers={"Accept-Encoding": "gzip, br"})
        self.assertEqual(small.headers["content-encoding"], "br")
        self.assertLess(len(small.body), len(plain.body) / 3)
        self.assertEqual(small.headers["vary"], "Accept-Encoding")


class BehindAProxy(unittest.TestCase):
    """As nginx asks for a browser at https://chat.example.org."""

    @classmethod
    def setUpClass(cls):
        cls.server = keepline.Server(
            "--public-url", "https://chat.example.org", "--trusted-proxies", "127.0.0.1", limits_off=False)
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()

    def ask(self, method, path, client="203.0.113.7", **more):
        headers = {"Host": "chat.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": client,
                   **more.pop("headers", {})}
        return self.server.anonymous().request(method, path, headers=headers, **more)

    def test_the_cookie_is_secure_and_the_public_origin_may_use_it(self):
        wish = {"name": "n" + secrets.token_hex(8), "password": keepline.PASSWORD}
        answer = self.ask("POST", "/api/v1/register", json=wish, headers={"Origin": "https://chat.example.org"})
        self.assertEqual(answer.status, 201, answer)
        device, cookie = [value for name, value in answer.all_headers if name == "set-cookie"]
        self.assertRegex(
            device, "^keepline_device=[A-Za-z0-9_-]{86}; Path=/api/v1/login; HttpOnly; SameSite=Lax; .*; Secure$")
        self.assertRegex(cookie, "^__Host-keepline=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; .*; Secure$")
        held = {"Cookie": cookie.split(";")[0]}
        self.assertEqual(self.ask("GET", "/api/v1/me", headers=held).status, 200)
        for origin, status in (("https://chat.example.org", 200), ("http://chat.example.org", 403),
                               ("https://evil.example", 403)):
            answer = self.ask("PATCH", "/api/v1/me", json={"age": 7}, headers={**held, "Origin": origin})
            self.assertEqual(answer.status, status, origin)
        sessions = self.ask("GET", "/api/v1/me/sessions", headers=held).json["sessions"]
        self.assertEqual([session["address"] for session in sessions], ["203.0.113.7"])

    def test_limits_count_the_clients_and_not_the_proxy(self):
        for client in ("203.0.113.8", "203.0.113.9", "6.6.6.6, 203.0.113.10"):
            statuses = [self.ask("GET", f"/api/v1/names/n{i}", client=client).status for i in range(60)]
            self.assertEqual(set(statuses), {200}, client)
        statuses = {self.ask("GET", f"/api/v1/names/n{i}", client=f"6.6.6.{i}, 203.0.113.11").status
                    for i in range(100)}
        self.assertIn(429, statuses, "what the client itself writes there does not count")


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = keepline.Server(limits_off=False)
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()

    def test_guesses_are_slowed_for_known_and_unknown_names_alike(self):
        known = self.server.register().user["name"]
        for name in (known, "n" + secrets.token_hex(8)):
            statuses = []
            for _ in range(11):
                answer = self.server.anonymous().post("/api/v1/login", json={"name": name, "password": "a guess"})
                statuses.append(answer.status)
            self.assertEqual(statuses, [401] * 10 + [429])
            self.assertEqual(answer.code, "too_many_attempts")
            self.assertGreater(int(answer.headers["retry-after"]), 0)
        again = self.server.anonymous().post("/api/v1/login", json={"name": known.upper(), "password": "a guess"})
        self.assertEqual(again.status, 429, "the same name in another spelling")

    def test_who_guesses_does_not_shut_the_owner_out_of_a_browser_they_used_before(self):
        name = "n" + secrets.token_hex(8)
        wish = {"name": name, "password": keepline.PASSWORD}
        registered = self.server.anonymous().must(201, "POST", "/api/v1/register", json=wish)
        device = next(value for _, value in registered.all_headers if value.startswith("keepline_device=")).split(";")[0]

        def sign_in(password, cookie=None):
            headers = {"Cookie": cookie, "Origin": self.server.url}
            answer = self.server.anonymous().post(
                "/api/v1/login", json={"name": name, "password": password}, headers=headers)
            return answer.status

        self.assertEqual([sign_in("a guess") for _ in range(11)], [401] * 10 + [429])
        self.assertEqual(sign_in(keepline.PASSWORD), 429, "another browser has to wait")
        made_up = device[:-1] + ("a" if device[-1] != "a" else "b")
        self.assertEqual(sign_in(keepline.PASSWORD, made_up), 429)
        self.assertEqual(sign_in(keepline.PASSWORD, device), 200)
        self.assertEqual([sign_in("a guess", device) for _ in range(11)], [401] * 10 + [429], "it is counted too")

    def test_what_an_untrusted_client_says_of_its_address_is_ignored(self):
        statuses = set()
        for i in range(80):
            answer = self.server.anonymous().get(
                f"/api/v1/names/n{secrets.token_hex(4)}", headers={"X-Forwarded-For": f"203.0.113.{i}"})
            statuses.add(answer.status)
        self.assertEqual(statuses, {200, 429})

    def test_sends_are_limited_to_more_than_people_need(self):
        a, b = self.server.register(), self.server.register()
        conversation = a.open_direct(b)
        answers = [a.post(f"/api/v1/conversations/{conversation}/messages",
                          json={"nonce": str(i), "text": "hello"}) for i in range(200)]
        statuses = [answer.status for answer in answers]
        self.assertEqual(set(statuses[:30]), {201})
        self.assertIn(429, statuses)
        refused = next(answer for answer in answers if answer.status == 429)
        self.assertEqual(refused.code, "rate_limited")
        self.assertEqual(refused.headers["retry-after"], "1")


if __name__ == "__main__":
    keepline.main()
