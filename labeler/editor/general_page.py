"""The settings' page of options: theme, how tools work, how things look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QGroupBox, QScrollArea, QVBoxLayout, QWidget

from labeler.editor.option_fields import Option, OptionField
from labeler.editor.theme import THEMES
from labeler.editor.tool_options import TOOL_GROUPS
from labeler.editor.view_options import BRIGHTNESS, GROUPS, Value
from labeler.editor.workbench import Workbench
from labeler.i18n import _
from labeler.settings import Theme

#: Without the tones of the picture, which are tried out beside it.
_LOOK_GROUPS = tuple(group for group in GROUPS if BRIGHTNESS not in group[1])


@dataclass(frozen=True)
class Source:
    """Options that are kept together: their groups, the value that has them all, and how one is changed."""

    groups: Sequence[tuple[str, Sequence[Option]]]
    values: Callable[[], object]
    change: Callable[..., object]


def sources(workbench: Workbench) -> tuple[Source, ...]:
    return (
        Source(TOOL_GROUPS, lambda: workbench.context.options, workbench.set_options),
        Source(_LOOK_GROUPS, lambda: workbench.view.options, workbench.view.set),
    )


class GeneralPage(QScrollArea):
    """What is chosen here holds at once."""

    def __init__(self, workbench: Workbench, use_theme: Callable[[Theme], object]) -> None:
        super().__init__()
        self._workbench = workbench
        #: Qt does not keep what it calls.
        self._fields: list[OptionField] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        column = QVBoxLayout(page)
        form = _group(column, _("Window"))
        form.addRow(_("Theme:"), self._theme(use_theme))
        for source in sources(workbench):
            for title, options in source.groups:
                self._add(_group(column, _(title)), source, options)
        column.addStretch(1)
        self.setWidget(page)

    def _theme(self, use_theme: Callable[[Theme], object]) -> QComboBox:
        box = QComboBox()
        box.setObjectName("theme")
        box.setToolTip(_("Light or dark"))
        for value, title in THEMES:
            box.addItem(_(title), value)
        box.setCurrentIndex(box.findData(self._workbench.settings.theme))
        box.currentIndexChanged.connect(lambda index: use_theme(box.itemData(index)))
        return box

    def _add(self, form: QFormLayout, source: Source, options: Sequence[Option]) -> None:
        def choose(name: str, value: Value) -> None:
            source.change(**{name: value})

        for option in options:
            field = OptionField(option, choose)
            field.show(getattr(source.values(), option.name))
            field.add_to(form)
            self._fields.append(field)


def _group(column: QVBoxLayout, title: str) -> QFormLayout:
    box = QGroupBox(title)
    form = QFormLayout(box)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    column.addWidget(box)
    return form
