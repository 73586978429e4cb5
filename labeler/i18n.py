"""Texts in the user's language, without Qt: tools, formats and the command line speak too.

``_`` translates now, ``N_`` only marks a text in a table that is translated when it is shown.
Extraction sees literals only, so never put an f-string or a variable inside either.
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "labeler"
LOCALES = Path(__file__).parent / "locales"

_translations: gettext.NullTranslations = gettext.NullTranslations()


def install(language: str | None = None) -> None:
    """Use ``language`` ("de", "zh_CN"), or what the environment asks for when it is None."""
    use(gettext.translation(DOMAIN, LOCALES, languages=[language] if language else None, fallback=True))


def use(translations: gettext.NullTranslations) -> None:
    """Use this catalogue from now on."""
    global _translations
    _translations = translations


def _(text: str) -> str:
    return _translations.gettext(text)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _translations.ngettext(singular, plural, count)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for this marker
    return text
