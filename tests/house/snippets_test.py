#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands that README.md and docs/*.md show.

Usage: snippets_test.py SOURCE_DIR WEFT_BINARY

In every ```console block, a line `$ build/release/bin/weft ...` is run (with WEFT_BINARY in its
place) and must exit with 0; commands of one page share a scratch folder, so a later one may read
what an earlier one wrote. `$ scripts/...` must name an executable script. A block is left out when
the line before it is `<!-- not run: reason -->`. Links to files of the repository must resolve.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = "build/release/bin/weft"
INPUTS = ("arch", "models", "tests", "docs", "validation", "explore")


def blocks(text):
    """Yields (line number, lines) of every console block that is to be run."""
    lines = text.splitlines()
    inside, start, marker = False, 0, ""
    for number, line in enumerate(lines, 1):
        if not inside and line.strip() == "```console":
            inside, start = True, number
        elif inside and line.strip() == "```":
            if not re.fullmatch(r"<!-- not run: .+ -->", marker.strip()):
                yield start, lines[start:number - 1]
            inside, marker = False, ""
        if not inside and line.strip() and line.strip() != "```":
            marker = line


def commands(block):
    """Yields (offset, command) of every `$ ` line, with its backslash continuations joined."""
    for offset, line in enumerate(block, 1):
        if not line.startswith("$ "):
            continue
        command, at = line[2:], offset
        while command.endswith("\\") and at < len(block):
            command = command[:-1] + " " + block[at].strip()
            at += 1
        yield offset, command


def runs(command, weft, folder):
    """Runs one shell command; returns what went wrong, or ''."""
    line = re.sub(rf"(?<![\w/]){re.escape(PROGRAM)}(?![\w/])", weft, command)
    result = subprocess.run(["bash", "-c", "set -euo pipefail; " + line], cwd=folder, text=True,
                            capture_output=True, check=False)
    if result.returncode == 0:
        return ""
    return f"exit code {result.returncode}\n{result.stdout[-1000:]}{result.stderr[-2000:]}"


def check_page(page, source, weft):
    """Returns the faults of one page and the number of commands that were run."""
    faults, count = [], 0
    text = page.read_text(encoding="utf-8")
    name = page.relative_to(source)
    with tempfile.TemporaryDirectory(prefix="weft-snippets-") as folder:
        for entry in INPUTS:
            if (source / entry).exists():
                (Path(folder) / entry).symlink_to(source / entry)
        for start, block in blocks(text):
            for offset, command in commands(block):
                fault = ""
                if PROGRAM in command:
                    count += 1
                    fault = runs(command, weft, folder)
                elif command.startswith("scripts/"):
                    script = source / command.split()[0]
                    fault = "" if os.access(script, os.X_OK) else "is not an executable script"
                if fault:
                    faults.append(f"{name}:{start + offset}: {command}\n  {fault}")
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        if not (page.parent / target).exists():
            faults.append(f"{name}: link to {target}, which does not exist")
    return faults, count


def main():
    source, weft = Path(sys.argv[1]), sys.argv[2]
    pages = [source / "README.md", source / "CONTRIBUTING.md", *sorted((source / "docs").glob("**/*.md"))]
    faults, count = [], 0
    for page in pages:
        found, ran = check_page(page, source, weft)
        faults += found
        count += ran
    print(f"{count} commands of {len(pages)} pages run")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
