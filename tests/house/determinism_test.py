#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the programs of several builds to the same bytes.

Usage: determinism_test.py SOURCE_DIR PROGRAM [OTHER_PROGRAM...]

Lets the demo model write a few words with --reproducible: PROGRAM twice and on one, two and four
threads, each OTHER_PROGRAM once, and demands that every file they leave is byte for byte the same. Other programs are those of other
compilers and sanitizers; one that is not built, or is older than the sources, is named and left
out. Exits with 77 where nothing could be compared.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

RUN = ["run", "--arch", "mesh32", "--region", "13x7+2+1", "--model", "fable-1m", "--prompt",
       "Once there was a", "--new-tokens", "6", "--check", "cpu", "--tensors", "--reproducible",
       "--out", "out"]
FILES = ["report.html", "report.json", "recording.weft", "mapped.bundle", "tensors.safetensors"]
SKIPPED = 77


def newest_source(root):
    folders = ["base", "arch", "models", "isa", "mapper", "sim", "traces", "reference", "judge",
               "cli"]
    kinds = {".h", ".cpp", ".proto", ".yaml"}
    return max(file.stat().st_mtime for folder in folders for file in (root / folder).rglob("*")
               if file.suffix in kinds)


def why_not(program, root):
    if not program.exists():
        return "not built"
    if program.stat().st_mtime < newest_source(root):
        return "older than the sources"
    return ""


def written(program, root, *options):
    """The files of one run; None after saying why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "models").symlink_to(root / "models")
        done = subprocess.run([program, *RUN, *options], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{program}: exit code {done.returncode}\n{done.stderr}")
            return None
        return {name: (Path(folder) / "out" / name).read_bytes() for name in FILES}


def first_difference(a, b):
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    near = slice(max(0, at - 40), at + 40)
    return f"{len(a)} and {len(b)} bytes, first difference at byte {at}: {a[near]} and {b[near]}"


def main():
    root, program, *others = map(Path, sys.argv[1:])
    if not program.exists():
        print(f"skipped: {program} is not built")
        return SKIPPED
    want = written(program, root)
    if want is None:
        return 1
    failed = compared = 0
    ways = [(program, f"--threads={n}") for n in (1, 2, 4)]
    for other, *options in [(program,), *ways, *((other,) for other in others)]:
        if other != program and (reason := why_not(other, root)):
            print(f"skipped: {other} is {reason}")
            continue
        got = written(other, root, *options)
        compared += 1
        if got is None:
            failed += 1
            continue
        different = [name for name in FILES if got[name] != want[name]]
        print(f"{'DIFFERS' if different else 'same bytes'}:", other, *options)
        for name in different:
            print(f"  {name}: {first_difference(want[name], got[name])}")
        failed += bool(different)
    return 1 if failed else 0 if compared else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
