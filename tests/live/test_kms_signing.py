"""A bundle signed by a simulated KMS, over HTTP."""

from pathlib import Path

import pytest

from phiward.cli.main import main

CODE = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "us-east-1a"\n  size = 1\n}\n'


@pytest.mark.live
def test_a_bundle_signed_by_kms(
    aws_environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its public key, from KMS itself, verifies it; a key for encrypting is refused before anything is read."""
    import boto3
    from cryptography.hazmat.primitives import serialization

    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    kms = boto3.client("kms", region_name="us-east-1")
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/evidence", TargetKeyId=key)
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    (tmp_path / "main.tf").write_text(CODE)
    bundle, public = tmp_path / "evidence.zip", tmp_path / "kms.pem"
    scan = ["scan", str(tmp_path / "main.tf"), "--bundle", str(bundle), "-q", "--key"]

    for name in ("alias/evidence", key):
        assert main([*scan, f"awskms:{name}"]) in {1, 3}
        der = serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public.write_bytes(der.public_bytes(serialization.Encoding.PEM, form))
        assert main(["verify", str(bundle), "--key", str(public), "--deep"]) == 0
    bundle.unlink()
    capsys.readouterr()
    for name in (other, "alias/missing"):
        assert main([*scan, f"awskms:{name}"]) == 2
        assert f"awskms:{name}" in capsys.readouterr().err
    assert not bundle.exists()
