"""`phiward policies`: list, and show what answers each requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.cli.rulebook import load
from phiward.cli.show import put, table

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Run one action."""
    if options.action == "list":
        library, _, _ = load((), "hipaa-security-rule")
        rows = [(each.id, each.version, len(each.requirements), each.title) for each in library.policies.values()]
        print(table(("policy", "version", "requirements", "title"), rows))
        return 0
    return _show(options)


def _show(options: argparse.Namespace) -> int:
    from phiward.engine.rules import select

    library, catalog, identity = load(options.controls, options.policy)
    rules = select(library, catalog, identity)
    policy = rules.policy
    put(f"{policy.title} ({policy.id}, {policy.version})", policy.source, "")
    rows = []
    for requirement in policy.requirements:
        controls = [rule.control.id for rule in rules.rules if requirement.id in rule.requirements]
        answer = f"{len(controls)}: {', '.join(controls)}" if controls else "not assessed"
        rows.append(
            (requirement.id, requirement.level, requirement.title, answer if len(answer) < 90 else answer[:87] + "...")
        )
    print(table(("requirement", "level", "title", "controls that answer it"), rows))
    answered = sum(row[3] != "not assessed" for row in rows)
    print(f"\n{len(rows)} requirements: {answered} answered by controls, {len(rows) - answered} not assessed")
    return 0
