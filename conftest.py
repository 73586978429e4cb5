"""Lets the suite run where Qt cannot start: pytest-qt would end such a run before its first test."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import hypothesis
import pytest

# Time limits per example fail on a busy machine, and say nothing about the code. CI plays the same examples
# each time: it judges a change, and should not fail one for what was there before. At the desk they are new.
hypothesis.settings.register_profile("labeler", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("labeler")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")


def _why_qt_cannot() -> str:
    """What keeps an offscreen Qt from starting, "" when it can."""
    try:
        import PySide6.QtWidgets
    except ImportError as error:
        return str(error)
    if sys.platform.startswith("linux"):
        # A platform plugin that does not load is no exception in Qt: it aborts the process.
        platforms = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms"
        try:
            ctypes.CDLL(str(platforms / "libqoffscreen.so"))
        except OSError as error:
            return str(error)
    return ""


QT_ERROR = _why_qt_cannot()
pytest_plugins = [] if QT_ERROR else ["pytestqt.plugin"]
#: Where tests may import Qt.
collect_ignore_glob = ["tests/gui/*", "tests/painting/*"] if QT_ERROR else []


def pytest_configure(config: pytest.Config) -> None:
    if QT_ERROR and os.environ.get("LABELER_REQUIRE_GUI") == "1":
        pytest.exit(f"LABELER_REQUIRE_GUI=1, but Qt cannot start: {QT_ERROR}", returncode=1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if QT_ERROR:
        terminalreporter.section("the editor's tests were SKIPPED", sep="!", red=True)
        terminalreporter.line(f"Qt cannot start: {QT_ERROR}")
        terminalreporter.line("./dev doctor says what to install.")
