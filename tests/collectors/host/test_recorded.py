"""Five hosts of four distributions: what their recorded answers say about what the law asks."""

import pytest
from collectors.host.recorded import NAMES, answer, host, read
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from phiward.collectors.host.frames import Part
from phiward.collectors.types.host import account, filesystem, linux
from phiward.inventory.aspects import EncryptionAtRest, MalwareProtection, Patching, Rule
from phiward.inventory.model import Unknown


def test_a_laptop_in_good_order() -> None:
    """Debian with LUKS, unattended upgrades, fresh signatures and a fresh list of updates."""
    laptop, config = host("debian-laptop")

    assert laptop.encryption_at_rest == EncryptionAtRest(enabled=True, algorithm="luks2", key_owner="customer")
    assert laptop.patching == Patching(
        automatic=True,
        version="12",
        end_of_support="2028-06-30",
        pending_security_updates=0,
        reboot_required=False,
        checked="2026-11-23T00:00:00Z",
    )
    assert laptop.malware_protection == MalwareProtection(
        installed=True, active=True, signatures_updated="2026-11-22T08:41:00Z"
    )
    assert config.swap_encrypted is True
    assert config.firewall == "nftables"


def test_how_people_get_into_the_laptop() -> None:
    """A key and a password together, never root; accounts locked after five failures; idle shells end."""
    laptop, config = host("debian-laptop")

    signing = laptop.authentication
    assert signing is not None
    assert not isinstance(signing, Unknown)
    assert (signing.mfa, signing.root_login, signing.anonymous, signing.centralized) == (True, False, False, True)
    assert signing.session_timeout_minutes == 10
    assert config.session_timeout_fixed is True
    assert str(signing.rules) == (
        "PasswordRules(minimum_length=14, character_classes=4, history=12, maximum_age_days=365, lockout_attempts=5)"
    )


def test_a_neglected_server() -> None:
    """Ubuntu past its end, two security updates, telnet, no audit, a vendor who is root without a password."""
    server, config = host("ubuntu-server")

    assert server.patching == Patching(
        automatic=False,
        version="20.04",
        end_of_support="2025-05-29",
        pending_security_updates=2,
        reboot_required=True,
        checked="2026-11-23T00:00:00Z",
    )
    assert server.authorization is not None
    assert not isinstance(server.authorization, Unknown)
    assert server.authorization.privileged == ("imaging", "toor", "vendor")
    assert server.authorization.passwordless is True
    assert config.restricted_passwordless is True
    assert config.plaintext_services == ("snmp", "telnet")
    assert config.root_accounts == ("root", "toor")
    assert config.passwordless_accounts == ("kiosk",)
    assert config.swap_encrypted is False


def test_a_match_block_can_let_root_in() -> None:
    """What holds by default is not all: a block for one network lets root in, and is named."""
    server, config = host("ubuntu-server")

    assert server.authentication is not None
    assert not isinstance(server.authentication, Unknown)
    assert server.authentication.root_login is True
    assert isinstance(config.sshd, linux.SshdConfig)
    assert config.sshd.overrides == (
        "user backup address 192.0.2.0/24: permitrootlogin yes",
        "user backup address 192.0.2.0/24: x11forwarding yes",
    )


def test_each_file_system_answers_for_itself() -> None:
    """Two on bare disks are not encrypted; what another host stores is unknown; images are none."""
    stores = {r.name: r.encryption_at_rest for r in read("ubuntu-server") if r.type == "host.filesystem"}

    plain = EncryptionAtRest(enabled=False, algorithm=None, key_owner=None)
    assert list(stores) == ["/", "/mnt/pacs", "/srv/imaging"]
    assert stores["/"] == stores["/srv/imaging"] == plain
    pacs = stores["/mnt/pacs"]
    assert isinstance(pacs, EncryptionAtRest)
    assert isinstance(pacs.enabled, Unknown)


def test_ufw_is_read_through_its_chains() -> None:
    """Jumps, limits, sets of ports and comments of a real ufw set come out as rules."""
    server, _ = host("ubuntu-server")

    assert server.network is not None
    assert not isinstance(server.network, Unknown)
    assert server.network.default_deny is True
    assert server.network.ingress == tuple(
        Rule(protocol=protocol, from_port=port, to_port=port, sources=(source,))
        for protocol, port, source in (
            ("udp", 68, "0.0.0.0/0"),
            ("tcp", 22, "0.0.0.0/0"),
            ("tcp", 80, "10.0.0.0/8"),
            ("tcp", 443, "10.0.0.0/8"),
            ("tcp", 23, "0.0.0.0/0"),
        )
    )


def test_dnf_faillock_and_firewalld() -> None:
    """Rocky: three packages wait, a restart is due, PAM's includes are followed, firewalld's zone is read."""
    server, config = host("rocky-server")

    assert server.patching is not None
    assert not isinstance(server.patching, Unknown)
    assert server.patching.pending_security_updates == 3
    assert server.patching.reboot_required is True
    assert server.patching.automatic is True
    assert server.authentication is not None
    assert not isinstance(server.authentication, Unknown)
    assert str(server.authentication.rules) == (
        "PasswordRules(minimum_length=12, character_classes=3, history=5, maximum_age_days=90, lockout_attempts=3)"
    )
    assert (config.firewall, config.mandatory_access_control) == ("firewalld", "selinux")
    assert server.network is not None
    assert not isinstance(server.network, Unknown)
    assert server.network.default_deny is True
    assert server.network.ingress == (
        Rule(protocol="tcp", from_port=22, to_port=22, sources=("0.0.0.0/0",)),
        Rule(protocol="tcp", from_port=22, to_port=22, sources=("::/0",)),
    )


def test_a_guest_does_not_know_what_its_disk_lies_on() -> None:
    """A virtual machine without encryption of its own is unknown, and says that it does not encrypt."""
    store = next(r for r in read("rocky-server") if r.type == "host.filesystem")

    assert isinstance(store.encryption_at_rest, EncryptionAtRest)
    assert isinstance(store.encryption_at_rest.enabled, Unknown)
    assert isinstance(store.config, filesystem.FilesystemConfig)
    assert store.config.encrypted_by_host is False


def test_a_plain_user_is_told_what_needs_root() -> None:
    """The same host: what only root may read is unknown for that reason, the rest is the same."""
    (as_root, config), (as_user, seen) = host("rocky-server"), host("rocky-as-user")

    reasons = {
        name: getattr(seen, name).reason
        for name in seen.__struct_fields__
        if isinstance(getattr(seen, name), Unknown) and getattr(seen, name) != getattr(config, name)
    }
    assert set(reasons) == {
        "audit_full",
        "audit_immutable",
        "audit_rules",
        "firewall",
        "passwordless_accounts",
        "restricted_passwordless",
        "sshd",
        "sshd_configured",
    }
    assert all(reason.startswith("needs root: ") for reason in reasons.values())
    assert as_user.authorization is not None
    assert not isinstance(as_user.authorization, Unknown)
    assert as_user.authorization.passwordless == Unknown("needs root: sudoers/file:/etc/sudoers")
    assert as_user.encryption_at_rest == as_root.encryption_at_rest
    assert as_user.malware_protection == as_root.malware_protection


def test_a_small_system_without_systemd() -> None:
    """Alpine: doas, busybox syslog, /proc/net and /proc/mounts in place of the tools that are not there."""
    gateway, config = host("alpine-gateway")

    assert config.sshd is None
    assert gateway.authorization is not None
    assert not isinstance(gateway.authorization, Unknown)
    assert (gateway.authorization.privileged, gateway.authorization.passwordless) == (("lab",), True)
    assert gateway.logging is not None
    assert not isinstance(gateway.logging, Unknown)
    assert gateway.logging.destinations == ("10.0.0.9:514",)
    assert gateway.network is not None
    assert not isinstance(gateway.network, Unknown)
    assert isinstance(gateway.network.listeners, tuple)
    assert [(e.address, e.port) for e in gateway.network.listeners] == [("0.0.0.0", 22), ("::", 22), ("127.0.0.1", 631)]
    assert isinstance(gateway.network.default_deny, Unknown)
    assert "/srv/lab data" in {r.name for r in read("alpine-gateway")}


def test_accounts_give_states_and_ages() -> None:
    """Of an account: whether a password opens it, how it is kept, when it was changed; administrators by any way."""
    found = {r.name: r for r in read("ubuntu-server") if r.type == "host.account"}

    administrators = {
        name
        for name, r in found.items()
        if r.authorization is not None and not isinstance(r.authorization, Unknown) and r.authorization.administrator
    }
    assert administrators == {"root", "toor", "imaging", "vendor"}
    toor = found["toor"].config
    assert isinstance(toor, account.AccountConfig)
    assert toor.password_algorithm == "md5"
    kiosk = found["kiosk"].authentication
    assert kiosk is not None
    assert not isinstance(kiosk, Unknown)
    assert kiosk.anonymous is True


def test_each_reading_is_named_with_its_digest() -> None:
    """The probe and each of its sections are observations with a digest, the caller and the time."""
    laptop, _ = host("debian-laptop")

    calls = [observation.call for observation in laptop.observations]
    assert calls[0] == "probe:version-1"
    assert {"probe:sshd", "probe:disks", "probe:updates"} < set(calls)
    assert all(o.digest is not None and o.digest.startswith("sha256:") for o in laptop.observations)
    assert {(o.principal, o.at) for o in laptop.observations} == {("root", "2026-11-24T00:00:00Z")}


@pytest.mark.parametrize("name", NAMES)
def test_an_old_list_of_updates_shows_nothing(name: str) -> None:
    """Two months later nothing is known to be mended: none is never said from a stale list."""
    later = linux.normalize(answer(name), "2027-01-24T00:00:00Z").patching

    assert later is not None
    assert not isinstance(later, Unknown)
    assert later.pending_security_updates != 0


@given(data=st.data())
def test_garbage_in_any_part_never_crashes(data: st.DataObject) -> None:
    """Whatever one command says, there is a host with its parts; a garbled section makes facts unknown at most."""
    base = answer(data.draw(st.sampled_from(NAMES)))
    name = data.draw(st.sampled_from(sorted(base.parts)))
    whole = base.parts[name].body
    cut = data.draw(st.integers(0, len(whole)))
    garbage = data.draw(
        st.one_of(
            st.binary(max_size=60),
            st.text(alphabet='{}[]:,"0123456789 \n-@=!%#()*/null\\ALLabc', max_size=60).map(str.encode),
            st.just(b"[" * 3000),
        )
    )
    status = data.draw(st.sampled_from(["0", "0", "1", "absent", "nocmd", "denied", "timeout"]))
    changed = replace(base, parts=base.parts | {name: Part(status=status, body=whole[:cut] + garbage)})

    assert linux.normalize(changed, "2026-11-24T00:00:00Z").type == "host.linux"
    list(filesystem.normalize(changed, None))
    list(account.normalize(changed, None))
