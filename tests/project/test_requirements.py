"""The locked requirements: in step with pyproject.toml, hashed, and without the address of any index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from devtools.locks import HEADER, digest, is_in_step

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PYPROJECT["project"]["dependencies"]
DEV = [*RUN, *PYPROJECT["dependency-groups"]["dev"]]
WANTED = {"run": RUN, "dev": DEV}
SYSTEMS = [
    {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": platform}
    for version in ("3.11", "3.12", "3.13", "3.14")
    for platform in ("linux", "win32", "darwin")
]


def text_of(level: str) -> str:
    return (ROOT / "requirements" / f"{level}.txt").read_text(encoding="utf-8")


def pins(level: str, system: dict[str, str]) -> dict[str, str]:
    """Name → version of what this file installs on this system."""
    found = re.findall(r"^([\w.-]+)==(\S+)(?: ; (.*?))? \\$", text_of(level), re.MULTILINE)
    requirements = [
        Requirement(f"{name}=={version}{'; ' + marker if marker else ''}") for name, version, marker in found
    ]
    applying = [r for r in requirements if r.marker is None or r.marker.evaluate(system)]
    return {canonicalize_name(r.name): str(r.specifier).removeprefix("==") for r in applying}


@pytest.mark.parametrize("level", WANTED)
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: f"{s['sys_platform']}-{s['python_version']}")
def test_each_dependency_is_pinned_to_a_version_it_allows(level: str, system: dict[str, str]) -> None:
    pinned = pins(level, system)
    for requirement in map(Requirement, WANTED[level]):
        if requirement.marker is None or requirement.marker.evaluate(system):
            assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: f"{s['sys_platform']}-{s['python_version']}")
def test_developers_have_the_versions_that_users_get(system: dict[str, str]) -> None:
    assert pins("run", system).items() <= pins("dev", system).items()


@pytest.mark.parametrize("level", WANTED)
def test_the_files_were_made_from_this_pyproject(level: str) -> None:
    assert is_in_step(text_of(level), digest())


def test_a_changed_dependency_is_noticed(tmp_path: Path) -> None:
    changed = tmp_path / "pyproject.toml"
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    changed.write_text(text.replace('"click>=8.1"', '"click>=8.2"'), encoding="utf-8")
    assert not is_in_step(text_of("run"), digest(changed))


def test_a_changed_lint_rule_needs_no_new_lock(tmp_path: Path) -> None:
    changed = tmp_path / "pyproject.toml"
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    changed.write_text(text.replace("line-length = 110", "line-length = 120"), encoding="utf-8")
    assert digest(changed) == digest()


@pytest.mark.parametrize("level", WANTED)
def test_every_package_has_hashes_and_no_address_is_written_down(level: str) -> None:
    text = text_of(level).removeprefix(f"{HEADER}{digest()}\n")
    assert not re.search(r"://|index|find-links|@ ", text)
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
