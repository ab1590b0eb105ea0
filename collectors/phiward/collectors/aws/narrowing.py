"""What a run leaves out because its user said so, and how that is told."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from phiward import kept
from phiward.errors import CollectError
from phiward.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from phiward.collectors.aws.organization import Members
    from phiward.collectors.aws.plan import TypeModule
    from phiward.collectors.aws.run import Run
    from phiward.collectors.port import Options
    from phiward.inventory.reach import Reach


def service(type_name: str) -> str:
    """Return the service of a type: `s3` of `aws.s3.bucket`."""
    return type_name.split(".")[1]


def modules(chosen: tuple[TypeModule, ...], options: Options) -> tuple[TypeModule, ...]:
    """Return the type modules of the services that are asked for. Raises `CollectError` for one that nothing reads."""
    if not options.services:
        return chosen
    from phiward.collectors.aws import plan

    known = sorted({service(module.TYPE.name) for module in plan.modules()})
    for name in options.services:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            message = f"--services {name}: no resource type is of an AWS service of that name; {hint}"
            raise CollectError(message)
    narrowed = tuple(module for module in chosen if service(module.TYPE.name) in options.services)
    if chosen and not narrowed:
        message = f"--services {','.join(options.services)}: no selected control reads anything of these services"
        raise CollectError(message)
    return narrowed


def wanted(type_name: str, options: Options) -> Collection[str] | None:
    """Return the paths of a type to ask for: what controls read, and the tags where they decide. None: all."""
    if options.need is None:
        return None
    return options.need[type_name] | ({"tags"} if options.tags else frozenset())


def asked(options: Options) -> dict[str, tuple[str, ...]]:
    """Return the user's choices, by their kind."""
    chosen = {
        "accounts": options.accounts or (("every account of the organisation",) if options.org else ()),
        "regions": options.regions,
        "services": options.services,
        "tags": tuple(f"{key}={value}" for key, value in options.tags),
    }
    return {name: tuple(sorted(set(words))) for name, words in chosen.items() if words}


def reach(before: Reach, options: Options, members: Members, run: Run, chosen: tuple[TypeModule, ...]) -> Reach:
    """Return the scope of a run that has ended."""
    return msgspec.structs.replace(
        before,
        reached={
            "accounts": tuple(sorted(run.reached)),
            "regions": tuple(sorted(run.regions)),
            "services": tuple(sorted({service(module.TYPE.name) for module in chosen})),
        },
        left_out=(*members.left_out, *_left_out(options, run)),
        notes=(*members.notes, *run.notes),
    )


def _left_out(options: Options, run: Run) -> Iterator[str]:
    if options.regions:
        yield f"every region but {', '.join(sorted(set(options.regions)))} (--regions)"
    if options.services:
        yield f"every service but {', '.join(sorted(set(options.services)))} (--services)"
    if options.tags:
        tags = ", ".join(f"{key}={value}" for key, value in options.tags)
        yield f"{run.untagged} resources that do not carry {tags} (--tag)"


def question(target: str, options: Options) -> dict[str, str]:
    """Return what a run asks, in parts: two runs with the same may continue each other."""
    need = None if options.need is None else {name: sorted(paths) for name, paths in options.need.items()}
    return {
        "--accounts": " ".join(sorted(options.accounts)),
        "--external-id": _digest(options.external_id),
        "--org": str(options.org),
        "--org-role": options.org_role or "",
        "--profile": options.profile or "",
        "--regions": " ".join(sorted(options.regions)),
        "--role": options.role or "",
        "--services": " ".join(sorted(options.services)),
        "--tag": " ".join(f"{key}={value}" for key, value in sorted(options.tags)),
        "another version of phiward": f"{__version__} {kept.state_of(Path(__file__).parents[1])}",
        "other controls, or another policy": _digest(need),
        "target": target,
    }


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
