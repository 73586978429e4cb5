"""What is on disk when the dust settles: the annotation on the screen, however fast undo and redo came."""

from __future__ import annotations

import threading

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.desk import folder_of_images


def test_a_redo_while_the_undone_step_is_being_saved_is_saved_too(desk, monkeypatch):
    desk.keys("q").click((10, 10), (90, 10), (90, 70)).key(Qt.Key.Key_Return).wait_until_saved()
    drawn = desk.annotation
    go_on = threading.Event()
    write = desk.workbench.dataset.save
    monkeypatch.setattr(desk.workbench.dataset, "save", lambda *of: (go_on.wait(10), write(*of)))

    desk.undo()
    desk.redo()
    go_on.set()

    assert desk.workbench.flush() == []
    assert desk.workbench.dataset.load("a.png") == drawn


def test_an_image_left_while_it_is_saved_keeps_its_steps(desk):
    desk.keys("q").click((10, 10), (90, 10), (90, 70)).key(Qt.Key.Key_Return)
    assert desk.workbench.flush() == []  # on disk, but the window has not heard of it yet
    desk.workbench.show_image("b.png")
    desk.workbench.show_image("a.png")

    desk.wait_for_picture().undo()
    assert desk.annotation.instances == ()


def test_what_was_saved_last_says_nothing_about_the_next_folder_with_the_same_names(desk, tmp_path):
    desk.keys("q").click((10, 10), (90, 10), (90, 70)).key(Qt.Key.Key_Return)
    assert desk.window.open(folder_of_images(tmp_path / "others"))
    desk.wait_for_picture()
    QTest.qWait(20)
    assert not desk.workbench.is_labelled("a.png")
    assert desk.workbench.labelled_count == 0
