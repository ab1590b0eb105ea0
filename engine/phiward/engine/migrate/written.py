"""What is carried over, as the files that say it: a policy, waivers, `phiward.yaml`."""

import json
import re
from collections.abc import Iterator
from typing import Any

from phiward.engine.migrate.carried import Carried, Draft, OutOfScope

TO_FILL = (
    "why_not_reasonable",
    "measure",
    "evidence",
    "risk",
    "requested_by",
    "approved_by",
    "approved_at",
    "expires_at",
)
"""What of a waiver only people can say."""
_TOP = re.compile(r"^([a-z_]+):", re.MULTILINE)


def files(carried: Carried, tool: str, policy: str) -> dict[str, str]:
    """Return the text of each file by its name. `policy` is the text of the policy that is changed."""
    found: dict[str, str] = {}
    name = f"migrated-from-{tool}"
    if carried.include or carried.exclude or carried.fail_on is not None or carried.outside:
        found[f"{name}.yaml"] = _policy(carried, name, tool, policy)
    if carried.waivers:
        found[f"waivers/from-{tool}.yaml"] = "\n".join(_waivers(carried, tool)) + "\n"
    if found or carried.targets or carried.leave_out or carried.format:
        found["phiward.yaml"] = "\n".join(_config(carried, f"{name}.yaml" if f"{name}.yaml" in found else None)) + "\n"
    return found


def _config(carried: Carried, policy: str | None) -> Iterator[str]:
    yield f"# From {carried.file}."
    if policy:
        yield f"policy: {policy}"
    if carried.targets:
        yield f"targets: {_text(carried.targets)}"
    if carried.leave_out:
        yield f"leave_out: {_text(carried.leave_out)}"
    if carried.format:
        yield f"format: {carried.format}"
    if not (policy or carried.targets or carried.leave_out or carried.format):
        yield "{}"


def _policy(carried: Carried, name: str, tool: str, policy: str) -> str:
    """Return the policy with what is carried over in the place of what stood there."""
    sections = {match[1]: match.start() for match in _TOP.finditer(policy)}
    order = [*sections, ""]
    ends = dict(zip(order, [*list(sections.values())[1:], len(policy), len(policy)], strict=True))
    parts = {key: policy[start : ends[key]] for key, start in sections.items()}
    parts["id"] = f"id: {name}\n"
    parts["title"] = f"title: HIPAA Security Rule, as asked with {tool.capitalize()} before\n"
    parts["controls"] = "\n".join(_controls(carried)) + "\n\n"
    if carried.fail_on is not None:
        parts["gate"] = f"gate:\n  fail_on: {_text([str(each) for each in carried.fail_on])}\n  unknown: fail\n\n"
    if carried.outside:
        parts["scope"] = "\n".join(_scope(carried.outside, carried.file)) + "\n\n"
    head = f"# From {carried.file}: read it, and have it approved, before it is used.\n"
    return head + "".join(parts.values())


def _controls(carried: Carried) -> Iterator[str]:
    yield "controls:"
    include = list(carried.include) or ["*"]
    yield f"  include: {_text(include)}"
    if carried.exclude:
        yield "  exclude:"
        for control, why in sorted(carried.exclude.items()):
            yield f"    - {control}  # {why}"


def _scope(statements: list[OutOfScope], file: str) -> Iterator[str]:
    yield "scope:"
    yield "  out:"
    for each in statements:
        where: dict[str, Any] = {"tags": each.tags} if each.tags else {}
        where |= {"account": each.account} if each.account else {}
        where |= {"region": list(each.region)} if each.region else {}
        yield f"    - id: {each.id}"
        yield f"      where: {_text(where)}"
        yield f"      reason: {_text(each.reason or f'Muted in {file}; say why it holds no ePHI')}"


def _waivers(carried: Carried, tool: str) -> Iterator[str]:
    yield f"# From {carried.file}. Fill in what is empty: only people can say it. Then: phiward waivers check"
    yield "waivers:"
    for number, draft in enumerate(carried.waivers, 1):
        yield from _waiver(draft, f"{tool}-{number}")


def _waiver(draft: Draft, identity: str) -> Iterator[str]:
    yield f"  - id: {identity}  # {draft.source}"
    yield f"    controls: {_text(list(draft.controls))}"
    yield f"    resources: {_text(list(draft.resources))}"
    yield f"    reason: {_text(draft.reason)}"
    yield '    why_not_reasonable: ""'
    yield "    alternative:"
    yield '      measure: ""'
    yield '      evidence: ""'
    yield '    risk: ""'
    yield '    requested_by: ""'
    yield '    approved_by: ""'
    yield '    approved_at: ""'
    yield f"    expires_at: {_text(draft.expires_at or '')}"


def _text(value: Any) -> str:
    """Write a value as JSON, which is YAML on one line and cannot be misread."""
    return json.dumps(value, ensure_ascii=False)
