"""`phiward migrate`: write the policy and waiver files that say what another tool's configuration says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli.show import put
from phiward.errors import ContentError, UsageError

if TYPE_CHECKING:
    import argparse

    from phiward.engine.migrate.carried import Carried

_PREFIXES = {"checkov": "CKV", "trivy": "AVD-", "prowler": "prowler:"}


def run(options: argparse.Namespace) -> int:
    """Write them, and tell every line that could not be carried over."""
    from phiward.engine.migrate import written
    from phiward.evidence.escape import visible

    source = Path(options.file)
    carried = _carried(options.tool, source)
    from phiward.engine.library import shipped

    policy = (shipped().policies[0] / "hipaa-security-rule.yaml").read_text(encoding="utf-8")
    made = written.files(carried, options.tool, policy)
    folder = Path(options.output)
    for name in made:
        if (folder / name).exists():
            raise UsageError(f"--output {folder}: {name} is already there; nothing was written")
    for name, text in made.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for each in sorted(carried.untold, key=lambda one: (one.line, one.what)):
        put(f"{source}:{each.line}: {visible(each.what, 120)}: not carried over: {visible(each.why, 400)}")
    put(f"{carried.done} carried over, {len(carried.untold)} not; wrote {', '.join(made) or 'nothing'}")
    if carried.waivers:
        put(
            f"{len(carried.waivers)} waivers lack what only people can say ({', '.join(written.TO_FILL)}): "
            f"fill it in, then phiward waivers check {folder}"
        )
    return 0


def _carried(tool: str, source: Path) -> Carried:
    from phiward.collectors.registry import catalog
    from phiward.engine import content
    from phiward.engine.fit import types_of
    from phiward.engine.library import load, shipped
    from phiward.engine.migrate import checkov, prowler, trivy
    from phiward.engine.migrate.carried import Carried, Names
    from phiward.inventory.regular import irregular, regular

    if why := irregular(source):
        raise UsageError(f"{source}: cannot be read: {why}")
    known = catalog()
    library = load(shipped(), known)
    types = {control.id: types_of(control.applies_to, known) for control in library.controls.values()}
    names = Names(library.controls, types, _PREFIXES[tool])
    carried = Carried(source.name)
    if tool == "trivy" and source.suffix not in {".yaml", ".yml"}:
        with regular(source) as stream:
            data = stream.read(content.SIZE_LIMIT + 1)
        if len(data) > content.SIZE_LIMIT:
            raise ContentError(f"is larger than {content.SIZE_LIMIT:,} bytes", file=str(source))
        trivy.carry_plain(carried, data.decode(errors="replace"), names)
        return carried
    node = content.read(source, str(source))
    {"checkov": checkov.carry, "trivy": trivy.carry, "prowler": prowler.carry}[tool](carried, node, names)
    return carried
