"""The command line's grammar. It imports nothing of ours, so that `--help` answers at once."""

import argparse
from typing import Any

FORMATS = ("table", "json", "sarif", "markdown")

EPILOG = """\
examples:
  phiward scan infra/                            Terraform, before the deploy
  phiward scan plan.json --format sarif -o f.sarif   a plan, for a pipeline
  phiward scan aws host infra/ --bundle evidence.zip  three sources, one signed bundle
  phiward verify evidence.zip --deep             check a bundle, and that its findings follow from its facts
  phiward controls show data-store-encrypted-at-rest

exit codes: 0 the gate is met, 1 it is not, 2 abnormal end (usage, nothing to scan), 3 could not see enough to say
"""

SCAN = """\
targets, any number of them at once:
  FOLDER           Terraform found below it (.tf, .tf.json)
  PLAN.json        the output of: terraform show -json PLAN
  aws              the account that the environment's credentials open (needs: pip install 'phiward[aws]')
  host             this Linux machine
  host:FILE        a recorded answer of the host probe
"""

PERMISSIONS = """\
formats:
  json             the policy; where one managed policy (6,144 characters) does not hold it, a list: see --part
  terraform        a module: the auditor's role with its trust, and the policies
  cloudformation   the same as a template for a stack, or for a stack set over an organisation
"""

VERIFY = """\
exit codes: 0 intact and signed by a trusted key; 1 changed, or not a bundle; 2 no valid signature, or by a key that is
revoked or out of its time; 5 the findings do not follow from the facts (--deep); 6 intact, but signed by a key that is
not trusted here. Trusted are the keys named with --key and --trust, or else this user's own.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; `options.command` names the module that runs it."""
    top = argparse.ArgumentParser(
        prog="phiward",
        description="Check infrastructure against the HIPAA Security Rule, and keep signed evidence of it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _scan(commands)
    _collect(commands)
    _evaluate(commands)
    _report(commands)
    _verify(commands)
    _keygen(commands)
    _controls(commands)
    _policies(commands)
    _waivers(commands)
    _schema(commands)
    _aws(commands)
    return top


class Version(argparse.Action):
    """Print the installed version; looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        """Print it and exit."""
        from phiward.version import __version__

        print(f"phiward {__version__}")
        parser.exit()


def _command(commands: Any, name: str, help_: str, *, epilog: str | None = None) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=help_[0].upper() + help_[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(command=name)
    return command


def _scan(commands: Any) -> None:
    command = _command(commands, "scan", "read targets, judge them, report, and keep evidence", epilog=SCAN)
    command.add_argument("targets", nargs="+", type=_named, metavar="TARGET", help="what to look at; see below")
    _reading(command)
    _judging(command)
    _reporting(command)
    command.add_argument("--inventory", type=_named, metavar="FILE", help="keep what was read (.jsonl or .jsonl.zst)")


def _collect(commands: Any) -> None:
    command = _command(commands, "collect", "read targets into an inventory, and judge nothing", epilog=SCAN)
    command.add_argument("targets", nargs="+", type=_named, metavar="TARGET", help="what to look at; see below")
    command.add_argument(
        "-o", "--output", required=True, type=_named, metavar="FILE", help="the inventory (.jsonl or .jsonl.zst)"
    )
    _reading(command)
    command.add_argument(
        "--now", type=_named, metavar="TIME", help="take this for the present, as 2026-07-01T00:00:00Z"
    )
    command.add_argument("-q", "--quiet", action="store_true", help="no progress, no talk")


def _evaluate(commands: Any) -> None:
    command = _command(commands, "evaluate", "judge an inventory that was collected before")
    command.add_argument("inventory", type=_named, metavar="INVENTORY", help="the file that `phiward collect` wrote")
    _judging(command)
    _reporting(command)


def _report(commands: Any) -> None:
    command = _command(commands, "report", "print the findings of a bundle again, in any format")
    command.add_argument("bundle", type=_named, metavar="BUNDLE")
    _trusting(command)
    _output(command)


def _verify(commands: Any) -> None:
    command = _command(commands, "verify", "check that a bundle is whole, unchanged and signed", epilog=VERIFY)
    command.add_argument("bundle", type=_named, metavar="BUNDLE", help="the .zip, or the folder it was unpacked into")
    _trusting(command)
    command.add_argument("--deep", action="store_true", help="judge the facts again and compare the findings")
    command.add_argument("--format", choices=("text", "json"), default="text")


def _keygen(commands: Any) -> None:
    command = _command(commands, "keygen", "make a key to sign evidence with")
    command.add_argument(
        "path", type=_named, metavar="FILE", help="the private key (PEM); the public one is put beside it as .pub"
    )
    command.add_argument("--kind", choices=("ed25519", "p256"), default="ed25519")


def _controls(commands: Any) -> None:
    command = _command(commands, "controls", "look at controls, and check your own")
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, text in (
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
        if name == "show":
            action.add_argument("id", metavar="CONTROL")
        else:
            action.add_argument("--policy", type=_named, metavar="ID|FILE", default="hipaa-security-rule")
        if name == "list":
            action.add_argument("--format", choices=("table", "json"), default="table")
        if name == "test":
            action.add_argument("ids", nargs="*", metavar="CONTROL", help="only these")


def _policies(commands: Any) -> None:
    command = _command(commands, "policies", "look at policies: requirements, and the controls that answer them")
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    actions.add_parser("list", help="list the policies").set_defaults(command="policies")
    show = actions.add_parser("show", help="show a policy's requirements and what answers them")
    show.set_defaults(command="policies")
    show.add_argument("policy", type=_named, metavar="ID|FILE", nargs="?", default="hipaa-security-rule")
    show.add_argument("--controls", action="append", default=[], type=_named, metavar="DIR", help="your own controls")


def _waivers(commands: Any) -> None:
    command = _command(commands, "waivers", "look at waivers, and check them")
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


def _schema(commands: Any) -> None:
    command = _command(commands, "schema", "print what a control may ask for")
    command.add_argument(
        "name", nargs="?", metavar="TYPE|ASPECT", help="a resource type or an aspect; all, when left out"
    )
    command.add_argument("--format", choices=("table", "json"), default="table")


def _aws(commands: Any) -> None:
    command = _command(commands, "aws", "say what reading an AWS account needs")
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
    group.add_argument(
        "--external-id", type=_named, metavar="ID", help="what the role's trust policy demands to be told"
    )
    group.add_argument("--regions", type=_words, default=(), metavar="A,B", help="AWS regions (default: all enabled)")
    group.add_argument(
        "--var", action="append", default=[], type=_named, metavar="NAME=VALUE", help="a Terraform variable"
    )
    group.add_argument(
        "--var-file", action="append", default=[], type=_named, metavar="FILE", help="a Terraform variable file"
    )


def _judging(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("judging")
    _choosing(group)
    group.add_argument("--select", type=_words, default=(), metavar="A,B", help="only these controls")
    group.add_argument("--unknown", choices=("fail", "warn", "pass"), help="what the gate does with what it cannot see")
    group.add_argument("--now", type=_named, metavar="TIME", help="take this for the present, as 2026-07-01T00:00:00Z")


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
        "--key", type=_named, metavar="FILE", help="sign with this private key (default: a local one, made once)"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="no progress, no talk")


def _output(command: argparse.ArgumentParser) -> Any:
    group = command.add_argument_group("reporting")
    group.add_argument("--format", choices=FORMATS, default="table")
    group.add_argument(
        "-o", "--output", type=_named, metavar="FILE", help="write the report here instead of to standard output"
    )
    group.add_argument(
        "--all", action="store_true", help="table: every finding and every requirement, also those not assessed"
    )
    return group


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    if not words:
        raise argparse.ArgumentTypeError("names nothing; leave the option out to mean all")
    return words


def _named(text: str) -> str:
    """Refuse an empty name: what a shell variable that is not set leaves would mean the current folder, or nothing."""
    if not text:
        raise argparse.ArgumentTypeError("is empty: is a variable of the shell not set?")
    return text
