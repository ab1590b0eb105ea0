"""The JSON Schemas of the files that people write: controls, policies and waivers.

A file names its schema in its first line (`# yaml-language-server: $schema=...`), so that an editor completes,
explains and refuses while it is written. The loader stays the judge: it also knows which paths a type has.
"""

from enum import StrEnum

from phiward.engine.condition_schema import Schema, definitions
from phiward.engine.control import Concern, Domain, Gate, Level, Selection, Severity, Unseen
from phiward.engine.findings import Verdict
from phiward.engine.in_place import InPlace, WaiverRules
from phiward.engine.scope_file import Macie, Unclassified

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DATE = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"


def documents() -> dict[str, Schema]:
    """Return each schema by its file name."""
    return {
        "control.schema.json": {
            "$schema": DRAFT,
            "title": "A control of phiward",
            **_control(),
            "$defs": definitions(),
        },
        "policy.schema.json": {"$schema": DRAFT, "title": "A policy", **_policy()},
        "phiward.schema.json": {"$schema": DRAFT, "title": "phiward.yaml", **_config()},
        "waivers.schema.json": {"$schema": DRAFT, "title": "Waivers", **_waivers()},
    }


def _text(doc: str, pattern: str | None = None) -> Schema:
    """Return the schema of text that says something."""
    return {"type": "string", "description": doc, **({"pattern": pattern} if pattern else {"minLength": 1})}


def _texts(doc: str, *, least: int = 0) -> Schema:
    return {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": least, "description": doc}


def _word(words: type[StrEnum], doc: str) -> Schema:
    return {"enum": [word.value for word in words], "description": doc}


def _by_name(inner: Schema, doc: str) -> Schema:
    return {"type": "object", "additionalProperties": inner, "description": doc}


def _object(members: dict[str, Schema], required: tuple[str, ...], doc: str) -> Schema:
    """Return the schema of a mapping with these members and no others."""
    return {
        "type": "object",
        "description": doc,
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


def _control() -> Schema:
    members: dict[str, Schema] = {
        "id": _text("Names the good state in kebab-case; the file's name without .yaml.", "^[a-z0-9]+(-[a-z0-9]+)*$"),
        "title": _text("One sentence that is true of a resource that passes."),
        "domain": _word(Domain, "What it is about: the folder the file lies in."),
        "severity": _word(Severity, "How bad a fail is. The policy's gate says which severities stop a pipeline."),
        "applies_to": _applies_to(),
        "assert": {"$ref": "#/$defs/condition", "description": "What must be true of each resource it applies to."},
        "citations": _by_name(
            _by_name(_text("One sentence: why this control answers that requirement."), "By the requirement's id."),
            "What it answers: framework (`hipaa`), then requirement id, then why.",
        ),
        "rationale": _text("Why it matters, for an officer who has never seen a cloud console."),
        "remediation": _remediation(),
        "concerns": _word(
            Concern,
            "What it protects. `ephi`: patient data, so that it is not asked of what the policy's scope takes out; the "
            "default where applies_to has stores_data: true. `organisation`: its defences as a whole; the default.",
        ),
        "equivalents": _by_name(
            _texts("Their ids: `CKV_AWS_16`, `prowler:NAME`, `config:RULE`."),
            "By resource type: what other tools call the same question.",
        ),
        "parameters": _by_name(
            _object(
                {"value": {"description": "The default."}, "why": _text("The source or the reason of the default.")},
                ("value", "why"),
                "A value that a policy may set, used as `${name}`.",
            ),
            "By name: what a policy may set.",
        ),
        "examples": {
            "type": "array",
            "items": _example(),
            "description": "Run by `phiward controls test`: at least one each of pass, fail and unknown.",
        },
        "aliases": _texts("Earlier ids."),
        "deprecated": _text("Why it is retired, and what to use instead."),
    }
    required = (
        "id", "title", "domain", "severity", "applies_to", "assert", "citations", "rationale", "remediation",
    )  # fmt: skip
    return _object(members, required, "One control: what must be true of which resources, why, and what the law says.")


def _applies_to() -> Schema:
    members: dict[str, Schema] = {
        "aspect": _text("Every resource type with this aspect: `encryption_at_rest`."),
        "type": _text("One resource type: `aws.kms.key`."),
        "types": _texts("Several resource types.", least=1),
        "stores_data": {
            "type": "boolean",
            "description": "true: only types that may hold ePHI themselves. false: only the others.",
        },
        "where": {
            "$ref": "#/$defs/condition",
            "description": "Only resources of which this holds; the others are not applicable.",
        },
    }
    one = [{"required": [name]} for name in ("aspect", "type", "types")]
    return {**_object(members, (), "Which resources: exactly one of aspect, type, types."), "oneOf": one}


def _remediation() -> Schema:
    note = {"type": "string", "minLength": 1}
    sources = {
        "terraform": "The argument to set.",
        "cloudformation": "The property to set.",
        "kubernetes": "The field of the manifest to set.",
        "aws": "The console's words, or a command.",
        "host": "A command or a line of a configuration file.",
        "note": "What to mind when doing it.",
    }
    by_source: Schema = {
        "type": "object",
        "properties": {name: {**note, "description": doc} for name, doc in sources.items()},
        "additionalProperties": note,
    }
    members = {
        "text": _text("How to mend it, in general."),
        "by_type": _by_name(by_source, "By resource type."),
        "fixes": _by_name(_fixes(), "By resource type: what mends it by itself."),
    }
    return _object(members, ("text",), "How to mend it.")


def _fixes() -> Schema:
    value: Schema = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}
    members: dict[str, Schema] = {
        "in": _text("The kind of block: `aws_db_instance`, `AWS::RDS::DBInstance`."),
        "set": {
            **_by_name(
                value, "Argument, or names joined by dots into nested blocks, to its value (`${parameter}` too)."
            ),
            "minProperties": 1,
        },
        "replaces": {
            "type": "boolean",
            "description": "true: the provider makes the thing anew; `phiward fix` wants --allow-replacement for it.",
            "default": False,
        },
        "example": _text("Code that fails without it: the arguments of such a block, or whole blocks. Default: none."),
    }
    return {
        "type": "array",
        "items": _object(members, ("in", "set"), "One kind of block, and what to set in it."),
        "description": "What `phiward fix` sets. Only what nobody has to decide: never a key, a network or a name.",
    }


def _example() -> Schema:
    resource: Schema = {
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": _text("Its resource type."),
            "unknown": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
                "description": "What could not be seen: `[path, reason]`.",
            },
        },
        "description": "A resource as an inventory writes it; id and origin may be left out.",
    }
    verdicts = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
    members: dict[str, Schema] = {
        "resource": resource,
        "verdict": {"enum": [each.value for each in verdicts], "description": "What the control must say of it."},
        "with": {"type": "array", "items": resource, "description": "Other resources, for relations."},
        "now": _text("The time at which it is asked: `2026-11-23T00:00:00Z`.", _TIME),
    }
    return _object(members, ("resource", "verdict"), "A resource and the verdict it must get.")


def _policy() -> Schema:
    requirement = _object(
        {
            "id": _text("The law's own number: `164.312(a)(2)(iv)`."),
            "title": _text("The law's title."),
            "level": _word(Level, "A standard, or a specification that is required or addressable (§164.306(d))."),
            "parent": _text("The id of the requirement that it is part of."),
            "asks": _text("What it asks, in plain words."),
            "controls": _texts("Controls that answer it besides those that cite it."),
        },
        ("id", "title", "level", "asks"),
        "One requirement.",
    )
    gate = _object(
        {
            "fail_on": {
                "type": "array",
                "items": _word(Severity, "A severity."),
                "description": "The severities whose fails stop a pipeline (exit code 1).",
                "default": [severity.value for severity in Gate().fail_on],
            },
            "unknown": {
                **_word(
                    Unseen,
                    "What becomes of a gap, and of what could not be seen for a control of such a severity: `fail` "
                    "stops a pipeline (exit code 3); `warn` and `pass` let it through. `--unknown` overrides it.",
                ),
                "default": Gate().unknown.value,
            },
        },
        (),
        "What stops a pipeline.",
    )
    selection = _object(
        {
            "include": {**_texts("Ids, or patterns with `*`."), "default": list(Selection().include)},
            "exclude": _texts("Ids, or patterns with `*`, that are taken out again."),
        },
        (),
        "Which controls it asks.",
    )
    members: dict[str, Schema] = {
        "id": _text("The file's name without .yaml."),
        "title": _text("What people call it."),
        "version": _text("The version or date of the text it follows."),
        "source": _text("The text it follows, so that a reader can find it."),
        "framework": {**_text("Which of the controls' citations count."), "default": "hipaa"},
        "requirements": {"type": "array", "items": requirement, "minItems": 1, "description": "The law's tree."},
        "controls": selection,
        "parameters": _by_name(
            _by_name({}, "By the parameter's name: its value."),
            "By control id, then by the parameter's name: a value instead of the control's default.",
        ),
        "scope": _scope(),
        "gate": gate,
        "waivers": _waivers_in_code(),
    }
    required = ("id", "title", "version", "source", "requirements")
    return _object(members, required, "A policy: the requirement tree, chosen controls, parameters, scope, gate.")


def _config() -> Schema:
    members: dict[str, Schema] = {
        "policy": _text("The id of a policy, or the path of its file. `--policy` wins."),
        "controls": _texts("Folders of your own controls; `--controls` adds more."),
        "waivers": _texts("Folders of waiver files besides those found; `--waivers` adds more."),
        "parameters": _by_name(
            _by_name({}, "By the parameter's name: its value."),
            "By control id, then by the parameter's name: a value instead of the policy's.",
        ),
        "scope": _scope(),
        "targets": _texts("What `phiward scan` looks at where its command line names nothing.", least=1),
        "leave_out": _texts(
            "Patterns of paths, as .gitignore has them, whose resources are not judged. Reports say what they left out."
        ),
        "format": _text("The format of reports. `--format` wins."),
        "unknown": _word(Unseen, "What the gate does with what it cannot see. `--unknown` wins."),
        "baseline": _text("What findings are new is told by this bundle. `--baseline` wins."),
    }
    return _object(members, (), "What a team would otherwise repeat on every command line. Paths are from its folder.")


def _waivers_in_code() -> Schema:
    default = WaiverRules()
    members: dict[str, Schema] = {
        "in_place": {
            **_word(
                InPlace,
                "Whether a `phiward:waive` comment turns a fail into `waived`. `needs-approver`: where CODEOWNERS "
                "names an owner of the file; `allowed`: also without one; `refused`: never. Where it does not count, "
                "the fail stays one, and the report tells of the comment.",
            ),
            "default": default.in_place.value,
        },
        "approvers": _texts("The owners, as CODEOWNERS writes them, that count as approvers. None named: all."),
        "longest_days": {
            "type": "integer",
            "minimum": 1,
            "maximum": default.longest_days,
            "description": "How many days ahead a comment may end at most.",
            "default": default.longest_days,
        },
    }
    return _object(members, (), "Waivers that are written in code.")


def _scope() -> Schema:
    named: dict[str, Schema] = {
        "name": _pattern("The name people know it by."),
        "account": _pattern(
            "The account that owns it, in quotes. Of code it is unknown without `allowed_account_ids`."
        ),
        "region": _pattern("The region it lives in."),
        "type": _pattern("Its resource type: `aws.s3.bucket`, `aws.rds.*`."),
        "id": _pattern("Its id, as a finding shows it."),
    }
    where = _object(
        {
            "tags": {
                **_by_name(_pattern("What it holds; `*`: anything."), "By the tag's key, or a pattern of it."),
                "minProperties": 1,
            },
            **named,
            "macie": _word(Macie, "What Amazon Macie says of a bucket. One that it has not looked at is neither."),
        },
        (),
        "Which resources. Everything that stands here must be true of it. Patterns with `*`; of several, one must fit.",
    )
    statement = _object(
        {
            "id": _text("Names the statement, in reports too.", "^[a-z0-9]+(-[a-z0-9]+)*$"),
            "where": {**where, "minProperties": 1},
            "reason": _text("Why that is so. An auditor will ask."),
        },
        ("id", "where", "reason"),
        "One statement about some resources.",
    )
    listed: Schema = {"type": "array", "items": statement}
    members: dict[str, Schema] = {
        "unclassified": {
            **_word(Unclassified, "What becomes of a resource that no statement is about. There is no other word."),
            "default": Unclassified.IN.value,
        },
        "in": {**listed, "description": "What holds ePHI, whatever a statement of `out` says."},
        "out": {
            **listed,
            "description": "What holds no ePHI: the controls that concern it are not asked, and reports say so.",
        },
    }
    return _object(members, (), "What holds ePHI. Unclassified counts as in scope, and so does what cannot be seen.")


def _pattern(doc: str) -> Schema:
    text: Schema = {"type": "string", "minLength": 1}
    return {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}], "description": doc}


def _waivers() -> Schema:
    alternative = _object(
        {"measure": _text("What is done instead."), "evidence": _text("Where that can be seen.")},
        ("measure", "evidence"),
        "The equivalent alternative measure (§164.306(d)(3)).",
    )
    members: dict[str, Schema] = {
        "id": _text("Letters, digits, dots, dashes, underscores.", "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"),
        "controls": _texts("The ids of the controls whose fails are accepted.", least=1),
        "resources": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "pattern": r"^(?!\?+$)(?!.*[^:/]\*)(?!.*\*(?!\.))."},
            "minItems": 1,
            "description": "Exact ids, as a finding shows them. Patterns are refused.",
        },
        "requirements": _texts("The requirements it is about, for the reader."),
        "reason": _text("What the situation is."),
        "why_not_reasonable": _text("Why meeting the control is not reasonable and appropriate here."),
        "alternative": alternative,
        "risk": _text("What may still happen."),
        "requested_by": _text("Who asked for it."),
        "approved_by": _text("Who approved it: somebody else."),
        "approved_at": _text("The day it was approved: `2026-06-01`.", _DATE),
        "expires_at": _text("The last day it counts, at most twelve months after the approval.", _DATE),
    }
    required = tuple(name for name in members if name != "requirements")
    waiver = _object(members, required, "One accepted fail of some controls on some resources.")
    listed: Schema = {"type": "array", "items": waiver, "description": "Fails that somebody accepted."}
    return _object({"waivers": listed}, ("waivers",), "A file of waivers.")
