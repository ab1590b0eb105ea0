"""`phiward keygen`: make a key to sign evidence with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Make the key and say what to do with each half."""
    from phiward.evidence.keys import KeyKind, keygen

    path = Path(options.path)
    passphrase = None
    if options.protect:
        from phiward.cli.signing import new

        passphrase = new(path)
    made = keygen(path, KeyKind(options.kind), passphrase)
    print(f"private key  {made.private}   keep it from everybody, in a secret store; it signs: phiward scan --key")
    print(f"public key   {made.public}   give it to your auditor; it verifies: phiward verify --key")
    print(f"fingerprint  {made.id}   read it out over another channel")
    return 0
