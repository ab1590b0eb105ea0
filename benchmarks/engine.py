"""Measure the engine: CPU against `orjson.loads` over the same lines, peak memory, and the fixed cost of a warm start.

    python benchmarks/engine.py [RESOURCES]          default 1,000,000

Every measurement runs in a process of its own. The controls and the resource types are the shipped ones; the resources
are made up (`well_kept`), with observations, with relations that lead to resources of a type they can lead to, and one
in a hundred with something unknown; one in eleven fails each general question. How many explained findings that gives
for each resource stands beside the ratio: they cost more than the verdicts.
"""

import json
import resource as usage
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from well_kept import resources

from phiward.collectors.registry import catalog
from phiward.engine.library import load, shipped
from phiward.engine.rules import Rules, select
from phiward.inventory.catalog import TypeInfo

NOW = "2026-11-23T12:00:00Z"


def rules() -> Rules:
    """Return every shipped control, as the shipped policy asks it."""
    types = catalog()
    return select(load(shipped(), types), types)


def identity(number: int, kind: str) -> str:
    """Return the id of a resource."""
    return f"arn:aws:synthetic:us-east-1:111122223333:{kind}/resource-{number:07}"


def body(number: int, kind: TypeInfo, kept: dict[str, Any], firsts: dict[str, int]) -> dict[str, object]:
    """Return one resource. Every 11th of each question fails, one in a hundred has something unknown."""
    bad = number * 2654435761 % 1000

    def good(step: int) -> bool:
        return (bad + step * 61) % 11 != 0

    aspects = {
        "encryption_at_rest": {
            "enabled": good(1),
            "algorithm": "aes256",
            "key_owner": "customer",
            "key": f"key-{number % 50}",
        },
        "encryption_in_transit": {
            "enforced": good(2),
            "minimum_tls": "1.2",
            "certificate_expires": "2027-06-01T00:00:00Z",
        },
        "exposure": {"public": not good(3), "ways": [] if good(3) else ["policy"], "public_access_blocked": True},
        "logging": {
            "enabled": good(4),
            "retention_days": 400 if good(5) else 30,
            "kinds": ["audit", "error"],
            "destinations": ["log-1"],
        },
        "network": {
            "default_deny": True,
            "ingress": [
                {"protocol": "tcp", "from_port": 443, "to_port": 443, "sources": ["0.0.0.0/0"]},
                {
                    "protocol": "tcp",
                    "from_port": 22,
                    "to_port": 22,
                    "sources": ["10.0.0.0/8" if good(6) else "0.0.0.0/0"],
                },
            ],
        },
        "patching": {
            "automatic": good(7),
            "version": "15.4",
            "end_of_support": "2027-11-11",
            "checked": "2026-11-20T00:00:00Z",
        },
        "backup": {"enabled": True, "retention_days": 14 if good(8) else 3, "last_success": "2026-11-23T01:02:03Z"},
        "resilience": {"redundant": True, "deletion_protected": good(9)},
        "integrity": {"versioned": True, "immutable": True, "tamper_evident": True},
    }
    name = f"resource-{number:07}"
    made: dict[str, object] = {**kept, **{each: {**kept[each], **aspects.get(each, {})} for each in kind.aspects}}
    made |= {
        "id": identity(number, kind.name),
        "type": kind.name,
        "name": name,
        "provider": "aws",
        "account": "111122223333",
        "region": "us-east-1",
        "origin": {"kind": "live"},
        "relations": {
            each: [identity(firsts[target] + number % 50, target)]
            for each, relation in kind.relations.items()
            for target in (relation.to or (kind.name,))[:1]
        },
        "tags": {f"tag-{step}": f"value-{step}-{number % 100}" for step in range(4)},
        "observations": [
            {
                "call": f"synthetic:Get{part}",
                "fills": [part],
                "at": "2026-11-23T11:59:00Z",
                "digest": "sha256:" + f"{number:064x}",
                "request_id": f"{number:032x}",
            }
            for part in kind.aspects[:2]
        ],
    }
    if bad % 100 == 7 and kind.aspects:
        made["unknown"] = [[kind.aspects[-1], "access denied: synthetic:Get"]]
        del made[kind.aspects[-1]]
    return made


def write(path: Path, count: int) -> None:
    """Write an inventory, sorted by type."""
    kept = resources(rules())
    kinds = [*catalog().types.values()]
    firsts = {kind.name: -(-place * count // len(kinds)) for place, kind in enumerate(kinds)}
    with path.open("w") as stream:
        for number in range(count):
            kind = kinds[number * len(kinds) // count]
            stream.write(
                json.dumps(body(number, kind, kept[kind.name], firsts), separators=(",", ":"), sort_keys=True) + "\n"
            )


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file."""
    with path.open("rb", buffering=1 << 18) as stream:
        yield from stream


def measure_orjson(path: Path) -> dict[str, float]:
    """Parse every line, nothing else."""
    import orjson

    start = time.process_time()
    for line in lines_of(path):
        orjson.loads(line)
    return {"cpu": time.process_time() - start}


def measure_engine(path: Path) -> dict[str, float]:
    """Evaluate everything, findings explained."""
    from phiward.engine.evaluate import evaluate

    made = rules()
    start = time.process_time()
    found = evaluate(lambda: lines_of(path), made, NOW)
    findings = sum(1 for _ in found)
    spent = time.process_time() - start
    return {"cpu": spent, "findings": findings, "resources": found.summary.resources}


def measure(kind: str, path: Path) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    run = subprocess.run([sys.executable, __file__, kind, str(path)], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def main() -> None:
    if len(sys.argv) == 3:
        kind, path = sys.argv[1], Path(sys.argv[2])
        told = {"orjson": measure_orjson, "engine": measure_engine}[kind](path)
        told["peak_mb"] = usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(told))
        return
    largest = int(sys.argv[1]) if len(sys.argv) == 2 else 1_000_000
    for count in (largest // 10, largest):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "inventory.jsonl"
            write(path, count)
            size = path.stat().st_size / count
            base, found = measure("orjson", path), measure("engine", path)
        print(
            f"{count:>9,} resources of {size:,.0f} bytes: orjson {base['cpu']:.2f} s, engine {found['cpu']:.2f} s "
            f"({found['cpu'] / base['cpu']:.2f} x, target 2.0), {found['findings'] / count:.2f} explained findings "
            f"for each resource, "
            f"peak {found['peak_mb']:.0f} MB (target 200)"
        )


if __name__ == "__main__":
    main()
