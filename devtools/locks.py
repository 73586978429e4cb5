"""requirements/: versions and hashes of every package for any system and Python, from pyproject.toml."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

from devtools.environment import REQUIREMENTS, Level
from devtools.pip import own_pip, run_pip
from devtools.shell import ROOT, Problem, clean_environ

HEADER = "# Made by ./dev lock; do not edit. sha256 of pyproject.toml's dependencies: "
_TOOLS = ROOT / ".tools" / "uv"


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
    """Renew both files; versions stay as they are where they can, unless ``upgrade``."""
    uv = _uv()
    for level, path in REQUIREMENTS.items():
        if subprocess.call(_compile_command(uv, level, upgrade), cwd=ROOT, env=clean_environ()):
            raise Problem(f"uv could not resolve requirements/{path.name}; what it printed says why.")
        path.write_text(f"{HEADER}{digest()}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def _compile_command(uv: str, level: Level, upgrade: bool) -> list[str]:
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
    command += ["--python-version", "3.11", "pyproject.toml", "-o", str(REQUIREMENTS[level])]
    if level == "dev":  # developers have exactly the versions that users get, and more
        command += ["--group", "dev", "-c", str(REQUIREMENTS["run"])]
    return [*command, "--upgrade"] if upgrade else command


def _uv() -> str:
    """uv from the path or fetched into .tools: pip's --target is allowed where PEP 668 forbids installing."""
    if found := shutil.which("uv") or shutil.which("uv", path=str(_TOOLS / "bin")):
        return found
    run_pip(own_pip(), ["install", "--target", str(_TOOLS), "uv"], "Fetching uv")
    return str(_TOOLS / "bin" / ("uv.exe" if os.name == "nt" else "uv"))
