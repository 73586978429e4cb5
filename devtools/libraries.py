"""Qt's system libraries: installed when we may, otherwise the line to run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable

from devtools.shell import say, succeeds
from labeler import system

Words = tuple[str, ...]


def ensure_libraries(sonames: Iterable[str], may_install: bool) -> Words:
    """Install what is missing when we may; returns what is missing still."""
    missing = system.missing_libraries(sonames)
    prefix = root_prefix() if missing and may_install and system.package_manager() == "apt-get" else None
    if prefix is None:
        return missing
    command = (*prefix, *system.install_command(missing, "apt-get"))
    say("Installing the system libraries that a Qt window needs: " + " ".join(command))
    # A fresh machine has no package lists, an old one has stale ones; usually they are fine.
    if not _apt(command) and not (_apt((*prefix, "apt-get", "update")) and _apt(command)):
        say("That did not work; is the network there?")
    return system.missing_libraries(missing)


def root_prefix() -> Words | None:
    """The words before a command that needs root: sudo if it asks no password; None when we may not."""
    if not hasattr(os, "geteuid"):
        return None
    if os.geteuid() == 0:
        return ()
    return ("sudo", "-n") if shutil.which("sudo") and succeeds("sudo", "-n", "true") else None


def advice(missing: Iterable[str]) -> str:
    """The line that a person runs to get the missing libraries."""
    return system.install_line(missing, system.package_manager())


def _apt(command: Words) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environ, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
