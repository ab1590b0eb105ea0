"""The command line's grammar. It imports nothing of ours, so that `--help` answers at once."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

FORMATS = ("text", "table", "json", "sarif", "markdown", "junit", "github", "gitlab")

DOMAINS = (
    "access", "administrative", "backup", "encryption", "integrity", "logging", "monitoring", "network", "patching",
)  # fmt: skip
"""`phiward.engine.control.Domain`, which is not imported here."""

EPILOG = """\
examples:
  phiward scan infra/                            Terraform, before the deploy
  phiward scan plan.json --report sarif=f.sarif --report markdown=f.md   a plan, for a pipeline
  phiward scan infra/ --changed-since origin/main    only what this branch adds counts
  phiward scan aws host infra/ --bundle evidence.zip  three sources, one signed bundle
  phiward verify evidence.zip --deep             check a bundle, and that its findings follow from its facts
  phiward controls show data-store-encrypted-at-rest

exit codes: 0 the gate is met, 1 it is not, 2 abnormal end (usage, nothing to scan), 3 could not see enough to say
"""

SCAN = """\
targets, any number of them at once:
  FOLDER           Terraform found below it (.tf, .tf.json)
  PLAN.json        the output of: terraform show -json PLAN
  aws              the account that the environment's credentials open (needs: pip install 'phiward[aws]');
                   every account of its organisation with --org
  aws-config       the same, as AWS Config recorded it: many accounts at once with --aggregator
  SNAPSHOTS        a folder of AWS Config's deliveries (AWSLogs/...), or one snapshot (.json.gz)
  host             this Linux machine
  host:FILE        a recorded answer of the host probe
"""

SCOPE = (
    SCAN.replace("at once", "at once, or one inventory (.jsonl, .jsonl.zst) or bundle (.zip)")
    + """
exit codes: 0 of every resource it can be told, 3 of some it cannot, or something could not be read, 2 abnormal end
"""
)

FIX = """\
examples:
  phiward fix infra/                 the patch, to be read
  phiward fix infra/ | git apply     take it over
  phiward fix infra/ --write         change the files at once

Only fixes that a control declares, that were seen to mend its finding on a copy, and that bring nothing new. What
people must decide (keys, networks, names) and what a variable decides is left alone, and told.

exit codes: 0 done, also where there was nothing to do; 2 abnormal end
"""

PERMISSIONS = """\
formats:
  json             the policy; where one managed policy (6,144 characters) does not hold it, a list: see --part
  terraform        a module: the auditor's role with its trust, and the policies
  cloudformation   the same as a template for a stack, or for a stack set over an organisation
"""

DIFF = """\
exit codes: 0 nothing is new and nothing has regressed; 1 something is, or has; 2 a bundle is not what was signed
"""

REVIEW = """\
The bundle is verified first, and what it says is shown. The reviewer's key must be another one than the collector's,
and counts for those whose trust file names it in the role `reviewer`.
"""

LEDGER = """\
exit codes of verify: 0 whole; 4 edited, dropped, swapped, cut off, or not holding a head that was kept elsewhere
"""
MIGRATE = """\
configurations:
  checkov   .checkov.yaml, or the baseline that checkov --create-baseline writes
  prowler   a mutelist, or an allowlist
  trivy     .trivyignore, .trivyignore.yaml, trivy.yaml

Every line that cannot be carried over is told, with what to do instead. Ignore comments in code: scan --import-waivers.
"""

CONFIGURED = frozenset(
    {"scan", "fix", "collect", "evaluate", "scope", "waivers", "controls", "policies", "aws", "config"}
)
"""The commands that read `phiward.yaml`."""

VERIFY = """\
exit codes: 0 intact and signed by a trusted key; 1 changed, or not a bundle; 2 no valid signature, or by a key that is
revoked or out of its time; 4 the ledger does not record it, or is not whole (--ledger); 5 the findings do not follow
from the facts (--deep); 6 intact, but signed by a key that is not trusted here. Trusted are the keys named with --key
and --trust, or else this user's own.
"""


def parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Return the parser of the whole command line; `options.command` names the module that runs it.

    With the words of a command line, only the commands among them know their options: no other is going to be asked.
    """
    top = argparse.ArgumentParser(
        prog="phiward",
        description="Check infrastructure against the HIPAA Security Rule, and keep signed evidence of it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, help_, epilog, fill in COMMANDS:
        command = commands.add_parser(
            name,
            help=help_,
            description=help_[0].upper() + help_[1:] + ".",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(command=name)
        if words is None or name in words:
            fill(command)
            if name in CONFIGURED:
                _configured(command)
    return top


def _configured(command: argparse.ArgumentParser) -> None:
    """Add what names the configuration: to each action of a command, where it has some."""
    inner = [each for each in command._actions if isinstance(each, argparse._SubParsersAction)]  # noqa: SLF001 - argparse has no other way to reach them
    for parser in [choice for each in inner for choice in each.choices.values()] or [command]:
        parser.add_argument(
            "--config",
            type=_named,
            metavar="FILE|none",
            help="the phiward.yaml to go by (default: the nearest, up to the root of the repository)",
        )


class Version(argparse.Action):
    """Print the installed version; looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        """Print it and exit."""
        from phiward.version import __version__

        print(f"phiward {__version__}")
        parser.exit()


def _scan(command: argparse.ArgumentParser) -> None:
    command.add_argument("targets", nargs="+", type=_named, metavar="TARGET", help="what to look at; see below")
    _reading(command)
    _judging(command)
    _comparing(command).add_argument(
        "--changed-since",
        type=_named,
        metavar="REV",
        help="count only what was not found in the same code at REV (git)",
    )
    _reporting(command)
    command.add_argument("--inventory", type=_named, metavar="FILE", help="keep what was read (.jsonl or .jsonl.zst)")
    _engineering(command)


def _engineering(command: argparse.ArgumentParser) -> None:
    """Add what helps while code is being written."""
    group = command.add_argument_group("while writing code")
    group.add_argument(
        "--watch", action="store_true", help="judge again on every save, and show what is new and what is mended"
    )
    _explaining(group)


def _explaining(group: Any) -> None:
    group.add_argument(
        "--explain",
        type=_named,
        metavar="CONTROL",
        help="ask this control alone, and show how each verdict came about: each part, its value, where that was read",
    )


def _collect(command: argparse.ArgumentParser) -> None:
    command.add_argument("targets", nargs="+", type=_named, metavar="TARGET", help="what to look at; see below")
    command.add_argument(
        "-o", "--output", required=True, type=_named, metavar="FILE", help="the inventory (.jsonl or .jsonl.zst)"
    )
    _reading(command)
    command.add_argument(
        "--now", type=_named, metavar="TIME", help="take this for the present, as 2026-07-01T00:00:00Z"
    )
    command.add_argument("-q", "--quiet", action="store_true", help="no progress, no talk")


def _evaluate(command: argparse.ArgumentParser) -> None:
    command.add_argument("inventory", type=_named, metavar="INVENTORY", help="the file that `phiward collect` wrote")
    _judging(command)
    _comparing(command)
    _reporting(command)
    _explaining(command)


def _report(command: argparse.ArgumentParser) -> None:
    command.add_argument("bundle", type=_named, metavar="BUNDLE")
    _trusting(command)
    _output(command)


def _verify(command: argparse.ArgumentParser) -> None:
    command.add_argument("bundle", type=_named, metavar="BUNDLE", help="the .zip, or the folder it was unpacked into")
    _trusting(command)
    command.add_argument("--deep", action="store_true", help="judge the facts again and compare the findings")
    command.add_argument(
        "--ledger", type=_named, metavar="FILE", dest="against", help="look the bundle up in this record of runs"
    )
    command.add_argument("--format", choices=("text", "json"), default="text")


def _keygen(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "path", type=_named, metavar="FILE", help="the private key (PEM); the public one is put beside it as .pub"
    )
    command.add_argument("--kind", choices=("ed25519", "p256"), default="ed25519")
    command.add_argument(
        "--protect",
        action="store_true",
        help="with a passphrase, asked for here (or in the environment's PHIWARD_PASSPHRASE)",
    )


def _diff(command: argparse.ArgumentParser) -> None:
    command.add_argument("earlier", type=_named, metavar="EARLIER", help="a bundle")
    command.add_argument("later", type=_named, metavar="LATER", help="a later bundle")
    command.add_argument("--format", choices=("table", "json"), default="table")
    command.add_argument("--all", action="store_true", help="table: also what fails in both")
    _trusting(command)


def _review(command: argparse.ArgumentParser) -> None:
    command.add_argument("bundle", type=_named, metavar="BUNDLE", help="the .zip, or the folder it was unpacked into")
    command.add_argument(
        "--sign",
        type=_named,
        metavar="KEY",
        required=True,
        help="the reviewer's key: a PEM file, or awskms:KEY",
    )
    command.add_argument("--reviewer", type=_named, metavar="NAME", required=True, help="who reviews")
    command.add_argument("--office", type=_named, metavar="OFFICE", required=True, help="as what: 'security official'")
    command.add_argument(
        "--decision", choices=("accepted", "accepted-with-remarks", "rejected"), required=True, help="what they say"
    )
    command.add_argument("--remarks", type=_named, metavar="TEXT", help="why, and what is to be done")
    command.add_argument("--from", type=_named, metavar="DAY", dest="period_from", help="the period's first day")
    command.add_argument("--to", type=_named, metavar="DAY", dest="period_to", help="the period's last day")
    command.add_argument("--now", type=_named, metavar="TIME", help="take this for the time of signing")
    _trusting(command)


def _ledger(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, text in (
        ("verify", "check that each entry follows from the one before, and that the heads kept elsewhere are there"),
        ("list", "list the runs: when, of what, how they ended, and the evidence they wrote"),
        ("head", "print the digest of the last entry, to be kept elsewhere"),
    ):
        action = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        action.set_defaults(command="ledger")
        action.add_argument("ledger_file", type=_named, metavar="LEDGER", help="the file that --ledger names")
        if name == "verify":
            action.add_argument(
                "--head", action="append", default=[], type=_digest, metavar="HASH", help="a head kept elsewhere"
            )


def _controls(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, text in (
        ("new", "write the skeleton of a control, to be filled in"),
        ("list", "list the controls"),
        ("show", "show one control: what it asks, why, and how to fix it"),
        ("lint", "check control and policy files: words, paths, types, citations"),
        ("test", "run the examples that controls carry"),
    ):
        action = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        action.set_defaults(command="controls")
        action.add_argument(
            "--controls", action="append", default=[], type=_named, metavar="DIR", help="your own controls"
        )
        if name == "new":
            action.add_argument("id", metavar="CONTROL", help="its id names the good state: disks-are-encrypted")
            about = action.add_mutually_exclusive_group(required=True)
            about.add_argument(
                "--type", type=_named, metavar="T", help="the one resource type it asks (phiward schema)"
            )
            about.add_argument(
                "--aspect", type=_named, metavar="A", help="the aspect it asks, of every type that has it"
            )
            action.add_argument("--path", type=_named, metavar="PATH", help="what it asks; else something it could ask")
            action.add_argument("--domain", choices=DOMAINS, default="administrative")
            action.add_argument("--title", type=_named, metavar="TEXT", help="one sentence that is true of what passes")
        elif name == "show":
            action.add_argument("id", metavar="CONTROL")
        else:
            action.add_argument("--policy", type=_named, metavar="ID|FILE", default="hipaa-security-rule")
        if name == "list":
            action.add_argument("--format", choices=("table", "json"), default="table")
        if name == "test":
            action.add_argument("ids", nargs="*", metavar="CONTROL", help="only these")


def _policies(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    actions.add_parser("list", help="list the policies").set_defaults(command="policies")
    show = actions.add_parser("show", help="show a policy's requirements and what answers them")
    show.set_defaults(command="policies")
    show.add_argument("policy", type=_named, metavar="ID|FILE", nargs="?", default="hipaa-security-rule")
    show.add_argument("--controls", action="append", default=[], type=_named, metavar="DIR", help="your own controls")


def _scope(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "targets", nargs="+", type=_named, metavar="TARGET|INVENTORY|BUNDLE", help="what to look at; see below"
    )
    _reading(command)
    group = command.add_argument_group("judging")
    group.add_argument(
        "--policy", default="hipaa-security-rule", type=_named, metavar="ID|FILE", help="default: %(default)s"
    )
    group.add_argument(
        "--controls", action="append", default=[], type=_named, metavar="DIR", help="your own controls, added"
    )
    group.add_argument("--now", type=_named, metavar="TIME", help="take this for the present, as 2026-07-01T00:00:00Z")
    group = command.add_argument_group("reporting")
    group.add_argument("--format", choices=("table", "json"), default="table")
    group.add_argument("--all", action="store_true", help="table: every resource")
    group.add_argument("-q", "--quiet", action="store_true", help="no progress, no talk")
    command.set_defaults(select=())


def _waivers(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, text in (
        ("list", "list the waivers and when they lapse"),
        ("check", "check waiver files: words, controls, resources, dates"),
    ):
        action = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        action.set_defaults(command="waivers", select=())
        action.add_argument(
            "folders",
            nargs="*",
            type=_named,
            metavar="DIR",
            help="folders that hold a `waivers` folder, as scan finds it",
        )
        _choosing(action)
        action.add_argument("--now", type=_named, metavar="TIME", help="take this for the present")


def _migrate(command: argparse.ArgumentParser) -> None:
    command.add_argument("tool", choices=("checkov", "prowler", "trivy"))
    command.add_argument("file", type=_named, metavar="CONFIG", help="its configuration, see below")
    command.add_argument(
        "-o",
        "--output",
        type=_named,
        metavar="DIR",
        default=".",
        help="where to write (default: here); overwrites nothing",
    )


def _schema(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "name", nargs="?", metavar="TYPE|ASPECT", help="a resource type or an aspect; all, when left out"
    )
    command.add_argument("--format", choices=("table", "json"), default="table")


def _aws(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    text = "print the IAM permissions that the selected controls need, and no others"
    action = actions.add_parser(
        "permissions",
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=PERMISSIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    action.set_defaults(command="aws")
    action.add_argument(
        "--policy", default="hipaa-security-rule", type=_named, metavar="ID|FILE", help="default: %(default)s"
    )
    action.add_argument(
        "--controls", action="append", default=[], type=_named, metavar="DIR", help="your own controls, added"
    )
    action.add_argument("--select", type=_words, default=(), metavar="A,B", help="only these controls")
    action.add_argument(
        "--target",
        choices=("aws", "aws-config", "aggregator"),
        default="aws",
        help="what is read: the services (default), AWS Config of one account, or an aggregator of AWS Config",
    )
    action.add_argument("--format", choices=("json", "terraform", "cloudformation"), default="json")
    action.add_argument("--part", type=int, metavar="N", help="json: only the Nth policy, where one is not enough")
    action.add_argument("--partition", choices=("aws", "aws-us-gov", "aws-cn"), default="aws", help="json: of the ARNs")


def _trusting(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", action="append", default=[], type=_named, metavar="FILE", help="trust this public key (PEM)"
    )
    command.add_argument("--trust", type=_named, metavar="FILE", help="trust the keys of this trust.json")


def _reading(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("reading")
    group.add_argument("--profile", type=_named, metavar="NAME", help="AWS profile")
    group.add_argument("--role", type=_named, metavar="ARN", help="AWS role to assume")
    group.add_argument("--regions", type=_words, default=(), metavar="A,B", help="AWS regions (default: all enabled)")
    _accounts(command)
    _variables(group)


def _variables(group: Any) -> None:
    """Add the values of Terraform's variables."""
    group.add_argument(
        "--var", action="append", default=[], type=_named, metavar="NAME=VALUE", help="a Terraform variable"
    )
    group.add_argument(
        "--var-file", action="append", default=[], type=_named, metavar="FILE", help="a Terraform variable file"
    )


def _fix(command: argparse.ArgumentParser) -> None:
    command.add_argument("targets", nargs="+", type=_named, metavar="PATH", help="folders or files of code")
    command.add_argument("--write", action="store_true", help="change the files, instead of printing the patch")
    command.add_argument(
        "--allow-replacement",
        action="store_true",
        help="also offer what makes a thing anew, with all that it holds: plan the move of its data first",
    )
    _variables(command.add_argument_group("reading"))
    group = command.add_argument_group("judging")
    _choosing(group)
    group.add_argument("--select", type=_words, default=(), metavar="A,B", help="only these controls")
    group.add_argument("--now", type=_named, metavar="TIME", help="take this for the present, as 2026-07-01T00:00:00Z")
    command.add_argument("-q", "--quiet", action="store_true", help="only the patch, no talk")
    unasked = argparse.ArgumentParser(add_help=False)  # what reading code has no use for keeps its default
    _reading(unasked)
    kept = {name: value for name, value in vars(unasked.parse_args([])).items() if not name.startswith("var")}
    command.set_defaults(**kept, import_waivers=False)


def _accounts(command: argparse.ArgumentParser) -> None:
    """Add what an AWS organisation takes, and what narrows its reading."""
    group = command.add_argument_group(
        "many AWS accounts",
        "What these leave out is told in the report and in the evidence. An account that cannot be read is a gap.",
    )
    group.add_argument("--org", action="store_true", help="every account of the organisation; suspended ones are told")
    group.add_argument(
        "--org-role", type=_named, metavar="NAME", help="the role to assume in each account (default: phiward-audit)"
    )
    group.add_argument(
        "--aggregator",
        type=_named,
        metavar="NAME",
        help="aws-config: ask this aggregator of AWS Config; REGION/NAME where it is in another region",
    )
    group.add_argument(
        "--external-id", type=_named, metavar="ID", help="what the trust policies of the roles ask for, if they do"
    )
    group.add_argument(
        "--accounts",
        type=_words,
        default=(),
        metavar="ID,PATTERN",
        help="only these: numbers, or with --org also patterns of names ('prod-*')",
    )
    group.add_argument(
        "--services", type=_words, default=(), metavar="A,B", help="only these AWS services, as types say: s3,ec2"
    )
    group.add_argument(
        "--tag",
        action="append",
        default=[],
        type=_named,
        metavar="KEY=VALUE",
        help="only resources with this tag; repeated: another value of the key, or one more key",
    )
    group.add_argument(
        "--state",
        type=_named,
        metavar="DIR",
        help="keep what is read here until all of it is (many accounts: ~/.local/state/phiward/aws)",
    )
    group.add_argument(
        "--resume", action="store_true", help="go on with an interrupted run that asked the same; see --state"
    )
    group.add_argument("--parallel", type=_count, metavar="N", help="requests at once, over all accounts (default: 32)")
    group.add_argument(
        "--rate", type=_count, metavar="N", help="requests a second to one service of one account (default: 100)"
    )


def _judging(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("judging")
    _choosing(group)
    group.add_argument("--select", type=_words, default=(), metavar="A,B", help="only these controls")
    group.add_argument(
        "--import-waivers", action="store_true", help="read the ignore comments of other tools too (checkov:skip, ...)"
    )
    group.add_argument("--unknown", choices=("fail", "warn", "pass"), help="what the gate does with what it cannot see")
    group.add_argument("--now", type=_named, metavar="TIME", help="take this for the present, as 2026-07-01T00:00:00Z")


def _comparing(command: argparse.ArgumentParser) -> Any:
    """Add what a run may be compared with, and return the group of which one may be chosen."""
    group = command.add_argument_group(
        "only what is new", "What was found before is shown as known, and does not count for the gate."
    )
    group.add_argument(
        "--baseline-key",
        action="append",
        default=[],
        type=_named,
        metavar="FILE",
        help="the baseline must be signed by this public key (PEM)",
    )
    one = group.add_mutually_exclusive_group()
    one.add_argument("--baseline", type=_named, metavar="BUNDLE", help="count only what this bundle does not hold")
    return one


def _choosing(group: Any) -> None:
    """Add what chooses controls and waivers, the same for judging and for checking waivers."""
    group.add_argument(
        "--policy", default="hipaa-security-rule", type=_named, metavar="ID|FILE", help="default: %(default)s"
    )
    group.add_argument(
        "--controls", action="append", default=[], type=_named, metavar="DIR", help="your own controls, added"
    )
    group.add_argument(
        "--waivers", action="append", default=[], type=_named, metavar="DIR", help="a folder of waiver files"
    )


def _reporting(command: argparse.ArgumentParser) -> None:
    group = _output(command)
    group.add_argument("--bundle", type=_named, metavar="FILE", help="write signed evidence here (.zip)")
    group.add_argument(
        "--key",
        type=_named,
        metavar="KEY",
        help="sign with this private key: a PEM file, or awskms:KEY (default: a local one, made once)",
    )
    group.add_argument(
        "--ledger", type=_named, metavar="FILE", help="record here that this run began, and how it ended"
    )
    group.add_argument(
        "--report",
        action="append",
        default=[],
        type=_form_and_file,
        metavar="FORMAT=FILE",
        help="write one more report, any number of times",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="no progress, no talk")


def _output(command: argparse.ArgumentParser) -> Any:
    group = command.add_argument_group("reporting")
    group.add_argument(
        "--format",
        choices=FORMATS,
        help="default: text (findings in the code) for a scan of code on a terminal, else table",
    )
    group.add_argument(
        "-o", "--output", type=_named, metavar="FILE", help="write the report here instead of to standard output"
    )
    group.add_argument(
        "--all",
        action="store_true",
        help="text, table: every finding; table: every requirement, also those not assessed",
    )
    return group


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    if not words:
        raise argparse.ArgumentTypeError("names nothing; leave the option out to mean all")
    return words


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _form_and_file(text: str) -> tuple[str, str]:
    form, equals, file = text.partition("=")
    if not equals or not file or form not in FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} is not FORMAT=FILE, with one of the formats {', '.join(FORMATS)}")
    return form, file


def _digest(text: str) -> str:
    if len(text) != 64 or not set(text.lower()) <= set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a SHA-256 digest: 64 hexadecimal digits")
    return text.lower()


def _named(text: str) -> str:
    """Refuse an empty name: what a shell variable that is not set leaves would mean the current folder, or nothing."""
    if not text:
        raise argparse.ArgumentTypeError("is empty: is a variable of the shell not set?")
    return text


COMMANDS: tuple[tuple[str, str, str | None, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("scan", "read targets, judge them, report, and keep evidence", SCAN, _scan),
    ("fix", "mend what one argument mends: print a patch of the code, or write it", FIX, _fix),
    ("collect", "read targets into an inventory, and judge nothing", SCAN, _collect),
    ("evaluate", "judge an inventory that was collected before", None, _evaluate),
    ("report", "print the findings of a bundle again, in any format", None, _report),
    ("verify", "check that a bundle is whole, unchanged and signed", VERIFY, _verify),
    ("diff", "say what changed between two bundles", DIFF, _diff),
    ("review", "add a reviewer's signature to a bundle", REVIEW, _review),
    ("ledger", "look at the record of runs, and check that nothing was taken out of it", LEDGER, _ledger),
    ("keygen", "make a key to sign evidence with", None, _keygen),
    ("controls", "look at controls, and check your own", None, _controls),
    ("policies", "look at policies: requirements, and the controls that answer them", None, _policies),
    ("scope", "show which resources count as holding ePHI, and why", SCOPE, _scope),
    ("waivers", "look at waivers, and check them", None, _waivers),
    ("migrate", "write policy and waiver files from another tool's configuration", MIGRATE, _migrate),
    ("config", "print the phiward.yaml that counts here, as commands would use it", None, lambda _: None),
    ("schema", "print what a control may ask for", None, _schema),
    ("aws", "say what reading an AWS account needs", None, _aws),
)
"""Name, what it does, what its help says at the end, and what adds its options."""
