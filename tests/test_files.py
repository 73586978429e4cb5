import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler import files
from labeler.errors import LabelerError
from labeler.files import read, write_atomically

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links as POSIX has them")
as_user = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg.labels.json"
    path.write_bytes(b"old")
    return path


def test_new_content_takes_the_place_of_the_old(path: Path) -> None:
    write_atomically(path, b"new")
    assert read(path) == b"new"
    assert names_in(path.parent) == [path.name]


def test_a_file_with_the_longest_possible_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    write_atomically(path, b"new")
    assert read(path) == b"new"


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("pathlib.Path.open", errno.EACCES),
        ("os.fsync", errno.ENOSPC),
        ("os.fsync", errno.EIO),
        ("pathlib.Path.replace", errno.EROFS),
    ],
)
def test_after_a_failure_the_old_file_is_intact_and_nothing_is_left_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch, place: str, number: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(place, fail)
    with pytest.raises(LabelerError) as caught:
        write_atomically(path, b"new")
    assert str(caught.value) == f"{path} could not be saved: {os.strerror(number)}."
    monkeypatch.undo()
    assert names_in(path.parent) == [path.name]
    assert path.read_bytes() == b"old"


def test_an_interrupted_write_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert names_in(path.parent) == [path.name]
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_fills_up_while_writing_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = Path.open

    def open_on_a_full_disk(self: Path, mode: str = "r", **options: object) -> object:
        if self.suffix != ".tmp":
            return real_open(self, mode)
        self.touch()
        return real_open(Path("/dev/full"), "wb")

    monkeypatch.setattr(Path, "open", open_on_a_full_disk)
    with pytest.raises(LabelerError, match="No space left"):
        write_atomically(path, b"new" * 10_000)
    assert names_in(path.parent) == [path.name]
    assert path.read_bytes() == b"old"


def test_the_content_is_on_the_disk_before_it_takes_the_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr("os.fsync", lambda _: seen.append(path.read_bytes()))
    write_atomically(path, b"new")
    # The file's own data while the old one is in place, then the folder that knows the new name.
    assert seen == ([b"old", b"new"] if sys.platform != "win32" else [b"old"])


def test_a_missing_folder_is_not_created(tmp_path: Path) -> None:
    path = tmp_path / "unplugged" / "photo.jpg.labels.json"
    with pytest.raises(LabelerError, match="could not be saved"):
        write_atomically(path, b"new")
    assert not path.parent.exists()


def test_a_folder_in_the_way_is_said(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg.labels.json"
    path.mkdir()
    with pytest.raises(LabelerError, match="could not be saved"):
        write_atomically(path, b"new")
    assert names_in(tmp_path) == [path.name]


@posix
def test_permissions_are_kept(path: Path) -> None:
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_gets_the_permissions_of_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "new", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o666 & ~umask


@posix
def test_a_link_stays_a_link_and_its_target_is_written(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = elsewhere / "link"
    link.symlink_to(Path("..") / path.name)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert names_in(elsewhere) == ["link"]


@posix
def test_a_link_that_leads_to_itself_is_said(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(LabelerError, match="link could not be saved"):
        write_atomically(link, b"new")
    assert link.is_symlink()


@as_user
def test_a_read_only_folder_is_said(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(LabelerError, match="Permission denied"):
            write_atomically(path, b"new")
        assert path.read_bytes() == b"old"
    finally:
        path.parent.chmod(0o700)


def test_a_write_protected_file_stays_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # what the system says to anyone but root
    with pytest.raises(LabelerError, match="write-protected"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


def test_windows_is_asked_again_while_another_program_looks_at_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_replace, calls = Path.replace, []

    def replace_at_the_third_time(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) < 3:
            raise PermissionError(errno.EACCES, "in use")
        return real_replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_at_the_third_time)
    monkeypatch.setattr(files, "_WINDOWS", True)
    monkeypatch.setattr("time.sleep", lambda _: None)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert len(calls) == 3


def test_a_file_that_stays_in_use_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(files, "_WINDOWS", True)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(LabelerError, match="in use"):
        write_atomically(path, b"new")
    assert names_in(path.parent) == [path.name]


def test_reading_what_is_not_there_or_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabelerError, match="missing could not be read"):
        read(tmp_path / "missing")
    with pytest.raises(LabelerError):
        read(tmp_path)


@posix
def test_reading_a_pipe_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LabelerError, match="not a regular file"):
        read(tmp_path / "pipe")


@posix
def test_a_file_larger_than_any_of_ours_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(LabelerError, match="too large"):
        read(path)


def test_blocks_are_written_one_after_the_other(path: Path) -> None:
    write_atomically(path, iter([b"one ", b"", b"two"]))
    assert path.read_bytes() == b"one two"


def test_a_block_that_cannot_be_made_leaves_the_old_file(path: Path) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"half"
        raise LabelerError("no more")

    with pytest.raises(LabelerError, match="no more"):
        write_atomically(path, blocks())
    assert path.read_bytes() == b"old"
    assert names_in(path.parent) == [path.name]
