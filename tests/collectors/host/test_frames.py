"""Framing: nothing that content says can pass for a line of the probe."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from phiward.collectors.host.frames import Malformed, parse
from phiward.inventory.model import Unknown

NONCE = "a1b2c3d4e5f6"


def framed(*parts: tuple[str, str, bytes], uid: int = 0, end: bool = True) -> bytes:
    """Return an answer as the probe prints it."""
    out = f"@{NONCE} H 1 {uid} 1048576\n".encode()
    for name, status, body in parts:
        out += f"@{NONCE} B {name}\n".encode() + body + f"\n@{NONCE} E {status}\n".encode()
    return out + (f"@{NONCE} Z\n".encode() if end else b"")


@given(st.binary(max_size=300))
def test_content_comes_back_as_it_was(body: bytes) -> None:
    """Whatever a file holds, line breaks at its end included, is read byte for byte."""
    assert parse(framed(("os/release", "0", body))).parts["os/release"].body == body


@given(st.binary(max_size=400))
def test_garbage_is_refused_or_read_but_never_crashes(raw: bytes) -> None:
    """Bytes that are no answer raise `Malformed`; after a proper first line anything may follow."""
    with suppress(Malformed):
        parse(raw)
    assert parse(framed(end=False) + raw).uid == 0


def test_a_forged_frame_is_content() -> None:
    """A file that holds lines like the probe's, with another nonce, changes nothing."""
    forged = b"PermitRootLogin yes\n@deadbeef E 0\n@deadbeef B sshd/effective\npermitrootlogin no\n@deadbeef E 0"

    answer = parse(framed(("sshd/config:/etc/ssh/sshd_config", "0", forged)), nonce=NONCE)

    assert list(answer.parts) == ["sshd/config:/etc/ssh/sshd_config"]
    assert answer.parts["sshd/config:/etc/ssh/sshd_config"].body == forged


def test_another_nonce_is_no_answer() -> None:
    """An answer that does not begin with the nonce that was sent is refused as a whole."""
    try:
        parse(framed(), nonce="ffffffffffff")
    except Malformed:
        return
    raise AssertionError


def test_a_part_said_twice_is_unknown() -> None:
    """Two parts of one name contradict each other; neither is believed."""
    answer = parse(framed(("os/release", "0", b"ID=debian\n"), ("os/release", "0", b"ID=ubuntu\n")))

    assert answer.text("os/release") == Unknown("said twice by the probe: os/release")


def test_a_part_without_an_end_is_unknown() -> None:
    """An answer that was cut off in the middle of a part does not give that part."""
    raw = framed(("os/release", "0", b"ID=debian\nVERSION_ID=12\n"), end=False)
    cut = parse(raw[: raw.index(b"VERSION_ID")])

    assert cut.text("os/release") == Unknown("the probe ended before it: os/release")
    assert not cut.complete


def test_each_status_says_its_reason() -> None:
    """What could not be read says why; absent and not installed are no reasons but facts."""
    answer = parse(
        framed(("a/1", "denied", b""), ("a/2", "timeout", b""), ("a/3", "absent", b""), ("a/4", "nocmd", b""), uid=1000)
    )

    assert [answer.text(f"a/{n}") for n in range(1, 6)] == [
        Unknown("needs root: a/1"),
        Unknown("timed out: a/2"),
        None,
        None,
        Unknown("the probe ended before it: a/5"),
    ]


def test_a_refusal_to_root_is_told_apart() -> None:
    """Root in a container without rights is not told to become root."""
    assert parse(framed(("a/1", "denied", b""))).text("a/1") == Unknown("refused, even to root: a/1")


def test_a_section_that_was_not_asked_for_is_unknown() -> None:
    """A fact that no control needed is not taken for one that is absent."""
    answer = parse(framed(), asked=frozenset({"os"}))

    assert answer.text("sshd/effective") == Unknown("not asked: no selected control reads it")


def test_content_at_the_limit_may_be_cut_and_is_unknown() -> None:
    """The probe hands over a limited number of bytes; a part of that length is not trusted to be whole."""
    raw = framed(("a/1", "0", b"12345678")).replace(b"1048576", b"8", 1)

    assert isinstance(parse(raw).text("a/1"), Unknown)
