#!/usr/bin/python3
"""The house rules that a compiler does not check.

usage: tidy_test.py                  every rule but the last; quick
       tidy_test.py --headers BUILD  each header of src compiles alone, with the flags of BUILD/compile_commands.json
       tidy_test.py --self           breaks each rule once and sees it found
"""

import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# What a folder of src may include: itself, and these. "data/event_log.h" is one header, not the folder.
MAY_INCLUDE = {
    "base": [],
    "entity": ["base"],
    "data": ["base", "entity"],
    "net": ["base"],
    "logic": ["base", "entity", "data"],
    "push": ["base", "entity", "net", "data/event_log.h"],
    "api": ["base", "entity", "net", "logic", "push"],
    "app": ["base", "entity", "data", "net", "logic", "push", "api"],
}

# Headers of libraries that only some files may include, because they are slow to compile or belong to one layer.
# (pattern, files that may, why not elsewhere)
LIBRARY_HOMES = [
    (r"boost/asio\.hpp|boost/beast\.hpp", r"$^", "include the parts that are used"),
    (r"boost/(beast/.*|asio/(ip/.*|basic_.*socket.*|.*acceptor.*|ssl/.*|read.*|write.*))", r"src/net/.*|tests/.*|bench/.*",
     "sockets are net's business; its headers offer plain types"),
    (r"boost/asio/(?!(any_io_executor|awaitable|async_result|use_awaitable|post|this_coro)\.hpp).*",
     r"src/(net|push|api|app)/.*|src/(data|logic)/.*(\.(cpp|ipp)|_harness\.h)|tests/.*|bench/.*", "headers of data and logic only name coroutines"),
    (r"sqlite3\.h", r"src/data/.*\.cpp|tests/.*|bench/.*", "only sources of data speak to SQLite"),
    (r"openssl/.*", r"src/.*\.cpp|tests/.*|bench/.*", "libraries of C stay in sources"),
    (r"argon2\.h", r"src/logic/.*\.cpp|tests/.*", "only logic hashes passwords"),
    (r"utf8proc\.h", r"src/entity/.*\.cpp|tests/.*", "entity owns what text is"),
    (r"CLI/.*|toml\+\+/.*|toml\.h", r"src/app/.*\.cpp", "app reads the settings and the command line"),
]

LINES_MAX = 400
# Files that may be longer, each with the reason.
LONG_FILES = {
    "src/api/openapi.yaml": "one description of the whole API, which readers and tools want in one file",
    "web/src/api/schema.d.ts": "generated from the description above",
}

TEXT = re.compile(r"(\.(cpp|h|ipp|S|py|sh|cmake|md|yaml|yml|json|toml|html|css|js|mjs|ts|svelte|sql|service)|CMakeLists\.txt)$")
CODE = re.compile(r"\.(cpp|h|ipp|py|cmake|html|css|js|mjs|ts|svelte|sql|yaml)$|^script/|CMakeLists\.txt$")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:w[o]rk|f[a]rm|home/\w+|U[s]ers/\w+)/")
# Written as pieces, so that this file does not hold them.
WORDS = [
    (re.compile(r"registry\." + r"(npmjs|yarnpkg|npmmirror)"), "a registry's host"),
    (re.compile(r"(deb|security|snapshot)\." + r"debian\.org"), "a registry's host"),
    (re.compile(r'"resolved":\s*' + r'"https?:'), "a registry's host in a lock file"),
    (re.compile(r"\b(T" + r"ODO|F" + r"IXME|X" + r"XX|H" + r"ACK)\b(?!\(#\d+\))"), "unfinished work without its issue"),
    (MACHINE_PATH, "a path of one machine"),
]
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")


def listed_files(root):
    """The project's files as they stand: committed, or new and not ignored."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
    return [name for name in names if name and os.path.isfile(os.path.join(root, name))]


def read(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as stream:
        return stream.read()


def is_text(root, name):
    if TEXT.search(name):
        return True
    if os.path.splitext(name)[1] or not name.startswith(("script/", ".ci/")):
        return False
    return True


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def include_faults(name, text):
    folder = name.split("/")[1] if name.startswith("src/") and name.count("/") >= 2 else None
    for match in INCLUDE.finditer(text):
        kind, header = match.groups()
        where = f"{name}:{line_of(text, match.start())}"
        if kind == "<":
            for pattern, homes, why in LIBRARY_HOMES:
                if re.fullmatch(pattern, header) and not re.fullmatch(homes, name):
                    yield f"{where}: includes <{header}>: {why}"
                    break
            continue
        if folder is None:
            continue
        if folder not in MAY_INCLUDE:
            yield f"{where}: src/{folder} is not a room of the house"
            return
        other = header.split("/")[0]
        if "/" not in header or other not in MAY_INCLUDE:
            yield f'{where}: include "{header}" by its full path from src/'
        elif other != folder and other not in MAY_INCLUDE[folder] and header not in MAY_INCLUDE[folder]:
            yield f'{where}: {folder} must not include "{header}"'


def link_target_exists(root, name, target):
    if re.match(r"[a-z][a-z0-9+.-]*:", target) or target.startswith("#"):
        return True
    target = target.split("#")[0]
    base = root if target.startswith("/") else os.path.dirname(os.path.join(root, name))
    return os.path.exists(os.path.join(base, target.lstrip("/")))


def faults_in(root, name):
    if not is_text(root, name):
        return
    text = read(root, name)
    if name.endswith((".cpp", ".h", ".ipp")):
        yield from include_faults(name, text)
    if name.startswith("src/") and name.endswith(".h"):
        first = next((line for line in text.splitlines() if line and not line.startswith("//")), "")
        if first != "#pragma once":
            yield f"{name}:1: a header begins with #pragma once"
    if CODE.search(name) and "package-lock" not in name:
        lines = text.count("\n")
        if lines > LINES_MAX and name not in LONG_FILES:
            yield f"{name}: {lines} lines; past {LINES_MAX}, look for the noun hiding inside (or give a reason in tests/tidy_test.py)"
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield f"{name}:{number}: a tab"
        if line.endswith((" ", "\r")):
            yield f"{name}:{number}: space at the end of the line"
        for pattern, what in WORDS:
            if pattern.search(line):
                yield f"{name}:{number}: {what}"
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at the end"
    if name.endswith(".md"):
        for match in LINK.finditer(text):
            target = match.group(1) or match.group(2)
            if not link_target_exists(root, name, target):
                yield f"{name}:{line_of(text, match.start())}: there is no {target}"


def faults(root):
    names = listed_files(root)
    for name in names:
        yield from faults_in(root, name)
    for name in LONG_FILES:
        if name in names and read(root, name).count("\n") <= LINES_MAX:
            yield f"{name}: no longer long; take it off the list of long files"


def compile_header(flags, header):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "alone.cpp")
        with open(source, "w", encoding="utf-8") as stream:
            stream.write(f'#include "{header}"\n')
        done = subprocess.run(flags + ["-fsyntax-only", source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return f"src/{header} does not compile alone:\n{done.stdout.decode()}" if done.returncode else None


def header_faults(build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as stream:
        entry = next(row for row in json.load(stream) if row["file"].endswith(".cpp"))
    flags = shlex.split(entry["command"])
    flags = flags[flags.index("-c") - len(flags):] and flags[: flags.index("-o")]
    if os.path.basename(flags[0]) == "ccache":
        flags = flags[1:]
    headers = [name[4:] for name in listed_files(ROOT) if name.startswith("src/") and name.endswith(".h")]
    os.chdir(entry["directory"])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for fault in pool.map(lambda header: compile_header(flags, header), headers):
            if fault:
                yield fault


# Each broken rule, as a file and what is found in it.
BROKEN = {
    "src/logic/a.h": ('#pragma once\n#include "push/hub.h"\n', "logic must not include"),
    "src/api/a.cpp": ('#include "data/store.h"\n', "api must not include"),
    "src/push/a.cpp": ('#include "data/store.h"\n', "push must not include"),
    "src/push/b.cpp": ('#include "data/event_log.h"\n', None),
    "src/base/a.cpp": ('#include "entity/user.h"\n', "base must not include"),
    "src/api/b.cpp": ('#include "respond.h"\n', "full path"),
    "src/logic/b.cpp": ("#include <boost/asio/ip/tcp.hpp>\n", "sockets are net's business"),
    "src/logic/c.cpp": ("#include <sqlite3.h>\n", "only sources of data"),
    "src/data/a.h": ("#include <string>\n", "#pragma once"),
    "src/data/b.cpp": ("int x;\n" * (LINES_MAX + 1), "look for the noun"),
    "src/data/c.cpp": ("int x; \n", "space at the end"),
    "src/data/d.cpp": ("\tint x;\n", "a tab"),
    "src/data/e.cpp": ("int x;", "no newline"),
    "src/data/f.cpp": ("// T" + "ODO later\n", "unfinished"),
    "docs/a.md": ("See [there](nowhere.md).\n", "there is no nowhere.md"),
    "docs/b.md": ("See [there](a.md#part), [out](http://example.org) and [up](../src/data/c.cpp).\n", None),
    "docs/c.md": ("Look in /w" + "ork/main.\n", "a path of one machine"),
    "tests/browser/package-lock.json": ('{"resol' + 'ved": "https:' + '//example.org/x"}\n', "a registry's host"),
}


def self_test():
    failed = 0
    with tempfile.TemporaryDirectory() as root:
        for name, (text, _) in BROKEN.items():
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "w", encoding="utf-8") as stream:
                stream.write(text)
        for name, (_, expected) in BROKEN.items():
            found = list(faults_in(root, name))
            good = not found if expected is None else any(expected in fault for fault in found)
            if not good:
                print(f"{name}: expected {expected}, found {found}")
                failed += 1
    return failed


def main():
    if sys.argv[1:] == ["--self"]:
        sys.exit(1 if self_test() else 0)
    found = list(header_faults(sys.argv[2]) if sys.argv[1:2] == ["--headers"] else faults(ROOT))
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
