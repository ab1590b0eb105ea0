"""Measure the engine: CPU against `orjson.loads` over the same lines, peak memory, and the fixed cost of a warm start.

    python benchmarks/engine.py [RESOURCES]          default 1,000,000

Every measurement runs in a process of its own. The resources are synthetic: 25 types of about 1.4 KB each, all
controls of `synthetic_controls` (53, over aspects and over types), 0.4 explained findings per resource.
"""

import json
import resource as usage
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.control import AppliesTo, Control, Domain, Level, Policy, Remediation, Requirement, Severity
from phiward.engine.fit import types_of
from phiward.engine.rules import Rule, Rules
from phiward.inventory.aspects import (
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Integrity,
    Logging,
    Network,
    Patching,
    Resilience,
)
from phiward.inventory.catalog import Catalog, ResourceType
from phiward.inventory.unknown import Maybe

NOW = "2026-11-23T12:00:00Z"
ASPECTS = (Backup, EncryptionAtRest, EncryptionInTransit, Exposure, Logging, Network, Patching, Resilience)


class Config(Struct, frozen=True, kw_only=True, omit_defaults=True):
    state: Maybe[str]
    engine: Maybe[str | None] = None
    size: Maybe[int | None] = None


TYPES = [
    ResourceType(
        name=f"synthetic.type_{number:02}",
        title=f"Type {number}",
        aspects=(*(ASPECTS[(number + step) % len(ASPECTS)] for step in (0, 1, 3)), Integrity),
        config=Config,
        relations={"key": "its key"},
        stores_data=number % 2 == 0,
    )
    for number in range(25)
]


def synthetic_controls() -> list[tuple[AppliesTo, Condition]]:
    """Return 53 controls: 28 over aspects, 25 over single types."""
    world = Elements("sources", Quantifier.SOME, Test("", "cidr_overlaps", ["0.0.0.0/0", "::/0"]))
    low = All((Test("from_port", "lte", 22), Test("to_port", "gte", 22), world))
    listed: list[tuple[str, Condition]] = [
        ("encryption_at_rest", Test("encryption_at_rest.enabled", "equals", True)),
        ("encryption_at_rest", Test("encryption_at_rest.key_owner", "in", ["customer", "managed"])),
        ("encryption_at_rest", Not(Test("encryption_at_rest.algorithm", "equals", "des"))),
        ("encryption_in_transit", Test("encryption_in_transit.enforced", "equals", True)),
        ("encryption_in_transit", Test("encryption_in_transit.minimum_tls", "version_gte", "1.2")),
        ("encryption_in_transit", Test("encryption_in_transit.certificate_expires", "after", "now+30d")),
        ("exposure", Test("exposure.public", "equals", False)),
        ("exposure", Count("exposure.ways", Test("", "equals", 0))),
        ("exposure", Elements("exposure.shared_with", Quantifier.EACH, Test("", "in", ["111122223333"]))),
        ("logging", Test("logging.enabled", "equals", True)),
        (
            "logging",
            Any_((Test("logging.retention_days", "gte", 365), Test("logging.retention_days", "exists", False))),
        ),
        ("logging", Test("logging.kinds", "contains", "audit")),
        ("network", Elements("network.ingress", Quantifier.NONE, low)),
        ("network", Test("network.default_deny", "equals", True)),
        ("patching", Test("patching.automatic", "equals", True)),
        ("patching", Test("patching.version", "version_gte", "14.2")),
        ("patching", Test("patching.end_of_support", "after", "now")),
        ("patching", Test("patching.checked", "newer_than", "30d")),
        ("backup", Test("backup.enabled", "equals", True)),
        ("backup", Any_((Test("backup.retention_days", "gte", 7), Test("backup.retention_days", "exists", False)))),
        ("backup", Test("backup.last_success", "newer_than", "2d")),
        ("resilience", Test("resilience.redundant", "equals", True)),
        ("resilience", Test("resilience.deletion_protected", "equals", True)),
        ("integrity", Test("integrity.versioned", "equals", True)),
        ("integrity", Not(Test("integrity.immutable", "equals", False))),
    ]
    found = [(AppliesTo(aspect=aspect), condition) for aspect, condition in listed]
    related = Related("key", Quantifier.EACH, Test("integrity.versioned", "equals", True))
    found += [(AppliesTo(types=(f"synthetic.type_{number:02}",)), related) for number in range(3)]
    for kind in TYPES:
        where = Test("config.state", "in", ["available", "running"])
        asked = All((Test("config.engine", "matches", "^(postgres|mysql)"), Test("config.size", "lt", 5000)))
        found.append((AppliesTo(types=(kind.name,), where=where), asked))
    return found


def rules() -> Rules:
    """Return the synthetic rules."""
    catalog = Catalog.of(TYPES)
    made = []
    for number, (applies, condition) in enumerate(synthetic_controls()):
        control = Control(
            id=f"control-{number:03}",
            title="t",
            domain=Domain.ACCESS,
            severity=Severity.HIGH,
            applies_to=applies,
            condition=condition,
            citations={},
            rationale="r",
            remediation=Remediation("m"),
        )
        made.append(Rule(control, types_of(applies, catalog), ("r1",)))
    requirement = Requirement(id="r1", title="t", level=Level.REQUIRED, asks="a")
    policy = Policy(id="p", title="t", version="1", source="s", requirements=(requirement,))
    return Rules(policy, tuple(made), catalog)


def body(number: int, kind: ResourceType, catalog: Catalog) -> dict[str, object]:
    """Return one resource. Every 16th of each question fails, every 200th resource has something unknown."""
    bad = number * 2654435761 % 1000

    def good(step: int) -> bool:
        return (bad + step * 61) % 16 != 0

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
    identity = f"arn:aws:synthetic:us-east-1:111122223333:{kind.name}/{name}"
    made: dict[str, object] = {each: aspects[each] for each in catalog.types[kind.name].aspects}
    made |= {
        "id": identity,
        "type": kind.name,
        "name": name,
        "provider": "aws",
        "account": "111122223333",
        "region": "us-east-1",
        "origin": {"kind": "live"},
        "config": {"state": "available" if number % 3 else "stopped", "engine": "postgres", "size": number % 4000},
        "relations": {"key": [identity]},
        "tags": {f"tag-{step}": f"value-{step}-{number % 100}" for step in range(8)},
        "observations": [
            {
                "call": f"synthetic:Get{part}",
                "fills": [f"{part.lower()}_part"],
                "at": "2026-11-23T11:59:00Z",
                "digest": "sha256:" + f"{number:064x}",
                "request_id": f"{number:032x}",
            }
            for part in ("One", "Two")
        ],
    }
    if bad % 200 == 7:
        made["unknown"] = [["integrity.immutable", "access denied: synthetic:GetImmutable"]]
    return made


def write(path: Path, count: int) -> None:
    """Write an inventory, sorted by type."""
    catalog = Catalog.of(TYPES)
    with path.open("w") as stream:
        for number in range(count):
            kind = TYPES[number * len(TYPES) // count]
            stream.write(json.dumps(body(number, kind, catalog), separators=(",", ":"), sort_keys=True) + "\n")


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file."""
    with path.open("rb") as stream:
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
            f"({found['cpu'] / base['cpu']:.2f} x orjson, target 2.0), {found['findings']:,.0f} findings, "
            f"peak {found['peak_mb']:.0f} MB (target 200)"
        )


if __name__ == "__main__":
    main()
