"""Settings: what is chosen holds at once; Cancel brings back what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout

from labeler.editor.general_page import GeneralPage, sources
from labeler.editor.keys_page import KeysPage
from labeler.i18n import _

if TYPE_CHECKING:
    from labeler.editor.window import Window


class SettingsDialog(QDialog):
    """Open it with ``open()``: the window behind it shows what is chosen."""

    def __init__(self, window: Window, *, keys: bool = False) -> None:
        super().__init__(window)
        self._window = window
        self._keymap = window.bindings.keymap
        self._theme = window.workbench.settings.theme
        self._options = [(source, source.values()) for source in sources(window.workbench)]
        self.setWindowTitle(_("Settings"))
        self.resize(720, 640)
        pages = QTabWidget()
        pages.addTab(GeneralPage(window.workbench, window.use_theme), _("General"))
        pages.addTab(KeysPage(window.bindings), _("Keys"))
        pages.setCurrentIndex(int(keys))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(pages)
        column.addWidget(buttons)
        self.finished.connect(self.deleteLater)

    def accept(self) -> None:
        self._window.save_settings()
        super().accept()

    def reject(self) -> None:
        self._window.bindings.use(self._keymap)
        if self._window.workbench.settings.theme != self._theme:
            self._window.use_theme(self._theme)
        for source, before in self._options:
            names = [option.name for _title, options in source.groups for option in options]
            now = source.values()
            changed = {n: getattr(before, n) for n in names if getattr(now, n) != getattr(before, n)}
            if changed:
                source.change(**changed)
        super().reject()
