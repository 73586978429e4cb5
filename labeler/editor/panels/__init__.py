"""The panels beside the canvas. Each is built from the workbench alone, and none knows another.

A new panel is one file and one entry in PANELS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from labeler.editor.panels.classes import ClassesPanel
from labeler.editor.panels.filmstrip import FilmstripPanel
from labeler.editor.panels.images import ImagesPanel
from labeler.editor.panels.instances import InstancesPanel
from labeler.editor.panels.view import ViewPanel
from labeler.editor.workbench import Workbench
from labeler.i18n import N_


@dataclass(frozen=True)
class Panel:
    """``title`` is translated when it is shown; ``shown``: before the user chose."""

    id: str
    title: str
    area: Qt.DockWidgetArea
    make: Callable[[Workbench], QWidget]
    shown: bool = True


PANELS: tuple[Panel, ...] = (
    Panel("images", N_("Images"), Qt.DockWidgetArea.LeftDockWidgetArea, ImagesPanel),
    Panel("instances", N_("Instances"), Qt.DockWidgetArea.RightDockWidgetArea, InstancesPanel),
    Panel("classes", N_("Classes"), Qt.DockWidgetArea.RightDockWidgetArea, ClassesPanel),
    Panel("view", N_("Brightness and colours"), Qt.DockWidgetArea.LeftDockWidgetArea, ViewPanel, shown=False),
    Panel("filmstrip", N_("Filmstrip"), Qt.DockWidgetArea.BottomDockWidgetArea, FilmstripPanel, shown=False),
)
