"""What holds for every panel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QToolButton,
    QTreeView,
)

from labeler.editor.panels import PANELS
from labeler.editor.workbench import Workbench
from labeler.settings import Settings
from tests.gui.desk import folder_of_images


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_each_panel_needs_nothing_but_a_workbench(panel, qtbot, tmp_path):
    workbench = Workbench(Settings.load(tmp_path / "settings.json"))
    widget = panel.make(workbench)
    qtbot.addWidget(widget)
    widget.show()
    assert workbench.open(folder_of_images(tmp_path / "photos"))
    workbench.close()


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_what_takes_the_keyboard_says_what_it_is(panel, qtbot, tmp_path):
    workbench = Workbench(Settings.load(tmp_path / "settings.json"))
    widget = panel.make(workbench)
    qtbot.addWidget(widget)
    kinds = (QToolButton, QLineEdit, QListView, QTreeView)
    children = [child for kind in kinds for child in widget.findChildren(kind)]
    for child in (child for child in children if child.objectName().startswith(panel.id)):
        assert child.accessibleName(), child.objectName()
        assert child.focusPolicy() != Qt.FocusPolicy.NoFocus, child.objectName()
        if not isinstance(child, (QListView, QTreeView)):
            assert child.toolTip(), child.objectName()
    workbench.close()
