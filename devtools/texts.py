"""The texts for translators: labeler/locales/labeler.pot from the sources, catalogues compiled."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from devtools.shell import ROOT, Problem, output_of

_LOCALES = ROOT / "labeler" / "locales"
_TEMPLATE = _LOCALES / "labeler.pot"


def check_texts(python: Path) -> None:
    """Raise a Problem when the template is not what the sources say now."""
    if not _TEMPLATE.is_file() or _TEMPLATE.read_text(encoding="utf-8") != _extracted(python):
        raise Problem("labeler/locales/labeler.pot is behind the sources: run ./dev texts.")


def write_texts(python: Path) -> None:
    """Renew the template, bring every translation in step with it and compile it."""
    _LOCALES.mkdir(exist_ok=True)
    _TEMPLATE.write_text(_extracted(python), encoding="utf-8")
    for catalogue in sorted(_LOCALES.glob("*/LC_MESSAGES/labeler.po")):
        language = catalogue.parent.parent.name
        _babel(python, "update", "--no-wrap", "-i", _TEMPLATE, "-o", catalogue, "-l", language)
        _babel(python, "compile", "-i", catalogue, "-o", catalogue.with_suffix(".mo"))


def _extracted(python: Path) -> str:
    """The template's text, without dates and line numbers: it changes only when a text does."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "labeler.pot"
        _babel(
            python, "extract", "--no-wrap", "--sort-output", "--add-location=never", "--add-comments=i18n:",
            "--project=labeler", "--copyright-holder=labeler contributors", "-k", "N_", "-o", file, "labeler",
        )  # fmt: skip
        text = file.read_text(encoding="utf-8")
    return re.sub(r'(?m)^"(POT-Creation-Date|Report-Msgid-Bugs-To|Generated-By):.*\n|^#( .*)?\n', "", text)


def _babel(python: Path, command: str, *arguments: str | Path) -> None:
    output_of(python, "-m", "babel.messages.frontend", command, *arguments, doing=f"babel {command}")
