"""Light and dark: by the system where it says which, in our own palettes, alike everywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from labeler.i18n import N_
from labeler.settings import Theme

#: What can be chosen, with its title.
THEMES: tuple[tuple[Theme, str], ...] = (
    ("system", N_("As the system")),
    ("light", N_("Light")),
    ("dark", N_("Dark")),
)
_DARK = {
    QPalette.ColorRole.Window: "#2b2d31",
    QPalette.ColorRole.WindowText: "#e3e5e8",
    QPalette.ColorRole.Base: "#1e1f22",
    QPalette.ColorRole.AlternateBase: "#26282c",
    QPalette.ColorRole.Text: "#e3e5e8",
    QPalette.ColorRole.PlaceholderText: "#7f858e",
    QPalette.ColorRole.Button: "#35373c",
    QPalette.ColorRole.ButtonText: "#e3e5e8",
    QPalette.ColorRole.BrightText: "#ff6b6b",
    QPalette.ColorRole.ToolTipBase: "#3a3d43",
    QPalette.ColorRole.ToolTipText: "#f2f3f5",
    QPalette.ColorRole.Highlight: "#2f6fde",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Link: "#6ea8fe",
    QPalette.ColorRole.Light: "#45484e",
    QPalette.ColorRole.Midlight: "#3c3f45",
    QPalette.ColorRole.Mid: "#232529",
    QPalette.ColorRole.Dark: "#191a1d",
    QPalette.ColorRole.Shadow: "#000000",
}
_LIGHT = {
    QPalette.ColorRole.Window: "#f1f2f4",
    QPalette.ColorRole.WindowText: "#1d1f23",
    QPalette.ColorRole.Base: "#ffffff",
    QPalette.ColorRole.AlternateBase: "#f6f7f9",
    QPalette.ColorRole.Text: "#1d1f23",
    QPalette.ColorRole.PlaceholderText: "#8a9099",
    QPalette.ColorRole.Button: "#e8eaed",
    QPalette.ColorRole.ButtonText: "#1d1f23",
    QPalette.ColorRole.BrightText: "#c62828",
    QPalette.ColorRole.ToolTipBase: "#ffffff",
    QPalette.ColorRole.ToolTipText: "#1d1f23",
    QPalette.ColorRole.Highlight: "#2f6fde",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Link: "#1a5fd0",
    QPalette.ColorRole.Light: "#ffffff",
    QPalette.ColorRole.Midlight: "#f7f8fa",
    QPalette.ColorRole.Mid: "#c3c7cd",
    QPalette.ColorRole.Dark: "#9aa0a8",
    QPalette.ColorRole.Shadow: "#6b7280",
}
_DISABLED_ROLES = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


def apply(app: QApplication, theme: Theme) -> None:
    """Give the application this theme; ``system`` is light where the platform does not say."""
    app.setStyle("Fusion")
    app.setPalette(palette(dark=is_dark(app, theme)))


def is_dark(app: QApplication, theme: Theme) -> bool:
    if theme == "system":
        return app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return theme == "dark"


def palette(*, dark: bool) -> QPalette:
    colors = _DARK if dark else _LIGHT
    made = QPalette()
    for role, color in colors.items():
        made.setColor(role, QColor(color))
    faint = QColor("#7a8089" if dark else "#9aa0a8")
    for role in _DISABLED_ROLES:
        made.setColor(QPalette.ColorGroup.Disabled, role, faint)
    # An example is no value: it stays fainter than one, also where nothing can be typed.
    fainter = QColor("#555a62" if dark else "#c0c4ca")
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.PlaceholderText, fainter)
    return made
