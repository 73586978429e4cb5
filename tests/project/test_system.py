"""Which libraries a window needs here, and which packages bring them."""

from __future__ import annotations

import pytest

from labeler import system


def nothing_loads(soname: str) -> object:
    raise OSError(f"{soname}: cannot open shared object file")


@pytest.mark.parametrize("manager", system.INSTALL)
def test_every_library_has_a_package_for_every_manager(manager: str) -> None:
    for soname in system.LIBRARIES:
        (package,) = system.packages([soname], manager)
        assert package


def test_a_missing_library_becomes_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_is_root", lambda: False)
    assert system.install_line(["libxcb-cursor.so.0"], "apt-get") == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libxcb-cursor0"
    )
    assert system.install_line(["libxcb-cursor.so.0"], "dnf") == "sudo dnf install -y xcb-util-cursor"


def test_root_needs_no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_is_root", lambda: True)
    assert system.install_line(["libGL.so.1"], "apk") == "apk add mesa-gl"


def test_a_package_that_brings_two_libraries_is_named_once() -> None:
    assert system.packages(["libEGL.so.1", "libGL.so.1"], "pacman") == ("libglvnd",)


def test_an_unknown_package_manager_gets_the_names_of_the_libraries() -> None:
    assert "libEGL.so.1" in system.install_line(["libEGL.so.1"], None)


def test_what_does_not_load_is_missing_on_linux_only() -> None:
    assert system.missing_libraries(["libEGL.so.1"], nothing_loads, "linux") == ("libEGL.so.1",)
    assert system.missing_libraries(["libEGL.so.1"], lambda soname: None, "linux") == ()
    assert system.missing_libraries(["libEGL.so.1"], nothing_loads, "darwin") == ()


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", None),
        ({"DISPLAY": ":0"}, "linux", "x11"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", "wayland"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", "native"),
        ({}, "win32", "native"),
        ({}, "darwin", "native"),
    ],
)
def test_the_display_is_known_before_qt_is_asked(
    environ: dict[str, str], platform: str, expected: str | None
) -> None:
    assert system.display(environ, platform) == expected


def test_without_a_display_the_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "display", lambda: None)
    assert "No display here" in (system.window_problem() or "")


def test_missing_libraries_keep_the_window_closed_with_the_line_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(system, "display", lambda: "x11")
    monkeypatch.setattr(system, "missing_libraries", lambda sonames: ("libxcb-cursor.so.0",))
    monkeypatch.setattr(system, "package_manager", lambda: "apt-get")
    assert "libxcb-cursor0" in (system.window_problem() or "")


def test_a_display_and_all_libraries_are_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "display", lambda: "x11")
    monkeypatch.setattr(system, "missing_libraries", lambda sonames: ())
    assert system.window_problem() is None
