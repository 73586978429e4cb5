"""The options of the formats as rows of a form: what the formats declare, nothing of our own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout

from labeler.formats import FORMATS
from labeler.formats.base import Format, Option, Options
from labeler.i18n import _


class OptionRows(QObject):
    """A row for every option of every format. Formats that share an option share its row and its value."""

    changed = Signal()

    def __init__(self, form: QFormLayout, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._form = form
        distinct = dict.fromkeys(option for format in FORMATS for option in format.options)
        # Check boxes last: they have no label, and the boxes to choose from stand in one column.
        self._fields = {o: self._add(o) for o in sorted(distinct, key=lambda option: not option.choices)}

    def show(self, format: Format) -> None:
        """Show the rows of this format only."""
        for option, field in self._fields.items():
            self._form.setRowVisible(field, option in format.options)

    def values(self, format: Format) -> Options:
        """What is chosen, by name of the option."""
        return {option.name: _value(self._fields[option]) for option in format.options}

    def _add(self, option: Option) -> QComboBox | QCheckBox:
        field = self._choices(option) if option.choices else self._check(option)
        field.setObjectName(f"option.{option.name}")
        field.setToolTip(_(option.help))
        return field

    def _choices(self, option: Option) -> QComboBox:
        field = QComboBox()
        for choice, word in zip(option.choices, option.words or option.choices):
            field.addItem(_(word), choice)
        field.setCurrentIndex(field.findData(option.default))
        field.currentIndexChanged.connect(self.changed)
        self._form.addRow(_("{title}:").format(title=_(option.title)), field)
        self._form.labelForField(field).setToolTip(_(option.help))
        return field

    def _check(self, option: Option) -> QCheckBox:
        field = QCheckBox(_(option.title))
        field.setChecked(bool(option.default))
        field.toggled.connect(self.changed)
        self._form.addRow("", field)
        return field


def _value(field: QComboBox | QCheckBox) -> str | bool:
    return field.isChecked() if isinstance(field, QCheckBox) else field.currentData()
