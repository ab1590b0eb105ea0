#!/bin/sh
# The main job on the example clinic: scan, keep signed evidence, verify it. `make demo` runs this.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build

code=0
phiward scan examples/clinic --bundle build/evidence.zip || code=$?
# 1 is the right answer: one of the two clinics fails. Anything else is a defect of phiward.
[ "$code" -eq 1 ] || { echo "demo: phiward scan ended with $code, expected 1" >&2; exit "$code"; }

echo
echo '$ phiward verify build/evidence.zip --deep'
phiward verify build/evidence.zip --deep
