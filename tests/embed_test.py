#!/usr/bin/python3
"""What cmake/embed.py makes: the compressed forms give the file's bytes back, names with a hash are immutable, the same
input gives the same output."""

import gzip
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROW = re.compile(
    r'\{"(?P<path>[^"]*)", "(?P<type>[^"]*)", \{(?P<identity>[^}]*)\}, \{(?P<gzip>[^}]*)\}, \{(?P<brotli>[^}]*)\}, '
    r'"(?P<tag>(?:[^"\\]|\\.)*)", (?P<immutable>true|false)\}'
)


class Embed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name

    def write(self, name, bytes_):
        file = os.path.join(self.root, "web", name)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as stream:
            stream.write(bytes_)

    def run_embed(self, out="out", mappings=None):
        command = [sys.executable, os.path.join(ROOT, "cmake/embed.py"), "--brotli", "brotli", "--out",
                   os.path.join(self.root, out)]
        command += mappings or [os.path.join(self.root, "web") + "=/"]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

    def embed(self, out="out"):
        """path -> row, each view resolved to its bytes."""
        self.assertEqual(self.run_embed(out).returncode, 0)
        with open(os.path.join(self.root, out, "embedded_assets.bin"), "rb") as stream:
            blob = stream.read()
        with open(os.path.join(self.root, out, "embedded_assets.cpp"), encoding="utf-8") as stream:
            text = stream.read()
        rows = {}
        for match in ROW.finditer(text):
            row = match.groupdict()
            for view in ("identity", "gzip", "brotli"):
                numbers = [int(number) for number in re.findall(r"\d+", row[view])]
                row[view] = blob[numbers[0]:numbers[0] + numbers[1]] if numbers else b""
            rows[row["path"]] = row
        return rows

    def test_compressed_forms_give_the_bytes_back(self):
        content = b"the same words again and again\n" * 200
        self.write("app.js", content)
        row = self.embed()["/app.js"]
        self.assertEqual(row["identity"], content)
        self.assertEqual(gzip.decompress(row["gzip"]), content)
        unpacked = subprocess.run(["brotli", "-dc", "-"], input=row["brotli"], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(unpacked, content)

    def test_what_does_not_shrink_is_kept_once(self):
        self.write("noise.png", os.urandom(2000))
        row = self.embed()["/noise.png"]
        self.assertEqual((row["gzip"], row["brotli"]), (b"", b""))

    def test_an_empty_file_is_served_empty(self):
        self.write("empty.css", b"")
        self.assertEqual(self.embed()["/empty.css"]["identity"], b"")

    def test_only_hashed_names_are_immutable(self):
        self.write("assets/index-BX3Jk2_a.js", b"1")
        self.write("assets/logo.svg", b"2")
        self.write("service-worker1.js", b"3")
        rows = self.embed()
        kept = [path for path, row in sorted(rows.items()) if row["immutable"] == "true"]
        self.assertEqual(kept, ["/assets/index-BX3Jk2_a.js"])

    def test_the_tag_follows_the_content(self):
        self.write("a.txt", b"one")
        first = self.embed()["/a.txt"]["tag"]
        self.write("a.txt", b"two")
        self.assertNotEqual(self.embed()["/a.txt"]["tag"], first)

    def test_the_same_input_gives_the_same_output(self):
        for name in ("b.js", "a/index.html", "c.css"):
            self.write(name, name.encode() * 100)
        self.embed("once")
        self.embed("twice")
        for name in ("embedded_assets.bin", "embedded_assets.cpp"):
            with open(os.path.join(self.root, "once", name), "rb") as one, open(os.path.join(self.root, "twice", name), "rb") as two:
                self.assertEqual(one.read(), two.read())

    def test_an_unknown_kind_of_file_stops_the_build(self):
        self.write("x.unheard-of", b"?")
        done = self.run_embed()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"no content type", done.stdout)

    def test_two_files_of_one_path_stop_the_build(self):
        self.write("a.txt", b"?")
        folder = os.path.join(self.root, "web")
        done = self.run_embed(mappings=[folder + "=/", folder + "=/"])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"is there already", done.stdout)


if __name__ == "__main__":
    unittest.main()
