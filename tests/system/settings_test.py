"""What is written about settings is what the program knows: docs/operating.md and packaging/keepline.toml."""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import keepline  # noqa: E402
from document import ROOT  # noqa: E402

EXAMPLE = os.path.join(ROOT, "packaging", "keepline.toml")


def known(*arguments):
    """"server.listen" -> its value, of every setting."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEEPLINE_")}
    done = subprocess.run([keepline.binary(), "config", "check", *arguments], capture_output=True, text=True,
                          timeout=60, env=environment)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    tables = tomllib.loads(done.stdout)
    return {f"{table}.{name}": value for table, values in tables.items() for name, value in values.items()}


class Settings(unittest.TestCase):
    def test_the_example_holds_each_with_its_default(self):
        with open(EXAMPLE, encoding="utf-8") as file:
            text = file.read()
        # What is commented out is an example of a value; in the file it must be right, too.
        shown = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
        given = {f"{table}.{name}" for table, values in tomllib.loads(shown).items() for name in values}
        with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as whole:
            whole.write(shown)
            whole.flush()
            self.assertEqual(given | {"server.demo"}, set(known("--config", whole.name)))
        of_its_own = {"server.data"}
        defaults, example = known(), known("--config", EXAMPLE)
        differ = {key for key in defaults if defaults[key] != example[key]}
        self.assertEqual(differ, of_its_own)

    def test_the_table_for_operators_has_a_row_for_each(self):
        with open(os.path.join(ROOT, "docs", "operating.md"), encoding="utf-8") as file:
            rows = re.findall(r"^\| `(\w+\.\w+)` \| `(\w+)` \| `(--[\w-]+)` \|([^|]*)\|", file.read(), re.MULTILINE)
        self.assertEqual({key for key, *_ in rows}, set(known()))
        defaults = known()
        for key, variable, flag, default in rows:
            self.assertEqual(variable, "KEEPLINE_" + flag[2:].replace("-", "_").upper(), key)
            value = defaults[key]
            value = value[0] if isinstance(value, list) and value else value
            text = str(value).lower() if isinstance(value, bool) else str(value or ("0" if value == 0 else ""))
            self.assertTrue(default.strip().strip("`").startswith(text), f"{key}: {default!r}, not {text!r}")


if __name__ == "__main__":
    keepline.main()
