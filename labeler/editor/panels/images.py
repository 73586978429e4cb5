"""The images of the dataset: which is shown, which are labelled, which are broken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListView,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from labeler.editor.icons import icon
from labeler.editor.panels.cells import Index, RowDelegate
from labeler.editor.panels.fields import TextField
from labeler.editor.panels.image_list import ImageList
from labeler.editor.workbench import Workbench
from labeler.i18n import _, ngettext

#: Arrow keys open an image when they rest this long on it, so that a held key does not open all on its way.
_REST_MS = 120
#: Rows that stay in sight this long are looked at: are their images whole?
_SEEN_MS = 150


class ImagesPanel(QWidget):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._list = ImageList(workbench, self)
        self._syncing = False
        self._counter = QLabel()
        self._counter.setObjectName("images.counter")
        self._filter = self._make_filter()
        self._view = ImageView()
        self._view.setModel(self._list)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._open_current)
        self._seen = QTimer(self)
        self._seen.setSingleShot(True)
        self._seen.setInterval(_SEEN_MS)
        self._seen.timeout.connect(self._check_seen)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self._filter)
        column.addWidget(self._counter)
        column.addWidget(self._view, 1)
        self._connect()
        self._show_current()

    def _make_filter(self) -> TextField:
        field = TextField()
        field.setObjectName("images.filter")
        field.setPlaceholderText(_("Filter by name"))
        field.setToolTip(_("Show only images whose name holds this text; Esc shows all"))
        field.setAccessibleName(_("Filter images by name"))
        field.setClearButtonEnabled(True)
        field.addAction(QAction(icon("search"), "", field), QLineEdit.ActionPosition.LeadingPosition)
        return field

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._on_filter)
        self._filter.cancelled.connect(self._on_filter_cancelled)
        self._filter.returnPressed.connect(self._open_first)
        self._view.clicked.connect(self._open)
        self._view.activated.connect(self._open)
        self._view.selectionModel().currentChanged.connect(self._on_current_changed)
        self._view.verticalScrollBar().valueChanged.connect(self._seen.start)
        self._view.verticalScrollBar().rangeChanged.connect(self._seen.start)
        self._workbench.dataset_changed.connect(self._on_dataset_changed)
        self._workbench.images_changed.connect(self._on_images_changed)
        self._workbench.image_changed.connect(self._show_current)
        self._workbench.labelled_changed.connect(self._on_marked)
        self._workbench.broken_changed.connect(self._on_marked)

    # --- what the workbench says -------------------------------------------------------------------------

    def _on_dataset_changed(self) -> None:
        self._filter.clear()
        self._list.reload()
        self._seen.start()
        self._show_current()

    def _on_images_changed(self) -> None:
        self._list.reload()
        self._seen.start()
        self._show_current()

    def _on_marked(self, name: str) -> None:
        self._list.refresh(name)
        self._count()

    def _show_current(self) -> None:
        image = self._workbench.image
        index = self._list.index_of(image.entry.name) if image else QModelIndex()
        self._syncing = True
        self._rest.stop()
        self._view.setCurrentIndex(index)
        if index.isValid():
            self._view.scrollTo(index)
        self._syncing = False
        self._count()

    def _count(self) -> None:
        workbench = self._workbench
        count, labelled = len(workbench.images), workbench.labelled_count
        where = f"{workbench.row + 1} / {count}" if workbench.row >= 0 else f"– / {count}"
        parts = [where, ngettext("{count} labelled", "{count} labelled", labelled).format(count=labelled)]
        if self._list.is_filtered:
            shown = self._list.rowCount()
            parts.append(ngettext("{count} match", "{count} matches", shown).format(count=shown))
        self._counter.setText(" · ".join(parts))

    def _check_seen(self) -> None:
        """Have the images in sight checked, so that a broken one is marked before it is opened."""
        area = self._view.viewport().rect()
        first, last = self._view.indexAt(area.topLeft()).row(), self._view.indexAt(area.bottomLeft()).row()
        if first >= 0:
            rows = range(first, (last if last >= 0 else self._list.rowCount() - 1) + 1)
            self._workbench.check_images(self._list.index(row).data() for row in rows)

    # --- what the user does ------------------------------------------------------------------------------

    def _on_filter(self, text: str) -> None:
        self._list.show_matching(text.strip())
        self._seen.start()
        self._show_current()

    def _on_filter_cancelled(self) -> None:
        self._filter.clear()
        self._view.setFocus()

    def _open_first(self) -> None:
        """Enter in the filter: the first match, unless the shown image is one."""
        if not self._view.currentIndex().isValid() and self._list.rowCount():
            self._open(self._list.index(0))
        self._view.setFocus()

    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if not self._syncing and current.isValid():
            self._rest.start()

    def _open_current(self) -> None:
        self._open(self._view.currentIndex())

    def _open(self, index: QModelIndex) -> None:
        self._rest.stop()
        image = self._workbench.image
        name = index.data()
        if name is not None and (image is None or image.entry.name != name):
            self._workbench.show_image(name)


class ImageView(QListView):
    """A list whose cost does not follow the number of rows, but of those seen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("images.list")
        self.setAccessibleName(_("Images"))
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(_Row(self))

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        # QListView would lay all rows out again; a mark changes no row's size.
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class _Row(RowDelegate):
    def _text_width(self, option: QStyleOptionViewItem, index: Index) -> int:
        return 1  # as wide as the list: a long name is elided, not scrolled away
