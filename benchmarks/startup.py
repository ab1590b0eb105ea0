"""What starting costs: `phiward --help`, and a scan of one small file with every control loaded from the cache.

    python benchmarks/startup.py

Prints CPU time as a ratio to an empty Python, and whether anything was imported that such a scan does not need.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import median, run, warm_bytecode

PHIWARD = str(Path(sys.executable).with_name("phiward"))
HEAVY = ("boto3", "botocore", "yaml", "jsonschema", "cryptography", "rich")
IMPORTED = """
import contextlib, io, sys
from phiward.cli.main import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["scan", sys.argv[1], "--quiet"])
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "code")
        folder.mkdir()
        (folder / "main.tf").write_text('resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n')
        environment = warm_bytecode(Path(scratch, "bytecode")) | {"XDG_CACHE_HOME": str(Path(scratch, "cache"))}
        # Twenty starts at a time, since one is close to what the clock can tell.
        many = [sys.executable, "-c", "import subprocess, sys\nfor _ in range(20): subprocess.run(sys.argv[1:])"]
        own = median(3, lambda: run([*many, "true"], environment=environment)).cpu
        empty = median(3, lambda: run([*many, sys.executable, "-c", "pass"], environment=environment)).cpu - own
        help_ = median(3, lambda: run([*many, PHIWARD, "--help"], environment=environment)).cpu - own
        scan = median(3, lambda: run([*many, PHIWARD, "scan", str(folder), "--quiet"], environment=environment)).cpu
        command = [sys.executable, "-c", IMPORTED, str(folder), *HEAVY]
        for _ in range(2):  # the first one fills the cache for the import path that `-c` has
            found = subprocess.run(
                command, capture_output=True, text=True, check=True, env={**os.environ, **environment}
            ).stdout.split()
    print(f"python -c pass      {empty / 20 * 1000:6.0f} ms CPU")
    print(f"phiward --help      {help_ / 20 * 1000:6.0f} ms CPU, {help_ / empty:.1f} times that")
    fixed = (scan - own - empty) / 20 * 1000
    print(f"a scan of one file  {fixed:6.0f} ms CPU on top of an empty Python")
    print(f"heavy modules that it imported: {', '.join(found) or 'none'}")
    return 0 if not found else 1


if __name__ == "__main__":
    sys.exit(main())
