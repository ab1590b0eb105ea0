"""Which names of environment variables look like those of secrets."""

import re
from collections.abc import Iterable
from typing import Any

from phiward.inventory.model import Maybe, Unknown

_SECRET = re.compile(r"secret|passw(or)?d|passphrase|token|api_?key|private_?key|access_?key|credential", re.IGNORECASE)
_REFERENCE = re.compile(r"_(arn|name|id|path|url|uri|file)$", re.IGNORECASE)
"""Endings of names that say where a secret is kept, not what it is."""


def counted(names: Iterable[Any] | Unknown) -> Maybe[int]:
    """Return how many names look like those of secrets; `Unknown` where a name that could not be seen may be one."""
    if isinstance(names, Unknown):
        return names
    found = 0
    for name in names:
        if isinstance(name, Unknown):
            return name
        found += bool(_SECRET.search(str(name)) and not _REFERENCE.search(str(name)))
    return found
