"""requirements/: versions and hashes of every package for any system and Python, from pyproject.toml."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

from devtools.environment import REQUIREMENTS, Level
from devtools.pip import own_pip, run_pip
from devtools.shell import ROOT, Problem, clean_environ

HEADER = "# Made by ./dev lock; do not edit. sha256 of pyproject.toml's dependencies: "
_TOOLS = ROOT / ".tools" / "uv"

#: What the oracles ask for and do not need in order to read labels. All of it would make 1 GB of 540 MB.
_NEEDLESS_FOR_ORACLES = (
    "appdirs", "av", "coloredlogs", "matplotlib", "pyarrow",
    "opencv-python",  # needs the libraries of a screen; the headless one is the same module
    "typing",  # nothing but a source archive, for Python 3.4
)  # fmt: skip


def check_locks() -> None:
    """Raise a Problem when a requirement file was not made from the pyproject.toml of now."""
    for path in REQUIREMENTS.values():
        if not is_in_step(path.read_text(encoding="utf-8"), digest()):
            raise Problem(f"requirements/{path.name} is behind pyproject.toml: run ./dev lock.")


def is_in_step(text: str, digest: str) -> bool:
    return text.startswith(f"{HEADER}{digest}\n")


def digest(pyproject: Path = ROOT / "pyproject.toml") -> str:
    """Of the tables that the requirement files come from; other changes do not matter."""
    tables = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    project = tables["project"]
    relevant = [project["requires-python"], project["dependencies"], tables["dependency-groups"]]
    return hashlib.sha256(json.dumps(relevant).encode()).hexdigest()


def write_locks(upgrade: bool) -> None:
    """Renew all files; versions stay as they are where they can, unless ``upgrade``."""
    uv = _uv()
    for level, path in REQUIREMENTS.items():
        with tempfile.TemporaryDirectory() as place:
            excluded = Path(place) / "excluded.txt"
            excluded.write_text("\n".join(_NEEDLESS_FOR_ORACLES), encoding="utf-8")
            command = _compile_command(uv, level, upgrade, excluded)
            if subprocess.call(command, cwd=ROOT, env=clean_environ()):
                raise Problem(f"uv could not resolve requirements/{path.name}; what it printed says why.")
        path.write_text(f"{HEADER}{digest()}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def _compile_command(uv: str, level: Level, upgrade: bool, excluded: Path) -> list[str]:
    # No annotations and no header: uv would write down the index it used.
    command = [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
    ]
    command += ["--python-version", "3.11", "-o", str(REQUIREMENTS[level])]
    if level == "oracles":
        command += ["--group", "oracles", "--excludes", str(excluded)]
    else:
        command += ["pyproject.toml"]
    if level == "dev":  # developers have exactly the versions that users get, and more
        command += ["--group", "dev", "-c", str(REQUIREMENTS["run"])]
    return [*command, "--upgrade"] if upgrade else command


def _uv() -> str:
    """uv from the path or fetched into .tools: pip's --target is allowed where PEP 668 forbids installing."""
    if found := shutil.which("uv") or shutil.which("uv", path=str(_TOOLS / "bin")):
        return found
    run_pip(own_pip(), ["install", "--target", str(_TOOLS), "uv"], "Fetching uv")
    return str(_TOOLS / "bin" / ("uv.exe" if os.name == "nt" else "uv"))
