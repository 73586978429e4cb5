"""The environment of the checkout: made, completed or made anew, and never half of one taken for whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from devtools.pip import pip_for, run_pip
from devtools.shell import NEEDED_MB, ROOT, Problem, output_of, say

Level = Literal["run", "dev", "oracles"]
Stamp = Mapping[str, Any]

#: dev.txt holds all of run.txt and more; oracles.txt is for an environment of its own.
REQUIREMENTS: Mapping[Level, Path] = {
    "run": ROOT / "requirements" / "run.txt",
    "dev": ROOT / "requirements" / "dev.txt",
    "oracles": ROOT / "requirements" / "oracles.txt",
}
_MEGABYTES: Mapping[Level, int] = {"run": 200, "dev": 400, "oracles": 550}
#: Inside the environment: that we made it, for which Python and place, and what is completely installed.
STAMP = "labeler-dev.json"


def environment(level: Level = "run") -> Path:
    """The environment's folder for the running Python; one that was asked for by name has its own."""
    name = ".venv-oracles" if level == "oracles" else ".venv"
    own = os.environ.get("LABELER_OWN_ENVIRONMENT")
    return ROOT / (name + "-{}.{}".format(*sys.version_info[:2]) if own else name)


def python_in(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure_environment(level: Level) -> Path:
    """The Python of an environment in which everything of this level is installed."""
    folder, wanted = environment(level), wanted_stamp()
    if to_do(read_stamp(folder), wanted, level) == "nothing" and python_in(folder).exists():
        return python_in(folder)
    with _only_one_of_us(folder):
        stamp = read_stamp(folder)
        what = to_do(stamp, wanted, level)
        if what == "make" or not python_in(folder).exists():
            _make(folder, level, is_ours=stamp is not None)
            stamp = {"python": wanted["python"], "root": wanted["root"]}
        if what != "nothing":
            _write_stamp(folder, {**(stamp or {}), "unfinished": True})
            _install(folder, level)
            _write_stamp(folder, {**(stamp or {}), level: wanted[level]})
    return python_in(folder)


def wanted_stamp() -> Stamp:
    """What a complete and current environment says of itself."""
    digests: dict[str, str] = {
        level: hashlib.sha256(path.read_bytes()).hexdigest() for level, path in REQUIREMENTS.items()
    }
    return {"python": sys.version, "root": str(ROOT), **digests}


def read_stamp(folder: Path) -> Stamp | None:
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def to_do(stamp: Stamp | None, wanted: Stamp, level: Level) -> Literal["nothing", "install", "make"]:
    """Whether the environment with this stamp will do, lacks this level, or has to be made from scratch.

    From scratch also when a requirement file changed: what a new lock no longer names must go.
    """
    if stamp is None or stamp.get("unfinished"):
        return "make"
    if any(stamp.get(key) != wanted[key] for key in ("python", "root")):
        return "make"
    if any(stamp.get(key, wanted[key]) != wanted[key] for key in REQUIREMENTS):
        return "make"
    return "nothing" if level in stamp or "dev" in stamp else "install"


def _write_stamp(folder: Path, stamp: Stamp) -> None:
    (folder / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")


@contextlib.contextmanager
def _only_one_of_us(folder: Path) -> Iterator[None]:
    """Two terminals must not make the same environment at once."""
    try:
        import fcntl
    except ImportError:  # Windows: the second one fails on the files that are in use, and says so
        yield
        return
    with (ROOT / f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(f"Another ./dev is making {folder.name}; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(folder: Path, level: Level, is_ours: bool) -> None:
    """An empty environment that sees our package; oracles do not, they are to judge it."""
    if folder.exists():
        if not is_ours and any(folder.rglob("*.dist-info")):
            raise Problem(f"{folder} was not made by ./dev: move it away, then try again.")
        shutil.rmtree(folder)
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDED_MB:
        raise Problem(f"Only {free} MB are free on the disk of {ROOT}: free {NEEDED_MB} MB first.")
    # Without pip: Debian's Python has no ensurepip, and its pip can install from outside.
    output_of(sys.executable, "-m", "venv", "--without-pip", folder, doing=f"Making {folder.name}")
    if level != "oracles":
        # A line on the path instead of an installed package: nothing to build, always today's sources.
        (_site_packages(folder) / "labeler-dev.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    _write_stamp(folder, {"unfinished": True})


def _install(folder: Path, level: Level) -> None:
    path = REQUIREMENTS[level]
    pip = pip_for(python_in(folder), _site_packages(folder))
    count, size = len(re.findall(r"(?m)^[\w.-]+==", path.read_text(encoding="utf-8"))), _MEGABYTES[level]
    say(f"Installing {count} packages into {folder.name}: once, some {size} MB, a minute or two ...")
    arguments = ["install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(path)]
    run_pip(pip, arguments, f"Installing requirements/{path.name}")


def _site_packages(folder: Path) -> Path:
    if os.name == "nt":
        return folder / "Lib" / "site-packages"
    return folder / "lib" / "python{}.{}".format(*sys.version_info[:2]) / "site-packages"
