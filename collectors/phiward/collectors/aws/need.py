"""Which paths of a resource the selected controls read, so that nothing else is asked."""

from collections.abc import Collection


def needed(paths: Collection[str], wanted: Collection[str] | None) -> bool:
    """Say whether one of `paths` is among the wanted ones: the same, within one, or holding one.

    No paths at all stand for the whole resource, and `wanted` None for every path: both are needed.
    """
    if wanted is None or not paths:
        return True
    return any(_meet(path, other) for path in paths for other in wanted)


def _meet(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(f"{wanted}.") or wanted.startswith((f"{path}.", f"{path}["))
