"""`phiward schema`: what a control may ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from phiward.cli.show import table
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print a type, an aspect, or the list of both."""
    from phiward.collectors.registry import catalog
    from phiward.inventory.catalog import PathError
    from phiward.inventory.describe import describe, overview

    known = catalog(docs=True)
    if options.format == "json":
        from phiward.inventory.schema import json_schema

        found = json_schema(known)
        if options.name:
            definition = options.name if options.name in known.aspects else f"type:{options.name}"
            if definition not in found["$defs"]:
                raise UsageError(str(PathError(f"there is no type or aspect {options.name!r}")))
            del found["oneOf"]
            found = {**found, "title": options.name, "$ref": f"#/$defs/{definition}"}
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    try:
        rows = describe(known, options.name) if options.name else overview(known)
    except PathError as error:
        raise UsageError(str(error)) from error
    shown = [(row.path, row.type, "may be absent" if row.absent else "", row.doc) for row in rows]
    print(table(("path", "holds", "", "meaning"), shown))
    if not options.name:
        print("\nphiward schema NAME shows the fields of one; --format json gives the JSON Schema of all.")
    return 0
