"""Who signs; and the passphrase of a protected key, from the environment or asked of whoever sits at the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.errors import UsageError

if TYPE_CHECKING:
    from phiward.evidence.keys import Signer

VARIABLE = "PHIWARD_PASSPHRASE"
"""Holds the passphrase where nobody can be asked. Command lines show in process lists: there is no option for it."""


def signer_of(name: str) -> Signer:
    """Return who signs: a private key's file, with its passphrase where it has one, or `awskms:` and a KMS key.

    Raises `EvidenceError`, `UsageError`.
    """
    if name.startswith("awskms:"):
        from phiward.evidence.kms import kms_signer

        return kms_signer(name.removeprefix("awskms:"))
    from phiward.evidence.keys import load_signer, protected

    path = Path(name)
    return load_signer(path, _ask(f"passphrase of {path}: ") if protected(path) else None)


def new(path: Path) -> bytes:
    """Return the passphrase that a new key is to have; at a terminal it is asked for twice."""
    first = _ask(f"passphrase for {path}: ")
    if VARIABLE not in os.environ and _ask("the same again: ") != first:
        raise UsageError("the two passphrases differ: no key was made")
    if not first:
        raise UsageError("an empty passphrase protects nothing: no key was made")
    return first


def _ask(prompt: str) -> bytes:
    given = os.environ.get(VARIABLE)
    if given is not None:
        return os.fsencode(given)
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(f"the key takes a passphrase, and nobody is there to be asked: set {VARIABLE}")
    from getpass import getpass

    return os.fsencode(getpass(prompt))
