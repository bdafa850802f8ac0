#!/usr/bin/python3
"""Holds docs/faults.md to what it says: every fault case has a test, and every test it names exists, ran and passed.

usage: fault_table.py                the cases are all there, and the tests they name are in the sources
       fault_table.py --ran FOLDER   the tests they name ran and passed, by the logs of script/test in FOLDER
       fault_table.py --self         breaks each rule once and sees it found
"""

import glob
import json
import os
import re
import sys
import tempfile
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = "docs/faults.md"
CASES = range(1, 64)

ROW = re.compile(r"^\| *(\d+) *\|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
OWED = re.compile(r"issue \d+|the second machine")
# How a test is named, by where it lives.
GOOGLE = re.compile(r"[A-Z]\w*\.[A-Z]\w*")
PYTHON = re.compile(r"\w+_test\.\w+\.test_\w+")
CTEST = re.compile(r"(unit|sim|contract|system)/\w+")
SCRIPT = re.compile(r"[\w.]+\.test\.m?[jt]s: .+")


def rows_of(root):
    """(number, case, tests, owed) of each row."""
    with open(os.path.join(root, TABLE), encoding="utf-8") as page:
        for number, case, tests, owed in ROW.findall(page.read()):
            yield int(number), case.strip(), re.findall(r"`([^`]+)`", tests), owed.strip()


def texts_of(root, *patterns):
    """(path, text) of the files that match."""
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(root, pattern), recursive=True)):
            if "node_modules" not in path:
                with open(path, encoding="utf-8") as stream:
                    yield path, stream.read()


def titles_in(text):
    """The titles of a script's tests and groups."""
    for match in re.finditer(r"\b(?:it|test|describe)(?:\.each\([^)]*\))?\(\s*(['\"`])((?:\\.|(?!\1).)*)\1", text, re.DOTALL):
        yield match.group(2).replace("\\" + match.group(1), match.group(1))


def tests_in_sources(root):
    found = set()
    for _, text in texts_of(root, "src/**/*_test.cpp", "tests/**/*.cpp"):
        found.update(".".join(pair) for pair in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text, re.MULTILINE))
    for path, text in texts_of(root, "tests/system/*_test.py"):
        module, group = os.path.basename(path)[:-3], None
        for kind, name in re.findall(r"^(class|    def) (\w+)", text, re.MULTILINE):
            if kind == "class":
                group = name
            elif name.startswith("test_"):
                found.add(f"{module}.{group}.{name}")
    for _, text in texts_of(root, "tests/**/CMakeLists.txt"):
        found.update(re.findall(r"add_test\(NAME ([\w/]+)", text))
        found.update("system/" + name for name in re.findall(r"keepline_(?:system|crash)_test\((\w+)", text))
    for path, text in texts_of(root, "web/src/**/*.test.ts", "web/test/**/*.test.ts", "web/test/e2e/*.test.mjs", "tests/browser/*.test.mjs"):
        found.update(f"{os.path.basename(path)}: {title}" for title in titles_in(text))
    return found


def faults(root):
    rows = list(rows_of(root))
    sources = tests_in_sources(root)
    numbers = [number for number, *_ in rows]
    for number in CASES:
        if numbers.count(number) != 1:
            yield f"{TABLE}: case {number} is there {numbers.count(number)} times"
    for number, case, tests, owed in rows:
        where = f"{TABLE}: case {number}"
        if number not in CASES:
            yield f"{where}: there is no such case"
        if not case:
            yield f"{where} does not say what it is"
        if not tests and not owed:
            yield f"{where} has neither a test nor who owes it"
        if owed and not OWED.search(owed):
            yield f"{where} does not name the issue that owes it"
        for test in tests:
            if not any(form.fullmatch(test) for form in (GOOGLE, PYTHON, CTEST, SCRIPT)):
                yield f"{where}: {test} is no name of a test"
            elif test not in sources:
                yield f"{where}: there is no test {test}"


class Outcomes:
    """What the logs of a run say: for each name whether each time it ran it passed."""

    def __init__(self, folder):
        self.passed = {}
        for path in sorted(glob.glob(os.path.join(folder, "gtest", "**", "*.xml"), recursive=True)):
            self._google(path)
        for path, text in texts_of(folder, "ctest-*.log"):
            for name, verdict in re.findall(r"Test +#\d+: (\S+) \.*\**\s*(Passed|\S+)", text):
                self._note(name, verdict == "Passed")
        for path, text in texts_of(folder, "whole-*.log"):
            self._python(text)
        for path, text in texts_of(folder, "browser.log"):
            self._node(text)
        for path, text in texts_of(folder, "vitest.json"):
            self._vitest(json.loads(text))

    def _note(self, name, passed):
        self.passed[name] = self.passed.get(name, True) and passed

    def _google(self, path):
        for case in xml.etree.ElementTree.parse(path).iter("testcase"):
            suite = re.sub(r"^\w+/|/\d+$", "", case.get("classname"))
            name = case.get("name").split("/")[0]
            passed = case.get("status") == "run" and case.get("result") == "completed" and case.find("failure") is None
            self._note(f"{suite}.{name}", passed)

    def _python(self, text):
        for part in re.split(r"^\d+/\d+ Testing: ", text, flags=re.MULTILINE)[1:]:
            script = re.search(r'/(\w+_test)\.py"', part)
            if not script:
                continue
            heads = list(re.finditer(r"^(test_\w+) \(__main__\.(\w+)\.\1\)", part, re.MULTILINE))
            for head, following in zip(heads, heads[1:] + [None]):
                said = part[head.end(): following.start() if following else len(part)]
                verdict = re.search(r"(?:^|\.\.\. |\s)(ok|FAIL|ERROR|skipped .*)$", said, re.MULTILINE)
                self._note(f"{script.group(1)}.{head.group(2)}.{head.group(1)}", bool(verdict) and verdict.group(1) == "ok")

    def _node(self, text):
        """TAP, and what newer ones print instead."""
        for bad, name, more in re.findall(r"^ *(not )?ok \d+ - (.*?)((?: # \w+.*)?)$", text, re.MULTILINE):
            self._note(name.replace("\\#", "#").replace("\\\\", "\\"), not bad and not more)
        for mark, name in re.findall(r"^ *([✔✖﹣▶]) (.*?) \([\d.]+ms\)", text, re.MULTILINE):
            if mark != "▶":
                self._note(name, mark == "✔")

    def _vitest(self, report):
        for suite in report["testResults"]:
            for case in suite["assertionResults"]:
                for title in [case["title"], *case["ancestorTitles"]]:
                    self._note(title, case["status"] == "passed")


def faults_of_run(root, folder):
    outcomes = Outcomes(folder)
    for number, _, tests, _ in rows_of(root):
        for test in tests:
            # The runners of scripts name a test without its file.
            name = test.split(": ", 1)[1] if SCRIPT.fullmatch(test) else test
            if name not in outcomes.passed:
                yield f"{TABLE}: case {number}: {test} did not run"
            elif not outcomes.passed[name]:
                yield f"{TABLE}: case {number}: {test} did not pass"


# A small house in which all is well, and the logs of a run of it.
HOUSE = {
    "src/push/a_test.cpp": "TEST_F(Poll, IsAnswered) {}\nTEST_P(Store, Keeps) {}\n",
    "tests/system/b_test.py": "class Cut(unittest.TestCase):\n    def test_resumes(self):\n        pass\n",
    "tests/crash/CMakeLists.txt": "  keepline_crash_test(crash)\nadd_test(NAME sim/one COMMAND x)\n",
    "web/src/push/c.test.ts": "describe('a hub', () => {\n  it('doesn\\'t loop', () => {});\n});\n",
    "tests/browser/d.test.mjs": 'it("goes on", async () => {});\n',
    TABLE: "".join(f"| {n} | a case | `Poll.IsAnswered` | |\n" for n in range(1, 55))
    + "| 55 | a case | `Store.Keeps`, `b_test.Cut.test_resumes` | |\n| 56 | a case | `system/crash` | issue 7 |\n"
    + "| 57 | a case | | the second machine |\n| 58 | a case | `c.test.ts: doesn't loop` | |\n"
    + "| 59 | a case | `d.test.mjs: goes on` | |\n| 60 | a case | `c.test.ts: a hub`, `sim/one` | |\n"
    + "".join(f"| {n} | a case | `Poll.IsAnswered` | |\n" for n in range(61, 64)),
    "logs/gtest/asan/a.xml": '<testsuites><testsuite><testcase name="IsAnswered" classname="Poll" status="run" result="completed"/>'
    '<testcase name="Keeps/0" classname="All/Store" status="run" result="completed"/></testsuite></testsuites>',
    "logs/ctest-asan.log": "1/2 Test #1: system/crash ......   Passed    0.1 sec\n2/2 Test  #2: sim/one ....   Passed  1 sec\n",
    "logs/whole-asan.log": '1/1 Testing: system/b\nCommand: "python3" "/x/b_test.py"\nOutput:\n'
    "test_resumes (__main__.Cut.test_resumes)\nGoes on. ... a word\nok\n",
    "logs/browser.log": "# Subtest: x\n    ok 1 - goes on\n",
    "logs/vitest.json": json.dumps({"testResults": [{"assertionResults": [
        {"title": "doesn't loop", "ancestorTitles": ["a hub"], "status": "passed"}]}]}),
}

# (file, what is replaced, by what, what must be found)
BROKEN = [
    (TABLE, "| 7 | a case | `Poll.IsAnswered` | |\n", "", "case 7 is there 0 times"),
    (TABLE, "| 7 |", "| 8 |", "case 8 is there 2 times"),
    (TABLE, "| 63 |", "| 64 |", "no such case"),
    (TABLE, "| 9 | a case |", "| 9 | |", "case 9 does not say"),
    (TABLE, "| 9 | a case | `Poll.IsAnswered` |", "| 9 | a case | |", "case 9 has neither"),
    (TABLE, "the second machine", "somebody", "case 57 does not name the issue"),
    (TABLE, "`Store.Keeps`", "`keeps`", "keeps is no name"),
    ("src/push/a_test.cpp", "IsAnswered", "IsNot", "no test Poll.IsAnswered"),
    ("src/push/a_test.cpp", "Store", "Shop", "no test Store.Keeps"),
    ("tests/system/b_test.py", "test_resumes", "resumes", "no test b_test.Cut.test_resumes"),
    ("tests/system/b_test.py", "class Cut", "class Cat", "no test b_test.Cut.test_resumes"),
    ("tests/crash/CMakeLists.txt", "crash_test(crash", "crash_test(crush", "no test system/crash"),
    ("tests/crash/CMakeLists.txt", "sim/one", "sim/two", "no test sim/one"),
    ("web/src/push/c.test.ts", "a hub", "a pub", "no test c.test.ts: a hub"),
    ("tests/browser/d.test.mjs", "goes on", "goes", "no test d.test.mjs: goes on"),
    ("logs/gtest/asan/a.xml", 'name="IsAnswered"', 'name="Other"', "Poll.IsAnswered did not run"),
    ("logs/gtest/asan/a.xml", 'result="completed"/>', 'result="skipped"/>', "Poll.IsAnswered did not pass"),
    ("logs/gtest/asan/a.xml", 'result="completed"/><', 'result="completed"><failure/></testcase><', "Store.Keeps did not pass"),
    ("logs/ctest-asan.log", "   Passed    0.1", "***Failed  0.1", "system/crash did not pass"),
    ("logs/ctest-asan.log", "sim/one", "sim/other", "sim/one did not run"),
    ("logs/whole-asan.log", "\nok\n", "\nFAIL\n", "test_resumes did not pass"),
    ("logs/whole-asan.log", "\nok\n", " skipped 'no'\n", "test_resumes did not pass"),
    ("logs/whole-asan.log", "/x/b_test.py", "/x/c_test.py", "test_resumes did not run"),
    ("logs/browser.log", "ok 1", "not ok 1", "goes on did not pass"),
    ("logs/browser.log", "goes on", "goes on # SKIP", "goes on did not pass"),
    ("logs/vitest.json", "passed", "failed", "a hub did not pass"),
    ("logs/vitest.json", "doesn't", "does", "doesn't loop did not run"),
]


def all_faults(house):
    with tempfile.TemporaryDirectory() as root:
        for name, text in house.items():
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "w", encoding="utf-8") as stream:
                stream.write(text)
        return list(faults(root)) + list(faults_of_run(root, os.path.join(root, "logs")))


def self_test():
    wrong = [f"found where all is well: {fault}" for fault in all_faults(HOUSE)]
    for name, old, new, expected in BROKEN:
        assert old in HOUSE[name], (name, old)
        found = all_faults({**HOUSE, name: HOUSE[name].replace(old, new)})
        if not any(expected in fault for fault in found):
            wrong.append(f"{name} with {new!r}: expected {expected!r}, found {found}")
    return wrong


def main():
    if sys.argv[1:] == ["--self"]:
        found = self_test()
    elif sys.argv[1:2] == ["--ran"] and len(sys.argv) == 3:
        found = list(faults_of_run(ROOT, sys.argv[2]))
    elif not sys.argv[1:]:
        found = list(faults(ROOT))
    else:
        sys.exit(__doc__)
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
