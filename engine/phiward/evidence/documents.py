"""The two texts inside a bundle: what it is, and how to verify it without phiward."""

from phiward.evidence.keys import PublicKey

_README = """\
HIPAA Security Rule evidence, collected by phiward
==================================================

What was seen:    facts/        one line per resource, as the collectors normalized it; gaps.jsonl: what was not seen
What was asked:   controls/     the exact controls; policies/ the policy; waivers/ the accepted exceptions
What follows:     results/      one line per finding, passes included; requirements.json per requirement
Who, when, where: run/run.json  times in UTC, scope asked for and reached, versions

To verify:        phiward verify <this bundle> --key <the signer's public key>
Without phiward:  VERIFY.md, with sha256sum and openssl

The bundle proves what the collectors saw and that nobody changed it since. It does not prove that the organization
complies with HIPAA: requirements that only people can answer show as not assessed. Treat it as confidential: it
describes how systems are protected. Keep it for at least six years (45 CFR 164.316(b)(2)(i)).
"""

_VERIFY = """\
# Verifying this bundle without phiward

You need `sha256sum`, `openssl` (3.0 or later), `jq`, and the signer's public key **from a source you trust** (the
organization's security official, a letter), saved as `trusted.pem`. The `signer.pem` in here is a copy for convenience:
whoever replaces the bundle can replace it too.

Fingerprint of the signer's key (SHA-256 of its SPKI DER form):

    {keyid}

Run this in the unzipped folder, as `sh verify.sh path/to/trusted.pem`, or line by line. Every command must succeed:

```sh
set -eu
trusted="$1"
envelope="${{2:-attestation.dsse.json}}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 1. the key is the one whose fingerprint you were told
openssl pkey -pubin -in "$trusted" -outform DER | sha256sum

# 2. no links, and no file that is not listed
test -z "$(find . ! -type f ! -type d)"
find . -type f ! -path ./SHA256SUMS ! -path ./attestation.dsse.json | sed 's|^\\./||' |
  grep -Ev '^review(-[2-9]|-[1-9][0-9])?\\.dsse\\.json$' | LC_ALL=C sort >"$work/present"
sed 's/^[0-9a-f]*  //' SHA256SUMS | LC_ALL=C sort >"$work/listed"
cmp "$work/present" "$work/listed"

# 3. every listed file is unchanged
sha256sum --quiet --strict -c SHA256SUMS

# 4. the signature over the statement
test "$(jq -r .payloadType "$envelope")" = application/vnd.in-toto+json
jq -r .payload "$envelope" | base64 -d >"$work/payload"
jq -r '.signatures[0].sig' "$envelope" | base64 -d >"$work/signature"
{{
  printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <"$work/payload")"
  cat "$work/payload"
}} >"$work/signed"
if openssl pkey -pubin -in "$trusted" -noout -text | grep -q ED25519; then
  openssl pkeyutl -verify -pubin -inkey "$trusted" -rawin -in "$work/signed" -sigfile "$work/signature"
else
  openssl dgst -sha256 -verify "$trusted" -signature "$work/signature" "$work/signed"
fi

# 5. the statement speaks of these two files
for file in manifest.json SHA256SUMS; do
  jq -r --arg name "$file" '.subject[] | select(.name == $name) | .digest.sha256 + "  " + .name' \\
    "$work/payload" >"$work/subject"
  test -s "$work/subject"
  sha256sum --quiet --strict -c "$work/subject"
done
echo "verified: nothing was changed since the owner of $trusted signed it"
```

The statement itself, readable: `jq -r .payload attestation.dsse.json | base64 -d | jq .`

A file `review.dsse.json` is a reviewer's signature over the same two files. Check it in the same way, with the
reviewer's public key: `sh verify.sh path/to/reviewer.pem review.dsse.json`
"""


def readme() -> bytes:
    """Return the bundle's README.txt."""
    return _README.encode()


def verify_guide(key: PublicKey) -> bytes:
    """Return the bundle's VERIFY.md for this key: commands that anyone can run and read."""
    return _VERIFY.format(keyid=key.id).encode()
