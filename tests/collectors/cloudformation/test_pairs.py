"""A template says what Terraform code says: the same facts, field by field.

`pairs/TYPE/CASE.tf` and `pairs/TYPE/CASE.yaml` say one thing in both languages; Terraform labels are logical ids. A new
pair is two files.
"""

from pathlib import Path

import pytest
from cloudformation_code import assert_agree

PAIRS = sorted((Path(__file__).parent / "pairs").glob("*/*.tf"))


def test_every_file_is_of_a_pair() -> None:
    """Nothing stands alone, and nothing got lost."""
    files = {path for path in (Path(__file__).parent / "pairs").rglob("*") if path.is_file()}

    assert files == {half for pair in PAIRS for half in (pair, pair.with_suffix(".yaml"))}
    assert len(PAIRS) >= 65


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.parent.name}-{pair.stem}")
def test_the_template_says_the_same(pair: Path, tmp_path: Path) -> None:
    """Every resource of the type has the same facts in both."""
    template = pair.with_suffix(".yaml").read_text()
    assert_agree(tmp_path, pair.parent.name, hcl=pair.read_text(), template=template)
