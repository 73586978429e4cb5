"""Under the table of keys: the keys of one command, each to take away, and a field for a new one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from labeler.editor.bindings import COMMANDS, Bindings, key_text
from labeler.editor.conflict_texts import sentences, title_of
from labeler.editor.key_field import KeyField
from labeler.editor.keys import Scope
from labeler.i18n import _

_HELD_IDS = frozenset(command.id for command in COMMANDS if command.scope is Scope.HELD)


class KeyStrip(QWidget):
    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._id = ""
        self._title = QLabel()
        self._keys = QHBoxLayout()
        self._field = KeyField()
        self._field.hide()
        self._add = _button("add", _("Add a key…"), _("Press the key that the command shall have too"))
        self._reset = _button("reset", _("Reset"), _("The keys as the preset has them"))
        self._problem = QLabel()
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._take = _button("take", _("Take it from there"), _("The key belongs to this command only"))
        self._lay_out()
        self._add.clicked.connect(lambda: self.record(self._id))
        self._field.recorded.connect(self._on_recorded)
        self._field.given_up.connect(self._stop)
        self._reset.clicked.connect(lambda: self._bindings.use(self._bindings.keymap.reset(self._id)))
        self._take.clicked.connect(self._take_all)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._title)
        row.addLayout(self._keys)
        row.addWidget(self._field, 1)
        row.addWidget(self._add)
        row.addStretch(1)
        row.addWidget(self._reset)
        warning = QHBoxLayout()
        warning.addWidget(self._problem, 1)
        warning.addWidget(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addLayout(warning)

    # --- showing -----------------------------------------------------------------------------------------

    def show_command(self, id: str) -> None:
        self._id = id
        self._stop()
        self.refresh()

    def refresh(self) -> None:
        if not self._id:
            return
        keymap, id = self._bindings.keymap, self._id
        self._title.setText(f"{title_of(id)}:")
        self._show_keys()
        self._reset.setEnabled(keymap.is_own(id))
        conflicts = keymap.conflicts_of(id)
        self._problem.setText("\n".join(sentences(id, conflicts)))
        self._problem.setVisible(bool(conflicts))
        self._take.setVisible(any(len(conflict.ids) > 1 for conflict in conflicts))

    def _show_keys(self) -> None:
        while item := self._keys.takeAt(0):
            if old := item.widget():
                old.setObjectName("")  # until it goes, the new one of this name is meant
                old.hide()
                old.deleteLater()
        for key in self._bindings.keymap.keys(self._id):
            button = _button(f"key.{key}", f"{key_text(key)}  ✕", _("Take this key away from the command"))
            button.clicked.connect(partial(self._remove, key))
            self._keys.addWidget(button)

    # --- what the user does ------------------------------------------------------------------------------

    def record(self, id: str) -> None:
        """The next key that is pressed is one more key of this command."""
        self.show_command(id)
        self._add.hide()
        self._field.listen(plain=id in _HELD_IDS)

    def _on_recorded(self, key: str) -> None:
        self._stop()
        self._bindings.use(self._bindings.keymap.adding(self._id, key))
        self._add.setFocus()

    def _stop(self) -> None:
        self._field.hide()
        self._add.show()

    def _remove(self, key: str) -> None:
        self._add.setFocus()  # the button with the focus goes
        self._bindings.use(self._bindings.keymap.removing(self._id, key))

    def _take_all(self) -> None:
        keymap = self._bindings.keymap
        for conflict in keymap.conflicts_of(self._id):
            keymap = keymap.taking(self._id, conflict.key)
        self._bindings.use(keymap)


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
