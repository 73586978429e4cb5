"""Where labels come from: a file or a folder, typed, chosen or dropped."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from labeler.i18n import _


class SourceField(QWidget):
    """``chosen`` when it names something else. A relative path counts from the folder ``base``."""

    chosen = Signal()

    def __init__(self, base: Path) -> None:
        super().__init__()
        self._base = base
        self.line = QLineEdit()
        self.line.setObjectName("source")
        self.line.setAccessibleName(_("Labels from"))
        self.line.setPlaceholderText(_("Drop a file or folder here"))
        self.line.setToolTip(
            _("A file or folder of another tool; the dataset's own folder where they are beside the images")
        )
        self.line.setAcceptDrops(False)  # the dialog takes them: here they would be typed as addresses
        self.line.textChanged.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.line)
        row = QHBoxLayout()
        column.addLayout(row)
        row.addStretch(1)
        for text, tip, ask in (
            (_("F&ile…"), _("Choose a file"), self._ask_file),
            (_("F&older…"), _("Choose a folder"), self._ask_folder),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(ask)
            row.addWidget(button)
        self.setFocusProxy(self.line)

    @property
    def path(self) -> Path | None:
        """What is named; None when nothing is."""
        typed = self.line.text().strip()
        return self._base / os.path.expanduser(typed) if typed else None  # noqa: PTH111 - "~nobody" fails

    def show_path(self, path: Path) -> None:
        self.line.setText(str(path))

    def _ask_file(self) -> None:
        kinds = _("Labels (*.json *.geojson *.xml *.yaml *.yml *.txt *.png *.tif *.tiff)")
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("Labels from this file"), str(self._start), f"{kinds};;{_('All files (*)')}"
        )
        if chosen:
            self.show_path(Path(chosen))

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Labels from this folder"), str(self._start))
        if chosen:
            self.show_path(Path(chosen))

    @property
    def _start(self) -> Path:
        path = self.path or self._base
        return next((place for place in (path, *path.parents) if place.exists()), self._base)


def dropped(data: QMimeData) -> Path | None:
    """The file or folder that is dragged, the first of several; None when it is something else."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return Path(paths[0]) if paths else None


#: What is done with a dropped file: it stays where it is.
DROP = Qt.DropAction.CopyAction
