"""Texts that are nested so deeply that the C reader of YAML would end the process."""

import subprocess
import sys

import pytest

from phiward.collectors.nesting import DEPTH, too_deep

DEEP = {
    "lists on one line": "- " * 300_000 + "a",
    "keys on one line": "? " * 300_000 + "a",
    "brackets": "a: " + "[" * 300_000,
    "braces": "{a: " * 300_000,
    "indentation": "\n".join(" " * level + "a:" for level in range(5 * DEPTH)),
}
READERS = {
    "templates": "from phiward.collectors.cloudformation.reading import read; print(read(text.encode()).problems)",
    "manifests": "from phiward.collectors.documents import read; print(read(text.encode()).problems)",
    "edits": "from phiward.collectors.cloudformation.edit import decided; print(decided(text, 'a.yaml', ['x.y']))",
    "yamldecode": (
        "from phiward.collectors.terraform.evaluate.functions import yaml_text\n"
        "from phiward.collectors.terraform.evaluate.values import Exhausted\n"
        "try:\n    yaml_text._yamldecode(None, text)\nexcept Exhausted as error:\n    print(error)"
    ),
    "controls": (
        "from phiward.engine.content import parse\nfrom phiward.errors import ContentError\n"
        "try:\n    parse(text.encode(), 'a.yaml')\nexcept ContentError as error:\n    print(error)"
    ),
    "comments": "from phiward.collectors.in_place.comments import Comments; Comments(text + ' # phiward:waive a', 'yaml')",
}


@pytest.mark.parametrize("case", DEEP)
def test_the_line_is_told(case: str) -> None:
    """That of the place where it is too much."""
    assert too_deep(DEEP[case]) is not None


@pytest.mark.parametrize(
    "text", ["a: [{b: [c]}]", '{"a": "[[[["}', "a:\n  " + " " * 300 + "text", "-" * 700, "{}\n" * 5000]
)
def test_what_is_written_by_people_is_not_too_deep(text: str) -> None:
    """However long it is."""
    assert too_deep(text) is None


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_ends_the_process(reader: str) -> None:
    """Each in a process of its own, which would be gone."""
    for text in DEEP.values():
        program = f"import sys; text = sys.stdin.read()\n{READERS[reader]}"
        done = subprocess.run(
            [sys.executable, "-c", program], input=text, text=True, capture_output=True, timeout=60, check=False
        )

        assert done.returncode == 0, done.stderr[-500:]
