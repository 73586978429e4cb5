"""Talking to the person at the terminal and to other programs; failures become one sentence."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What a complete developers' environment and its downloads take.
NEEDED_MB = 900

_NOT_FOR_CHILDREN = (
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "PIP_TARGET",
    "PIP_PREFIX",
    "LABELER_OWN_ENVIRONMENT",
)

#: What a tool printed → why it failed and what to do, first match first.
_CAUSES = (
    ("No space left on device|Errno 28", f"the disk is full: free about {NEEDED_MB} MB"),
    (
        "CERTIFICATE_VERIFY_FAILED",
        "the package index's certificate is not trusted: check the clock and the proxy",
    ),
    (
        (
            "name resolution|NewConnectionError|ConnectTimeout|Network is unreachable|Max retries"
            "|Read timed out|ProxyError|Connection (?:refused|reset|aborted)|getaddrinfo"
        ),
        "the package index cannot be reached: check the network",
    ),
    ("DO NOT MATCH THE HASHES", "a downloaded file is not the one that was locked: try again later"),
    (
        "Permission denied|Errno 13|Read-only file system|Errno 30",
        "there is no permission to write: use a folder of your own",
    ),
    (r"No matching distribution found for (?P<what>\S+)", "no ready-made {what} for this Python and system"),
    ("No module named '?venv", "Python's venv module is missing: install python3-venv"),
)


class Problem(Exception):  # noqa: N818 - it is no error of ours
    """What stops us, as one sentence for the person at the terminal."""


def say(text: str) -> None:
    print(f"dev: {text}", file=sys.stderr, flush=True)


def explain(output: str, doing: str) -> str:
    """One sentence for what a tool printed when it failed."""
    for pattern, cause in _CAUSES:
        if found := re.search(pattern, output):
            return f"{doing} failed: {cause.format(**found.groupdict())}."
    lines = output.splitlines()
    errors = [line for line in lines if "error" in line.lower()] or lines[-1:] or ["it said nothing."]
    return f"{doing} failed: {errors[-1].strip()}"


def explain_os_error(error: OSError) -> str:
    return explain(f"[Errno {error.errno}] {error}", f"Writing {error.filename or ROOT}")


def clean_environ(**more: str) -> dict[str, str]:
    """The environment variables without those that would bring another Python's packages in."""
    kept = {key: value for key, value in os.environ.items() if key not in _NOT_FOR_CHILDREN}
    return {**kept, "PYTHONNOUSERSITE": "1", **more}


def call(*command: str | Path) -> int:
    """Run a program for the user: its output, its Ctrl-C and its exit code are theirs."""
    # Ctrl-C reaches the program too; subprocess would kill it a moment later, in the middle of its last save.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.call([str(word) for word in command], env=clean_environ())
    finally:
        signal.signal(signal.SIGINT, before)


def succeeds(*command: str | Path) -> bool:
    """Whether a program that we ask something quietly says yes."""
    done = subprocess.run([str(word) for word in command], capture_output=True, env=clean_environ())
    return done.returncode == 0


def output_of(*command: str | Path, doing: str) -> str:
    """What a program prints; a failure of it stops us."""
    done = subprocess.run(
        [str(word) for word in command],
        env=clean_environ(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise Problem(explain(done.stdout, doing))
    return done.stdout


def show_progress(line: str) -> None:
    """One line that changes, on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width].ljust(width)}\r", end="", file=sys.stderr, flush=True)
