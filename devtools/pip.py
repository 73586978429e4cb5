"""pip, wherever this machine has one: Debian's is old and shut (PEP 668), and some Pythons come without."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from devtools.shell import Problem, clean_environ, explain, show_progress, succeeds

#: The first pip that can install into an environment from outside (--python).
_FROM_OUTSIDE = (22, 3)

_INSTALL_PIP = {
    "apt-get": "sudo apt-get install -y python3-pip",
    "dnf": "sudo dnf install -y python3-pip",
    "pacman": "sudo pacman -S python-pip",
    "zypper": "sudo zypper install -y python3-pip",
    "apk": "sudo apk add py3-pip",
}

Command = list[str]


def pip_for(python: Path, site_packages: Path) -> Command:
    """How to call a pip that installs into the environment of ``python``, which has none yet."""
    version = pip_version()
    if version and version >= _FROM_OUTSIDE:
        return [sys.executable, "-m", "pip", "--python", str(python)]
    if succeeds(python, "-m", "ensurepip"):
        return [str(python), "-m", "pip"]
    if version:
        run_pip(own_pip(), ["install", "--target", str(site_packages), "pip"], "Fetching a newer pip")
        return [str(python), "-m", "pip"]
    raise Problem(f"This Python ({sys.executable}) has no pip: install it with {pip_advice()}.")


def own_pip() -> Command:
    return [sys.executable, "-m", "pip"]


def pip_version() -> tuple[int, int] | None:
    """Of the running Python's pip, None when it has none."""
    done = subprocess.run([*own_pip(), "--version"], capture_output=True, env=clean_environ())
    found = re.match(rb"pip (\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else None


def pip_advice() -> str:
    known = (line for manager, line in _INSTALL_PIP.items() if shutil.which(manager))
    return next(known, f"{sys.executable} -m ensurepip")


def run_pip(pip: Command, arguments: Command, doing: str) -> None:
    """pip with its chatter reduced to one line that changes, and its failures to one sentence."""
    lines = []
    process = subprocess.Popen(
        [*pip, *arguments, "--progress-bar", "off"],
        env=_pip_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.append(line)
            show_progress(line.strip())
    finally:
        process.terminate()
        process.wait()
        show_progress("")
    if process.returncode:
        raise Problem(explain("".join(lines), doing))


def _pip_environ() -> dict[str, str]:
    environ = clean_environ(
        PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1"
    )
    environ.setdefault("PIP_RETRIES", "2")
    return environ
