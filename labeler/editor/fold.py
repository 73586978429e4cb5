"""The rows of a form that are seldom needed, behind a line that says which of them are not as usual."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from labeler.i18n import _
from labeler.settings import Settings


class Fold(QToolButton):
    """Click it to see the rows (``toggled``); open or not is remembered under ``name``."""

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(_("Show or hide further options"))
        self._settings = settings
        self.setChecked(bool(settings.unfolded.get(name)))
        self.toggled.connect(self._on_toggled)
        self._point()
        self.show_changed([])

    def show_changed(self, titles: Iterable[str]) -> None:
        """Name what is not as it is by default: it counts though it may be out of sight."""
        changed = ", ".join(titles)
        self.setText(_("&More: {changed}").format(changed=changed) if changed else _("&More"))

    def _on_toggled(self, is_open: bool) -> None:
        self._settings.unfolded = {**self._settings.unfolded, self.objectName(): is_open}
        self._point()

    def _point(self) -> None:
        self.setArrowType(Qt.ArrowType.DownArrow if self.isChecked() else Qt.ArrowType.RightArrow)
