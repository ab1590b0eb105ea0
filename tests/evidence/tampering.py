"""Bundles taken apart and put together again, and every way to tamper with one."""

import base64
import hashlib
import json
import zipfile
from pathlib import Path

from phiward.evidence.trust import TrustedKey, trust_key
from phiward.evidence.verify import Outcome, VerifyStep

FACTS = "facts/aws.s3.bucket/0000.jsonl"
RESULTS = "results/results.jsonl"


def trusted(path: Path) -> tuple[TrustedKey, ...]:
    """Return the trust in the key that lies beside the bundle."""
    return trust_key(path.parent / "signer.pub")


def files_of(path: Path) -> dict[str, bytes]:
    """Return a bundle's files."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezip(path: Path, files: dict[str, bytes] | list[tuple[str, bytes]]) -> Path:
    """Write files as a zip."""
    target = path.with_name("tampered.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return target


def unzip(path: Path, files: dict[str, bytes]) -> Path:
    """Write files as a folder."""
    folder = path.with_name("tampered")
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def failed(steps: list[VerifyStep]) -> str:
    """Return the details of the failed steps."""
    return "; ".join(step.detail for step in steps if step.outcome is Outcome.FAILED)


def one_byte(files: dict[str, bytes]) -> None:
    """Flip a byte of the facts."""
    files[FACTS] = files[FACTS].replace(b'"enabled":false', b'"enabled":true ', 1)


def added(files: dict[str, bytes]) -> None:
    """Add a file."""
    files["results/extra.jsonl"] = b"{}\n"


def removed(files: dict[str, bytes]) -> None:
    """Take a file away."""
    del files[FACTS]


def renamed(files: dict[str, bytes]) -> None:
    """Give a file another name."""
    files["facts/aws.s3.bucket/0001.jsonl"] = files.pop(FACTS)


def swapped(files: dict[str, bytes]) -> None:
    """Swap the contents of two files."""
    files["README.txt"], files["VERIFY.md"] = files["VERIFY.md"], files["README.txt"]


def truncated(files: dict[str, bytes]) -> None:
    """Cut a file."""
    files[RESULTS] = files[RESULTS][:-10]


def regenerated_sums(files: dict[str, bytes]) -> None:
    """Change a finding and make new sums, as a forger would who knows sha256sum."""
    files[RESULTS] = files[RESULTS].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    lines = [line.split("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    files["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for _old, name in lines
    ).encode()


def regenerated_manifest(files: dict[str, bytes]) -> None:
    """Change a finding and make a new manifest and new sums."""
    files[RESULTS] = files[RESULTS].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    manifest = json.loads(files["manifest.json"])
    for file in manifest["files"]:
        file["sha256"] = hashlib.sha256(files[file["path"]]).hexdigest()
    encoded = json.dumps(manifest["files"], sort_keys=True, separators=(",", ":")).encode()
    manifest["bundle_id"] = hashlib.sha256(encoded).hexdigest()[:32]
    files["manifest.json"] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    regenerated_sums(files)


def signer_copy(files: dict[str, bytes]) -> None:
    """Replace the convenience copy of the key."""
    files["signer.pem"] = b"not a key\n"


ALTERED = [one_byte, added, removed, renamed, swapped, truncated, regenerated_sums, regenerated_manifest, signer_copy]


def payload_edited(files: dict[str, bytes]) -> None:
    """Change the signed statement."""
    envelope = json.loads(files["attestation.dsse.json"])
    payload = base64.b64decode(envelope["payload"]).replace(b'"fail":2', b'"fail":0')
    files["attestation.dsse.json"] = json.dumps(envelope | {"payload": base64.b64encode(payload).decode()}).encode()


def no_attestation(files: dict[str, bytes]) -> None:
    """Take the signature away."""
    del files["attestation.dsse.json"]


def duplicate_key(files: dict[str, bytes]) -> None:
    """Say the payload twice, so that two readers see two statements."""
    files["attestation.dsse.json"] = files["attestation.dsse.json"].replace(b"{", b'{"payload":"e30=",', 1)


def other_type(files: dict[str, bytes]) -> None:
    """Claim another payload type."""
    files["attestation.dsse.json"] = files["attestation.dsse.json"].replace(b"in-toto+json", b"other+json")


def loose_base64(files: dict[str, bytes]) -> None:
    """Put a newline into the base64."""
    files["attestation.dsse.json"] = files["attestation.dsse.json"].replace(b'"payload":"', b'"payload":"\\n')


def no_signatures(files: dict[str, bytes]) -> None:
    """Empty the list of signatures."""
    envelope = json.loads(files["attestation.dsse.json"])
    files["attestation.dsse.json"] = json.dumps(envelope | {"signatures": []}).encode()


BAD_SIGNATURE = [payload_edited, no_attestation, duplicate_key, other_type, loose_base64, no_signatures]
