import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.dataset.scan import find, natural_key
from labeler.errors import LabelerError

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


def files_in(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def all_in(root: Path) -> list[str]:
    return sorted(find(root, lambda name: True), key=natural_key)


def test_files_are_found_in_every_folder_below(tmp_path: Path) -> None:
    files_in(tmp_path, "b.png", "sub/a.png", "sub/deeper/c.png")
    assert all_in(tmp_path) == ["b.png", "sub/a.png", "sub/deeper/c.png"]


def test_only_what_is_wanted_is_found(tmp_path: Path) -> None:
    files_in(tmp_path, "a.png", "a.txt", "sub/b.png")
    assert sorted(find(tmp_path, lambda name: name.endswith(".png"))) == ["a.png", "sub/b.png"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    files_in(tmp_path, "a.png", "._a.png", ".labeler/trash/b.png", ".git/c.png", "sub/.thumbs/d.png")
    assert all_in(tmp_path) == ["a.png"]


@links
def test_linked_files_and_folders_are_followed(tmp_path: Path) -> None:
    elsewhere = files_in(tmp_path / "elsewhere", "a.png", "b.png")
    root = files_in(tmp_path / "root", "c.png")
    (root / "linked").symlink_to(elsewhere)
    (root / "d.png").symlink_to(elsewhere / "a.png")
    assert all_in(root) == ["c.png", "d.png", "linked/a.png", "linked/b.png"]


@links
def test_links_that_lead_in_circles_or_nowhere_end(tmp_path: Path) -> None:
    root = files_in(tmp_path, "a.png", "sub/b.png")
    (root / "sub" / "up").symlink_to(root)
    (root / "again").symlink_to(root / "sub")
    (root / "self.png").symlink_to(root / "self.png")
    (root / "gone.png").symlink_to(root / "nothing")
    assert all_in(root) == ["a.png", "sub/b.png"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabelerError, match="missing cannot be opened"):
        find(tmp_path / "missing", lambda name: True)
    with pytest.raises(LabelerError, match=r"a\.png cannot be opened"):
        find(files_in(tmp_path, "a.png") / "a.png", lambda name: True)


def test_a_folder_further_down_that_cannot_be_read_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files_in(tmp_path, "a.png", "locked/b.png", "open/c.png")
    real_scandir = os.scandir

    def scandir(folder: Path) -> object:
        if folder.name == "locked":
            raise PermissionError
        return real_scandir(folder)

    monkeypatch.setattr("os.scandir", scandir)
    assert all_in(tmp_path) == ["a.png", "open/c.png"]


def test_names_are_sorted_as_people_count() -> None:
    names = [
        "img10.png",
        "img2.png",
        "IMG1.png",
        "img02.png",
        "b/1.png",
        "a10/1.png",
        "a2/1.png",
        "a2/b/0.png",
    ]
    assert sorted(names, key=natural_key) == [
        *("IMG1.png", "img02.png", "img2.png", "img10.png"),
        *("a2/1.png", "a2/b/0.png", "a10/1.png", "b/1.png"),
    ]


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_numbers_of_any_length_count(a: int, b: int) -> None:
    assert (natural_key(f"x{a}.png") < natural_key(f"x{b}.png")) == (a < b)
