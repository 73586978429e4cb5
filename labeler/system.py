"""What this machine has for a window: a display, and the system libraries that Qt leaves to the system.

Standard library only: `./dev` uses it before anything is installed. Knows no Qt.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping

from labeler.i18n import _

#: Package managers by the program that shows which one a machine has, and how each installs.
INSTALL: dict[str, tuple[str, ...]] = {
    "apt-get": ("apt-get", "install", "-y", "--no-install-recommends"),
    "dnf": ("dnf", "install", "-y"),
    "pacman": ("pacman", "-S", "--needed", "--noconfirm"),
    "zypper": ("zypper", "install", "-y"),
    "apk": ("apk", "add"),
}

#: soname: its package for each manager, in the order of ``INSTALL``.
LIBRARIES: dict[str, tuple[str, str, str, str, str]] = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "libglvnd", "mesa-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "libglvnd", "mesa-gl"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libglib-2_0-0", "glib"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3", "dbus-libs"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": (
        "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0", "libxkbcommon",
    ),
    "libxcb-cursor.so.0": (
        "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0", "xcb-util-cursor",
    ),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4", "xcb-util-wm"),
    "libxcb-keysyms.so.1": (
        "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1", "xcb-util-keysyms",
    ),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0", "libxcb"),
    "libwayland-cursor.so.0": (
        "libwayland-cursor0", "libwayland-cursor", "wayland", "libwayland-cursor0", "wayland-libs-cursor",
    ),
}  # fmt: skip

#: Enough to run Qt without a screen (tests, screenshots).
OFFSCREEN = tuple(LIBRARIES)[:6]
#: For a window. A missing one of these is no exception in Qt: it aborts the process, so ask before.
X11 = (*OFFSCREEN, *tuple(LIBRARIES)[6:11])
WAYLAND = (*OFFSCREEN, "libwayland-cursor.so.0")


def display(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """``"x11"``, ``"wayland"``, ``"native"`` (macOS, Windows, or the user chose Qt's platform), or None."""
    if not platform.startswith("linux") or environ.get("QT_QPA_PLATFORM"):
        return "native"
    if environ.get("WAYLAND_DISPLAY"):
        return "wayland"
    return "x11" if environ.get("DISPLAY") else None


def libraries_for(display: str | None) -> tuple[str, ...]:
    """The sonames a window on this display needs; without a display, what Qt needs at all."""
    return {"x11": X11, "wayland": WAYLAND}.get(display or "", OFFSCREEN)


def missing_libraries(
    sonames: Iterable[str],
    load: Callable[[str], object] = ctypes.CDLL,
    platform: str = sys.platform,
) -> tuple[str, ...]:
    """Those of ``sonames`` that the system cannot load. Only Linux leaves them to the system."""
    if not platform.startswith("linux"):
        return ()
    return tuple(soname for soname in sonames if not _loads(soname, load))


def package_manager(which: Callable[[str], str | None] = shutil.which) -> str | None:
    """The package manager this machine has, None for one we do not know."""
    return next((name for name in INSTALL if which(name)), None)


def packages(sonames: Iterable[str], manager: str) -> tuple[str, ...]:
    """The packages that bring these libraries, each once."""
    column = list(INSTALL).index(manager)
    return tuple(dict.fromkeys(LIBRARIES[soname][column] for soname in sonames))


def install_command(sonames: Iterable[str], manager: str) -> tuple[str, ...]:
    """The words that install what brings these libraries (to be run as root)."""
    return (*INSTALL[manager], *packages(sonames, manager))


def install_line(sonames: Iterable[str], manager: str | None) -> str:
    """One line to copy into a terminal; the names of the libraries where we do not know the packages."""
    if manager is None:
        return " ".join(sonames)
    prefix = "" if _is_root() else "sudo "
    # A fresh Debian has no package lists yet.
    refresh = f"{prefix}apt-get update && " if manager == "apt-get" else ""
    return f"{refresh}{prefix}{' '.join(install_command(sonames, manager))}"


def window_problem() -> str | None:
    """Why no window can open here, as one sentence that says what to do, or None when one can."""
    shown_on = display()
    if shown_on is None:
        return _("No display here: start the editor on a desktop, or under xvfb-run.")
    missing = missing_libraries(libraries_for(shown_on))
    if not missing:
        return None
    return _("The window needs system libraries that are missing here; install them with: {command}").format(
        command=install_line(missing, package_manager())
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _loads(soname: str, load: Callable[[str], object]) -> bool:
    try:
        load(soname)
    except OSError:
        return False
    return True
