"""Options of formats, exports and imports as rows of a form: what they declare, nothing of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from labeler.formats.base import Option, Value
from labeler.i18n import _

_NUMBER_WIDTH_PX = 140


@dataclass(frozen=True)
class Field:
    """A widget for an option: how to read it, how to fill it, and what tells that it was changed."""

    widget: QWidget
    value: Callable[[], Value]
    show: Callable[..., object]
    changed: SignalInstance
    #: Its title is on the widget itself.
    is_titled: bool = False
    #: What the value of an empty field means, under the title.
    note: str = ""


class OptionRows(QObject):
    """A row for every option. Formats that declare the same option share its row and its value.

    ``fields`` are for options that have a widget of their own, by name.
    """

    changed = Signal()

    def __init__(
        self,
        form: QFormLayout,
        options: Iterable[Option],
        fields: Mapping[str, Callable[[Option], Field]] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._makers = fields or {}
        # Check boxes last: they have no label, and the boxes to choose from stand in one column.
        distinct = sorted(dict.fromkeys(options), key=lambda option: option.default is False)
        self._fields = {option: self._add(option) for option in distinct}

    def show(self, options: Iterable[Option]) -> None:
        """Show the rows of these options only."""
        shown = set(options)
        for option, field in self._fields.items():
            self._form.setRowVisible(field.widget, option in shown)

    def chosen(self, options: Iterable[Option]) -> dict[str, Value]:
        """What is not as it is by default, by name of the option: what somebody would type."""
        values = {option: self._fields[option].value() for option in options}
        return {option.name: value for option, value in values.items() if value != option.default}

    def fill(self, options: Iterable[Option], values: Mapping[str, object]) -> None:
        """Show these values, where they are possible, and the defaults of what has none."""
        for option in options:
            value = values.get(option.name, option.default)
            self._fields[option].show(value if option.accepts(value) else option.default)

    def _add(self, option: Option) -> Field:
        field = self._makers.get(option.name, _field)(option)
        title = _("{title}:").format(title=_(option.title))
        field.widget.setObjectName(f"option.{option.name}")
        field.widget.setToolTip(_(option.help))
        field.widget.setAccessibleName(_(option.title))
        if field.is_titled:
            self._form.addRow("", field.widget)
        else:
            self._form.addRow(f"{title}\n{field.note}" if field.note else title, field.widget)
            self._form.labelForField(field.widget).setToolTip(_(option.help))
        field.changed.connect(self.changed)
        return field


def _field(option: Option) -> Field:
    if option.choices:
        return _choices(option)
    if isinstance(option.default, bool):
        return _check(option)
    if isinstance(option.default, float):
        return number(option)
    return text(option)


def _choices(option: Option) -> Field:
    box = QComboBox()
    for choice, word in zip(option.choices, option.words or option.choices):
        box.addItem(_(word), choice)
    box.setCurrentIndex(box.findData(option.default))
    return Field(
        box,
        lambda: str(box.currentData()),
        lambda value: box.setCurrentIndex(box.findData(value)),
        box.currentIndexChanged,
    )


def _check(option: Option) -> Field:
    box = QCheckBox(_(option.title))
    box.setChecked(bool(option.default))
    return Field(box, box.isChecked, box.setChecked, box.toggled, is_titled=True)


def number(option: Option, decimals: int = 3, instead_of_least: str = "") -> Field:
    """A number; ``instead_of_least`` is shown for the smallest."""
    spin = _Number()
    spin.setDecimals(decimals)
    spin.setRange(option.least, option.most)
    spin.setSingleStep(1 if decimals == 0 or option.most > 100 else 0.1)
    spin.setSuffix(f" {option.unit}" if option.unit else "")
    spin.setSpecialValueText(instead_of_least)
    spin.setMaximumWidth(_NUMBER_WIDTH_PX)
    spin.setValue(float(option.default))
    return Field(spin, spin.value, spin.setValue, spin.valueChanged)


def text(option: Option, suggestions: Iterable[str] = (), placeholder: str = "") -> Field:
    """A text, with what it may be offered while one types."""
    line = QLineEdit(str(option.default))
    line.setPlaceholderText(placeholder or example(option.metavar))
    if offered := list(suggestions):
        completer = QCompleter(offered, line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        line.setCompleter(completer)
    return Field(line, lambda: line.text().strip(), line.setText, line.textChanged)


def example(value: str) -> str:
    """What is in an empty field: nobody takes it for its value."""
    return _("e.g. {value}").format(value=value) if value else ""


class _Number(QDoubleSpinBox):
    """Shows as many digits as there are: "2 px", not "2.000 px"."""

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "g", 7)
