"""sudoers, doas, sshd and the packet filter: the small grammars, where they are easily read wrong."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from collectors.host.recorded import text_answer

from phiward.collectors.host import firewall, sshd
from phiward.collectors.host.people import Account
from phiward.collectors.host.sudoers import Right, Rights, from_json, from_lines, powers, sudo
from phiward.inventory.aspects import Rule
from phiward.inventory.model import Unknown

PEOPLE = tuple(
    Account(name=name, password="shadow", uid=uid, gid=uid, shell="/bin/sh")
    for name, uid in (("root", 0), ("ana", 1000), ("ben", 1001))
)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("ana ALL=(ALL:ALL) ALL", Right(who=("ana",), everything=True, passwordless=False)),
        ("ana ALL = ALL", Right(who=("ana",), everything=True, passwordless=False)),
        ("%wheel, ben ALL=(root) NOPASSWD: ALL", Right(who=("%wheel", "ben"), everything=True, passwordless=True)),
        ("ana ALL=(www-data) NOPASSWD: ALL", Right(who=("ana",), everything=False, passwordless=True)),
        ("ana ALL=NOPASSWD:SETENV: /bin/ls", Right(who=("ana",), everything=False, passwordless=True)),
        ("#1000 ALL=(#0) ALL", Right(who=("#1000",), everything=True, passwordless=False)),
    ],
)
def test_one_rule(line: str, right: Right) -> None:
    """One line of sudoers(5) is one right."""
    assert from_lines([line]) == Rights(rights=(right,))


def test_a_tag_holds_until_it_is_taken_back() -> None:
    """`NOPASSWD` goes on over the commas; `PASSWD` ends it."""
    found = from_lines(["ana ALL=(ALL) NOPASSWD: /bin/a, /bin/b, PASSWD: ALL"])

    assert isinstance(found, Rights)
    assert [(r.everything, r.passwordless) for r in found.rights] == [(False, True), (False, True), (True, False)]


def test_a_line_that_is_not_understood_is_unknown() -> None:
    """Half a policy is no policy."""
    assert isinstance(from_lines(["ana ALL ALL"]), Unknown)


def test_an_include_of_elsewhere_is_unknown() -> None:
    """A file that was not read may hold anything."""
    parts = {"sudoers/installed": "", "sudoers/json": "", "sudoers/file:/etc/sudoers": "@include /opt/sudoers\n"}
    answer = text_answer(parts)
    del answer.parts["sudoers/json"]

    found = sudo(answer)
    assert isinstance(found, Unknown)


def test_nobody_is_asked_where_authentication_is_off() -> None:
    """`Defaults !authenticate` makes every right one without a password."""
    rights = from_lines(["Defaults env_reset, !authenticate", "ana ALL=(ALL) ALL"])

    assert powers((rights,), PEOPLE, {}).passwordless is True


def test_the_docker_group_is_root() -> None:
    """Who may start containers is counted among those who may become all-powerful."""
    assert powers((None,), PEOPLE, {"docker": (998, ("ben",))}).names == ("ben",)


def test_cvtsudoers_and_the_parser_agree(tmp_path: Path) -> None:
    """Where cvtsudoers is installed it gives the rights that the own parser reads; else its recorded answer does."""
    lines = ["User_Alias V = ana, ben", "V ALL=(ALL) NOPASSWD: ALL", "%ops ALL=(root) /bin/ls"]
    recorded = json.dumps(
        {
            "User_Specs": [
                {
                    "User_List": [{"username": "ana"}, {"username": "ben"}],
                    "Host_List": [{"hostname": "ALL"}],
                    "Cmnd_Specs": [
                        {
                            "runasusers": [{"username": "ALL"}],
                            "Options": [{"authenticate": False}, {"setenv": True}],
                            "Commands": [{"command": "ALL"}],
                        }
                    ],
                },
                {
                    "User_List": [{"usergroup": "ops"}],
                    "Host_List": [{"hostname": "ALL"}],
                    "Cmnd_Specs": [{"runasusers": [{"username": "root"}], "Commands": [{"command": "/bin/ls"}]}],
                },
            ]
        }
    )
    tool = shutil.which("cvtsudoers")
    if tool:
        path = tmp_path / "sudoers"
        path.write_text("\n".join([*lines, ""]))
        recorded = subprocess.run(
            [tool, "-e", "-f", "json", str(path)], capture_output=True, check=True, text=True
        ).stdout

    assert from_json(recorded) == from_lines(lines)


def sshd_files(**files: str) -> "sshd.Settings | Unknown | None":
    """Return what sshd's files ask for."""
    named = {"main": "/etc/ssh/sshd_config", "drop": "/etc/ssh/sshd_config.d/10.conf"}
    return sshd.configured(text_answer({f"sshd/config:{named[key]}": body for key, body in files.items()}))


def test_the_first_value_counts() -> None:
    """An included file comes before what the main file says after it."""
    found = sshd_files(main="Include sshd_config.d/*.conf\nPermitRootLogin yes\n", drop="permitrootlogin=no\n")

    assert isinstance(found, sshd.Settings)
    assert found.get("permitrootlogin") == "no"


def test_a_match_block_ends_with_its_file() -> None:
    """What follows the include is for everybody again."""
    found = sshd_files(
        main="Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\n",
        drop="Match User lab\n  PasswordAuthentication yes\n",
    )

    assert isinstance(found, sshd.Settings)
    assert found.get("passwordauthentication") == "no"
    assert [(o.match, o.value) for o in found.overrides] == [("user lab", "yes")]
    assert sshd.allows(found, "passwordauthentication", frozenset({"no"}))


def test_a_file_from_elsewhere_is_unknown() -> None:
    """An included file that was not read may set anything."""
    assert isinstance(sshd_files(main="Include /srv/ssh/*.conf\n"), Unknown)


def test_time_spans_are_seconds() -> None:
    """`1h30m` and `90` are both spans; other words are unknown."""
    settings = sshd.Settings(values={"a": ("1h30m",), "b": ("90",), "c": ("soon",)})

    assert (settings.seconds("a"), settings.seconds("b")) == (5400, 90)
    assert isinstance(settings.seconds("c"), Unknown)


def test_an_empty_ruleset_admits_everything() -> None:
    """Nft is there and has no chains: nothing is refused."""
    assert firewall.from_nft('{"nftables": [{"metainfo": {"version": "1.0.6"}}]}') == firewall.OPEN


def test_a_set_that_was_not_read_stays_unknown() -> None:
    """A rule's sources by a named set are neither everybody nor nobody."""
    ruleset = {
        "nftables": [
            {"chain": {"family": "ip", "table": "t", "name": "i", "type": "filter", "hook": "input", "policy": "drop"}},
            {
                "rule": {
                    "family": "ip",
                    "table": "t",
                    "chain": "i",
                    "expr": [
                        {
                            "match": {
                                "op": "==",
                                "left": {"payload": {"protocol": "ip", "field": "saddr"}},
                                "right": "@lan",
                            }
                        },
                        {"accept": None},
                    ],
                }
            },
        ]
    }

    found = firewall.from_nft(json.dumps(ruleset))

    assert found.default_deny is False  # IPv6 has no filter at all
    assert isinstance(found.ingress, tuple)
    first = found.ingress[0]
    assert isinstance(first, Rule)
    assert first.sources == (Unknown("the set lan was not read"),)
    assert Rule(protocol="all", from_port=0, to_port=65535, sources=("::/0",)) in found.ingress


def test_iptables_alone_leaves_the_other_family_unknown() -> None:
    """Rules for IPv4 say nothing about IPv6."""
    saved = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n"

    found = firewall.from_iptables(saved, Unknown("timed out"))

    assert found.default_deny == Unknown("timed out")
