"""The settings' page of keys: a table of all commands, and what can be done about the chosen one's keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from labeler.editor.bindings import Bindings
from labeler.editor.icons import icon
from labeler.editor.key_strip import KeyStrip
from labeler.editor.key_table import KeyTable
from labeler.editor.panels.fields import TextField
from labeler.editor.presets import PRESETS
from labeler.i18n import _, ngettext


class KeysPage(QWidget):
    """What is chosen here holds at once."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._table = KeyTable(bindings)
        self._strip = KeyStrip(bindings)
        self._preset = self._make_preset()
        self._search = search_field(_("Find a command or a key"))
        self._count = QLabel()
        self._count.setObjectName("conflicts")
        self._only = QCheckBox(_("Show only these"))
        self._only.setObjectName("only-conflicts")
        self._only.setToolTip(_("Show only the commands whose keys are wanted by something else too"))
        self._reset_all = QPushButton(_("Reset all"))
        self._reset_all.setObjectName("reset-all")
        self._reset_all.setToolTip(_("All keys as the preset has them"))
        self._reset_all.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._refresh()
        self._table.choose_first()

    def _make_preset(self) -> QComboBox:
        box = QComboBox()
        box.setObjectName("preset")
        for preset in PRESETS:
            box.addItem(_(preset.title), preset.id)
            box.setItemData(box.count() - 1, _(preset.tip), Qt.ItemDataRole.ToolTipRole)
        box.setToolTip(_("The keys to start from; what you changed stays changed"))
        return box

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        label = QLabel(_("&Preset:"))
        label.setBuddy(self._preset)
        top.addWidget(label)
        top.addWidget(self._preset)
        top.addSpacing(12)
        top.addWidget(self._search, 1)
        bottom = QHBoxLayout()
        for widget in (self._count, self._only):
            bottom.addWidget(widget)
        bottom.addStretch(1)
        bottom.addWidget(self._reset_all)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self._table, 1)
        column.addWidget(self._strip)
        column.addLayout(bottom)

    def _connect(self) -> None:
        bindings = self._bindings
        self._preset.currentIndexChanged.connect(
            lambda index: bindings.use(bindings.keymap.with_preset(PRESETS[index]))
        )
        self._search.textChanged.connect(self._filter)
        self._search.cancelled.connect(self._search.clear)
        self._only.toggled.connect(self._filter)
        self._table.chosen.connect(self._strip.show_command)
        self._table.activated_command.connect(self._strip.record)
        self._reset_all.clicked.connect(lambda: bindings.use(bindings.keymap.reset_all()))
        bindings.changed.connect(self._refresh)

    def _filter(self) -> None:
        self._table.show_matching(self._search.text().strip(), only_conflicts=self._only.isChecked())

    def _refresh(self) -> None:
        keymap = self._bindings.keymap
        self._preset.setCurrentIndex(PRESETS.index(keymap.preset))
        count = len(keymap.conflicts)
        text = ngettext("{count} key has two uses.", "{count} keys have two uses.", count)
        self._count.setText("⚠ " + text.format(count=count))
        for widget in (self._count, self._only):
            widget.setVisible(bool(count))
        if not count:
            self._only.setChecked(False)
        self._reset_all.setEnabled(bool(keymap.own))
        self._table.refresh()
        self._strip.refresh()
        self._filter()


def search_field(text: str) -> TextField:
    field = TextField()
    field.setObjectName("search")
    field.setPlaceholderText(text)
    field.setToolTip(text)
    field.setAccessibleName(text)
    field.setClearButtonEnabled(True)
    field.addAction(QAction(icon("search"), "", field), QLineEdit.ActionPosition.LeadingPosition)
    return field
