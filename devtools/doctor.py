"""What is wrong with this machine, one line each, with what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devtools.environment import environment, read_stamp, to_do, wanted_stamp
from devtools.libraries import advice
from devtools.pip import pip_advice, pip_version
from devtools.shell import NEEDED_MB, ROOT, succeeds
from labeler import system

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_FONT_SUFFIXES = (".ttf", ".otf", ".ttc", ".pfb")
_STATES = {"nothing": "ready", "install": "not installed yet", "make": "not made yet, or out of date"}


@dataclass(frozen=True)
class Finding:
    text: str
    remedy: str = ""  # what to do; empty when all is well


def findings() -> Iterator[Finding]:
    """Everything the other commands rest on, in the order in which they need it."""
    yield Finding("Python {}.{}.{} ({})".format(*sys.version_info[:3], sys.executable))
    yield _pip()
    yield Finding(
        f"checkout {ROOT}", "" if os.access(ROOT, os.W_OK) else "not writable: use a folder of your own"
    )
    yield _disk()
    yield from _environment()
    yield from _window()


def report() -> int:
    """Print the findings; returns how many need something done."""
    problems = 0
    for finding in findings():
        problems += bool(finding.remedy)
        print(f"  !!  {finding.text}: {finding.remedy}" if finding.remedy else f"  ok  {finding.text}")
    print("All is well." if not problems else f"{problems} to look at (!!).")
    return problems


def _pip() -> Finding:
    if version := pip_version():
        return Finding("pip {}.{}".format(*version))
    if succeeds(sys.executable, "-c", "import ensurepip"):
        return Finding("pip is missing, but Python brings one along")
    return Finding("pip is missing", pip_advice())


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free // 1_000_000
    return Finding(
        f"{free} MB free", "" if free > NEEDED_MB else f"an environment takes {NEEDED_MB} MB: free some"
    )


def _environment() -> Iterator[Finding]:
    folder = environment()
    stamp, wanted = read_stamp(folder), wanted_stamp()
    if folder.exists() and stamp is None:
        yield Finding(f"{folder} was not made by ./dev", "move it away")
        return
    yield Finding(f"{folder.name} for ./dev demo: {_STATES[to_do(stamp, wanted, 'run')]}")
    yield Finding(f"{folder.name} for ./dev test: {_STATES[to_do(stamp, wanted, 'dev')]}")


def _window() -> Iterator[Finding]:
    shown_on = system.display()
    yield Finding(f"display: {shown_on or 'none, so demo exports without a window (tests need none)'}")
    missing = system.missing_libraries(system.libraries_for(shown_on))
    if missing:
        yield Finding(f"Qt misses {', '.join(missing)}", advice(missing))
    else:
        yield Finding("Qt's system libraries")
    if sys.platform.startswith("linux"):
        has_fonts = any(_has_font(Path(folder).expanduser()) for folder in _FONT_FOLDERS)
        yield Finding(
            "fonts", "" if has_fonts else "none here, texts would be boxes: install fonts-dejavu-core"
        )


def _has_font(folder: Path) -> bool:
    return any(path.suffix.lower() in _FONT_SUFFIXES for path in folder.rglob("*"))
