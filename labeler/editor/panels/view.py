"""How the picture and what is drawn look: sliders, choices and switches, made from the options' records."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QGroupBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from labeler.editor.option_fields import OptionField
from labeler.editor.view_options import GROUPS, Choice, Range, Switch, Value, ViewOptions
from labeler.editor.workbench import Workbench
from labeler.i18n import _

_STEPS = 100
Option = Range | Choice | Switch


class ViewPanel(QScrollArea):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._shows: dict[str, Callable[[Value], object]] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(6, 6, 6, 6)
        for title, options in GROUPS:
            column.addWidget(self._group(_(title), options))
        column.addStretch(1)
        self.setWidget(page)
        workbench.view.changed.connect(self._show)
        self._show()

    def _group(self, title: str, options: tuple[Option, ...]) -> QGroupBox:
        box = QGroupBox(title)
        grid = QGridLayout(box)
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(3)
        for row, option in enumerate(options):
            self._add(grid, row, option)
        if any(isinstance(option, Range) for option in options):
            reset = QPushButton(_("Reset"))
            reset.setObjectName(f"reset.{options[0].name}")
            reset.setToolTip(_("Everything in this group as it was at first"))
            names = [option.name for option in options]
            reset.clicked.connect(lambda: self._workbench.view.reset(*names))
            # Across the sliders' column too: the button is wider than a value, and they need the room.
            grid.addWidget(reset, len(options), 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        return box

    def _add(self, grid: QGridLayout, row: int, option: Option) -> None:
        if isinstance(option, Range):
            label, value, slider = QLabel(_(option.title)), QLabel(), OptionSlider(option)
            label.setToolTip(_(option.tip))
            value.setMinimumWidth(value.fontMetrics().horizontalAdvance("-100 %"))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            slider.moved.connect(self._choose)
            for column, widget in enumerate((label, slider, value)):
                grid.addWidget(widget, row, column)

            def show(number: Value) -> None:
                slider.show_value(float(number))
                value.setText(text_of(option, float(number)))

            self._shows[option.name] = show
            return
        field = OptionField(option, self._choose)
        if isinstance(option, Switch):
            grid.addWidget(field.widget, row, 0, 1, 3)
        else:
            label = QLabel(_(option.title))
            grid.addWidget(label, row, 0)
            grid.addWidget(field.widget, row, 1, 1, 2)
            # A long entry must not make the whole panel as wide.
            field.widget.setMinimumWidth(60)
            field.widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._shows[option.name] = field.show

    def _choose(self, name: str, value: Value) -> None:
        self._workbench.view.set(**{name: value})

    def _show(self) -> None:
        for name, value in self._workbench.view.options.to_dict().items():
            if name in self._shows:
                self._shows[name](value)


class OptionSlider(QSlider):
    """A slider over the range of an option; a double-click gives it its default again."""

    moved = Signal(str, float)

    def __init__(self, option: Range) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._option = option
        self._showing = False
        self.setObjectName(f"slider.{option.name}")
        self.setAccessibleName(_(option.title))
        self.setToolTip(_("{tip}; a double-click resets").format(tip=_(option.tip)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRange(self.place_of(option.low), self.place_of(option.high))
        self.valueChanged.connect(self._on_moved)

    def place_of(self, value: float) -> int:
        """Where on the slider a value is. What multiplies has its neutral value in the middle."""
        option = self._option
        return round(log(value) * _STEPS) if option.is_factor else round(value / option.step)

    def value_at(self, place: int) -> float:
        return exp(place / _STEPS) if self._option.is_factor else place * self._option.step

    def show_value(self, value: float) -> None:
        self._showing = True
        self.setValue(self.place_of(value))
        self._showing = False

    def _on_moved(self, place: int) -> None:
        if not self._showing:
            self.moved.emit(self._option.name, self.value_at(place))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        default = getattr(ViewOptions, self._option.name)
        self.moved.emit(self._option.name, default)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Who scrolls the panel does not mean the slider that passes under the pointer.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def text_of(option: Range, value: float) -> str:
    """The value as it is read: with its unit, or with its sign where zero is the middle."""
    if option.is_factor:
        return f"{value:.2f}"
    digits = 0 if option.step >= 1 else 1
    text = f"{value:+.{digits}f}" if option.low < 0 and value else f"{value:.{digits}f}"
    return f"{text} {option.unit}".strip()
