"""The guide says what is true."""

import re
from pathlib import Path

from phiward.collectors.awsconfig import knowledge
from phiward.collectors.awsconfig.records import SCAN

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "scan-through-aws-config.md"


def test_the_guide_lists_the_types_that_are_read() -> None:
    """All of them, and no other."""
    listed = re.findall(r"`(aws\.[a-z0-9_.]+)`", GUIDE.read_text().partition("## Which types")[2])

    assert listed == list(knowledge.covered())


def test_the_guide_names_what_helps() -> None:
    """The command that every reason names."""
    assert re.search(r"\((phiward scan aws)\)", SCAN)
    assert "`phiward scan aws`" in GUIDE.read_text()
