#!/usr/bin/python3
"""Turns static files into embedded_assets.cpp, .S and .bin, for cmake/embed.cmake.

usage: embed.py --brotli PROGRAM --out FOLDER [SOURCE=REQUEST_PATH]...

SOURCE is a folder, taken whole, or one file; what does not exist is left out. The same input gives the same output,
byte for byte.
"""

import argparse
import gzip
import hashlib
import os
import re
import subprocess
import sys

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".yaml": "application/yaml",
}

# Vite writes name-HASH.ext into assets/; nothing else has a name that changes with its content.
HASHED_NAME = re.compile(r"(^|/)assets/[^/]+-[A-Za-z0-9_-]{8,}\.[a-z0-9.]+$")


def walk(source, request_path):
    """Yields (request path, file) for a folder or a file."""
    if os.path.isfile(source):
        yield request_path, source
    for folder, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            if name.startswith("."):
                continue
            file = os.path.join(folder, name)
            yield request_path.rstrip("/") + "/" + os.path.relpath(file, source).replace(os.sep, "/"), file


def smaller(bytes_, of):
    return bytes_ if len(bytes_) < len(of) else b""


def brotli(program, bytes_):
    done = subprocess.run([program, "--best", "--stdout", "-"], input=bytes_, stdout=subprocess.PIPE, check=True)
    return done.stdout


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brotli", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("mappings", nargs="*")
    options = parser.parse_args()

    blob = bytearray()
    rows = {}

    def view(bytes_):
        if not bytes_:
            return "{}"
        offset = len(blob)
        blob.extend(bytes_)
        return f"{{keepline_embedded_blob + {offset}, {len(bytes_)}}}"

    for mapping in options.mappings:
        source, request_path = mapping.rsplit("=", 1)
        for path, file in walk(source, request_path):
            extension = os.path.splitext(file)[1]
            if extension not in CONTENT_TYPES:
                sys.exit(f"embed.py: {file}: no content type is known for '{extension}'")
            if path in rows:
                sys.exit(f"embed.py: {file}: {path} is there already")
            with open(file, "rb") as stream:
                identity = stream.read()
            tag = 'W/"' + hashlib.sha256(identity).hexdigest()[:24] + '"'
            fields = ", ".join([
                quoted(CONTENT_TYPES[extension]),
                view(identity),
                view(smaller(gzip.compress(identity, 9, mtime=0), identity)),
                view(smaller(brotli(options.brotli, identity), identity)),
                quoted(tag),
                "true" if HASHED_NAME.search(path) else "false",
            ])
            rows[path] = fields
            if path.endswith("/index.html"):
                rows[path[: -len("index.html")]] = fields

    lines = [f"    {{{quoted(path)}, {rows[path]}}}," for path in sorted(rows, key=lambda path: path.encode())]
    os.makedirs(options.out, exist_ok=True)
    blob_file = os.path.join(options.out, "embedded_assets.bin")
    with open(blob_file, "wb") as stream:
        stream.write(blob)
    with open(os.path.join(options.out, "embedded_assets.S"), "w", encoding="utf-8") as stream:
        stream.write(f"""    .section .rodata
    .global keepline_embedded_blob
    .type keepline_embedded_blob, @object
    .balign 16
keepline_embedded_blob:
    .incbin {quoted(blob_file)}
    .size keepline_embedded_blob, . - keepline_embedded_blob
    .section .note.GNU-stack,"",@progbits
""")
    with open(os.path.join(options.out, "embedded_assets.cpp"), "w", encoding="utf-8") as stream:
        rows_text = "\n".join(lines)
        stream.write(f"""// Made by cmake/embed.py.
#include "api/embedded_assets.h"

#include <array>

extern "C" const char keepline_embedded_blob[];

namespace keepline::api {{

std::span<const EmbeddedAsset> embedded_assets() {{
  static constexpr std::array<EmbeddedAsset, {len(rows)}> kAssets = {{{{
{rows_text}
  }}}};
  return kAssets;
}}

}}  // namespace keepline::api
""")


if __name__ == "__main__":
    main()
