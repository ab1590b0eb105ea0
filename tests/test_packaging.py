"""The namespace package stays a namespace."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_phiward_has_no_init() -> None:
    """`phiward/__init__.py` in either source root would hide the other root."""
    assert [root for root in ("engine", "collectors") if (ROOT / root / "phiward" / "__init__.py").exists()] == []
