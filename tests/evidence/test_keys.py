"""Keys and trust."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from phiward.errors import EvidenceError
from phiward.evidence import canonical, dsse
from phiward.evidence.keys import KeyKind, keygen, load_public, load_signer
from phiward.evidence.trust import config_folder, load_trust, local_key, local_trust, trust_document, trust_key


@pytest.mark.parametrize("kind", KeyKind)
def test_a_new_key_signs_what_its_public_half_verifies(tmp_path: Path, kind: KeyKind) -> None:
    """And a changed message, or another key, does not verify."""
    files = keygen(tmp_path / "collector.key", kind)
    signer, public = load_signer(files.private), load_public(files.public)

    signature = signer.sign(b"message")

    assert public.id == files.id == signer.public.id
    assert public.verifies(signature, b"message")
    assert not public.verifies(signature, b"massage")
    assert not public.verifies(b"", b"message")
    assert signer.sign(b"message") == signature


def test_the_key_id_is_what_openssl_says(tmp_path: Path) -> None:
    """SHA-256 over the SPKI DER form."""
    files = keygen(tmp_path / "collector.key")

    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", files.public, "-outform", "DER"], capture_output=True, check=True
    )
    digest = subprocess.run(["sha256sum"], input=der.stdout, capture_output=True, check=True).stdout.decode().split()[0]

    assert digest == files.id


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    """Mode 0600 whatever the umask, and a wider one is refused at loading."""
    old = os.umask(0)
    try:
        files = keygen(tmp_path / "collector.key")
    finally:
        os.umask(old)
    mode = stat.S_IMODE(files.private.stat().st_mode)
    files.private.chmod(0o644)

    assert mode == 0o600
    with pytest.raises(EvidenceError, match="chmod 600"):
        load_signer(files.private)


def test_a_passphrase_protects_a_key(tmp_path: Path) -> None:
    """It is needed, and the right one."""
    files = keygen(tmp_path / "collector.key", passphrase=b"correct horse")

    assert load_signer(files.private, b"correct horse").public.id == files.id
    with pytest.raises(EvidenceError, match="give its passphrase"):
        load_signer(files.private)
    with pytest.raises(EvidenceError, match="passphrase is wrong"):
        load_signer(files.private, b"battery staple")


@pytest.mark.parametrize("taken", ["collector.key", "collector.pub"])
def test_a_key_is_never_overwritten(tmp_path: Path, taken: str) -> None:
    """Neither half; and nothing is left behind."""
    (tmp_path / taken).write_text("precious")

    with pytest.raises(EvidenceError, match="never overwritten"):
        keygen(tmp_path / "collector.key")

    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text() == "precious"


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    """With the file's name."""
    path = tmp_path / "x.pem"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(EvidenceError, match=r"x\.pem"):
        load_signer(path)
    with pytest.raises(EvidenceError, match=r"x\.pem"):
        load_public(path)


def test_other_kinds_of_key_are_refused(tmp_path: Path) -> None:
    """An RSA key is not one of the two kinds."""
    path = tmp_path / "rsa.key"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    path.chmod(0o600)

    with pytest.raises(EvidenceError, match="only Ed25519 and ECDSA P-256"):
        load_signer(path)


def test_this_users_key_is_made_once_and_trusted(tmp_path: Path) -> None:
    """The first use makes it and says so; the second finds the same."""
    folder = tmp_path / "phiward"

    first, second = local_key(folder), local_key(folder)

    assert (first.created, second.created) == (True, False)
    assert first.signer.public.id == second.signer.public.id
    assert [entry.key().id for entry in local_trust(folder)] == [first.signer.public.id]


def test_without_a_key_nobody_is_trusted(tmp_path: Path) -> None:
    """An empty folder of settings trusts no one."""
    assert local_trust(tmp_path / "nothing") == ()


def test_the_settings_folder_follows_xdg() -> None:
    """An absolute XDG_CONFIG_HOME counts, a relative one does not."""
    assert config_folder({"XDG_CONFIG_HOME": "/settings"}) == Path("/settings/phiward")
    assert config_folder({"XDG_CONFIG_HOME": "settings"}) == Path.home() / ".config/phiward"


def test_a_trust_file_round_trips(tmp_path: Path) -> None:
    """What is written is read."""
    entry = trust_key(keygen(tmp_path / "a.key").public, "production")
    (tmp_path / "trust.json").write_bytes(trust_document(entry))

    assert load_trust(tmp_path / "trust.json") == entry


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"keys":[]}',
        b'{"schema":"phiward/trust/v1","keys":[{"name":"a"}]}',
        b'{"schema":"phiward/trust/v1","keys":[{"name":"a","public":"x"}]}',
        b'{"schema":"phiward/trust/v1","keys":[],"keys":[]}',
        b'{"schema":"phiward/trust/v1","keys":[],"more":1}',
    ],
)
def test_a_broken_trust_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Rather than trusting fewer keys, or other ones, than its author meant."""
    (tmp_path / "trust.json").write_bytes(content)

    with pytest.raises(EvidenceError, match=r"trust\.json|trusted key"):
        load_trust(tmp_path / "trust.json")


def test_a_time_that_is_none_is_refused(tmp_path: Path) -> None:
    """Times are compared as texts, so their form must be right."""
    entry = {"name": "a", "public": load_public(keygen(tmp_path / "a.key").public).pem, "valid_to": "23 Nov 2026"}
    (tmp_path / "trust.json").write_bytes(canonical.encode({"schema": "phiward/trust/v1", "keys": [entry]}))

    with pytest.raises(EvidenceError, match="is not a time"):
        load_trust(tmp_path / "trust.json")


def test_the_pre_authentication_encoding_is_dsses() -> None:
    """The example of the DSSE protocol, v1."""
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
