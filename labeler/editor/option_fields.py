"""Fields for options: a box to tick, a number or a list, made from the option's record."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QWidget

from labeler.editor.view_options import Choice, Range, Switch, Value
from labeler.i18n import _

Option = Range | Choice | Switch


class OptionField:
    """One option in a form. ``chosen`` is called with its name and value when the user changes it."""

    def __init__(self, option: Option, chosen: Callable[[str, Value], object]) -> None:
        self.option = option
        self._chosen = chosen
        self._showing = False
        self.widget, self._set = self._make()
        self.widget.setObjectName(f"option.{option.name}")
        self.widget.setToolTip(_(option.tip))

    def add_to(self, form: QFormLayout) -> None:
        if isinstance(self.option, Switch):
            form.addRow("", self.widget)
        else:
            form.addRow(f"{_(self.option.title)}:", self.widget)

    def show(self, value: Value) -> None:
        self._showing = True
        self._set(value)
        self._showing = False

    def _choose(self, value: Value) -> None:
        if not self._showing:
            self._chosen(self.option.name, value)

    def _make(self) -> tuple[QWidget, Callable[..., object]]:
        if isinstance(self.option, Switch):
            return self._box(self.option)
        if isinstance(self.option, Choice):
            return self._list(self.option)
        return self._number(self.option)

    def _box(self, option: Switch) -> tuple[QWidget, Callable[..., object]]:
        box = QCheckBox(_(option.title))
        box.toggled.connect(self._choose)
        return box, box.setChecked

    def _list(self, option: Choice) -> tuple[QWidget, Callable[..., object]]:
        combo = QComboBox()
        for value, title in option.values:
            combo.addItem(_(title), value)
        combo.currentIndexChanged.connect(lambda index: self._choose(combo.itemData(index)))
        return combo, lambda value: combo.setCurrentIndex(combo.findData(value))

    def _number(self, option: Range) -> tuple[QWidget, Callable[..., object]]:
        spin = QDoubleSpinBox()
        spin.setRange(option.low, option.high)
        spin.setSingleStep(option.step)
        spin.setDecimals(0 if option.step >= 1 and float(option.low).is_integer() else 2)
        spin.setSuffix(f" {option.unit}" if option.unit else "")
        spin.setMaximumWidth(140)
        spin.valueChanged.connect(self._choose)
        return spin, spin.setValue
