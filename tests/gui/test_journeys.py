"""What people do, from opening a folder to the exported mask, in a real window with real events."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton

from labeler.cli import main
from labeler.document.model import Role
from labeler.editor import class_commands
from labeler.editor.app import open_first
from labeler.raster.runs import rasterize
from tests.gui.desk import Desk, folder_of_images


def _export(photos: Path, out: Path, *options: str) -> Path:
    result = CliRunner().invoke(main, ["export", str(photos), "--out", str(out), *options])
    assert result.exit_code == 0, result.output
    return out


def _mask(path: Path) -> np.ndarray:
    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)


def test_draw_undo_redo_next_image_close_reopen_and_export(open_desk, photos, tmp_path):
    desk = open_desk(photos)
    assert desk.image_name == "a.png"

    desk.keys("q").click((10, 10), (90, 10), (90, 70), (10, 70), (10, 10))
    desk.keys("w").click((30, 25), (60, 25), (60, 50)).key(Qt.Key.Key_Return)
    assert [p.role for p in desk.annotation.instances[0].polygons] == [Role.INCLUDE, Role.EXCLUDE]

    desk.undo()
    assert len(desk.annotation.instances[0].polygons) == 1
    desk.redo()
    drawn = desk.annotation
    assert len(drawn.instances[0].polygons) == 2

    desk.keys("d").wait_for_picture()
    assert desk.image_name == "b.png"
    assert not desk.annotation.instances
    desk.close()
    assert sorted(p.name for p in photos.iterdir()) == ["a.png", "a.png.labels.json", "b.png", "c.png"]

    again = open_desk(photos)
    assert again.image_name == "b.png"  # where we left off
    again.keys("a").wait_for_picture()
    assert again.annotation == drawn

    masks = _export(photos, tmp_path / "masks", "--to", "masks")
    expected = rasterize(drawn).union.to_mask()
    assert np.array_equal(_mask(masks / "a.png") > 0, expected)
    coco = json.loads((_export(photos, tmp_path / "coco", "--to", "coco") / "annotations.json").read_text())
    assert coco["annotations"][0]["area"] == expected.sum()


def test_the_baked_view_shows_the_exported_pixels_while_drawing(desk: Desk, photos, tmp_path):
    desk.keys("b").keys("q").click((10.3, 9.7), (80.2, 20.1), (40, 60.4))
    desk.move(15, 55)  # the draft follows the pointer, and so does the mask
    assert np.array_equal(desk.canvas.baked.mask, rasterize(desk.annotation).union.to_mask())
    assert desk.canvas.baked.mask.any()
    desk.key(Qt.Key.Key_Return).wait_until_saved()
    masks = _export(photos, tmp_path / "masks", "--to", "masks")
    assert np.array_equal(_mask(masks / "a.png") > 0, desk.canvas.baked.mask)


def test_click_and_drag_draw_in_the_same_polygon(desk: Desk):
    desk.keys("q").click((10, 10), (60, 10))
    desk.drag((80, 20), (84, 30), (82, 40), (78, 50), (70, 60))
    desk.double_click(20, 60)
    points = desk.annotation.instances[0].polygons[0].points
    assert 6 <= len(points) <= 9
    assert not desk.workbench.controller.state.is_gesture


def test_step_back_and_cancel(desk: Desk):
    desk.keys("q").click((10, 10), (60, 10), (60, 60), (30, 70))
    desk.key(Qt.Key.Key_Backspace)
    desk.right_click(5, 5)
    desk.undo()
    assert len(desk.workbench.controller.overlay.draft) == 1
    desk.redo()
    assert len(desk.workbench.controller.overlay.draft) == 2
    desk.key(Qt.Key.Key_Escape)
    assert not desk.annotation.instances
    assert desk.workbench.context.session.undo_name is None


def test_an_exclude_with_nothing_selected_cuts_everything(desk: Desk):
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Escape).keys("w")
    assert "everything" in desk.workbench.controller.hint
    desk.click((20, 5), (40, 5), (40, 70)).key(Qt.Key.Key_Return)
    assert len(desk.annotation.exclude) == 1


def test_select_move_and_reshape(desk: Desk):
    desk.keys("q").click((20, 20), (60, 20), (60, 60), (20, 60), (20, 20)).keys("v")
    desk.drag((40, 40), (45, 45), (50, 50))
    assert desk.annotation.instances[0].polygons[0].bounds == pytest.approx((30, 30, 70, 70), abs=0.3)
    desk.drag((70, 70), (75, 72), (80, 75))
    assert desk.annotation.instances[0].polygons[0].points[2] == pytest.approx([80, 75], abs=0.3)
    control = Qt.KeyboardModifier.ControlModifier
    desk.click((50, 30), modifiers=control)
    assert len(desk.annotation.instances[0].polygons[0].points) == 5
    desk.click((50, 30), modifiers=control)
    assert len(desk.annotation.instances[0].polygons[0].points) == 4
    desk.key(Qt.Key.Key_D, control)
    assert len(desk.annotation.instances) == 2
    desk.key(Qt.Key.Key_Delete)
    assert len(desk.annotation.instances) == 1
    for _ in range(7):
        desk.undo()
    assert not desk.annotation.instances


def test_zoom_keeps_the_pixel_under_the_pointer_and_fit_brings_all_back(desk: Desk):
    fitted = desk.canvas.view
    before = desk.at(30, 40)
    desk.wheel(6, 30, 40)
    assert desk.canvas.view.scale > 2 * fitted.scale
    assert desk.at(30, 40) == before
    desk.drag((30, 40), (35, 45), button=Qt.MouseButton.MiddleButton)
    assert desk.at(30, 40) != before
    desk.keys("f")
    assert desk.canvas.view == fitted
    desk.key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert desk.canvas.view.scale == 1


def test_a_notice_comes_and_goes_without_moving_the_picture_under_the_pointer(desk: Desk):
    before = desk.at(30, 40), desk.canvas.view, desk.canvas.size()
    desk.window.notice.say("Something to know.")
    QApplication.processEvents()
    assert desk.window.notice.isVisible()
    assert (desk.at(30, 40), desk.canvas.view, desk.canvas.size()) == before
    desk.window.notice.hide()
    QApplication.processEvents()
    assert (desk.at(30, 40), desk.canvas.view, desk.canvas.size()) == before


def test_a_draft_is_closed_and_saved_when_the_image_changes(desk: Desk, photos):
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).keys("d").wait_for_picture()
    desk.keys("a").wait_for_picture().wait_until_saved()
    assert len(desk.annotation.instances) == 1
    assert (photos / "a.png.labels.json").exists()


def test_undo_still_works_after_leaving_and_coming_back(desk: Desk):
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).wait_until_saved()
    desk.keys("d").wait_for_picture().keys("a").wait_for_picture()
    desk.undo()
    assert not desk.annotation.instances


def test_an_empty_annotation_takes_its_sidecar_to_the_trash(desk: Desk, photos):
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).wait_until_saved()
    assert desk.workbench.is_labelled("a.png")
    desk.undo().wait_until_saved()
    desk.wait(lambda: not desk.workbench.is_labelled("a.png"), "the mark to go")
    assert not (photos / "a.png.labels.json").exists()
    assert list((photos / ".labeler" / "trash").rglob("*.json"))


def test_a_broken_image_is_shown_as_such_and_the_next_one_opens(open_desk, tmp_path):
    photos = folder_of_images(tmp_path / "photos", "a.png", "b.png")
    (photos / "a.png").write_bytes((photos / "a.png").read_bytes()[:200])
    desk = open_desk()
    desk.window.open(photos)
    desk.wait(lambda: "a.png" in desk.workbench.message, "the message")
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    assert not desk.annotation.instances
    desk.keys("d").wait_for_picture()
    assert desk.image_name == "b.png"


def test_why_an_image_cannot_be_read_is_said_once(open_desk, tmp_path):
    photos = folder_of_images(tmp_path / "photos", "a.png")
    (photos / "a.png").write_bytes(b"no image at all")
    desk = open_desk()
    desk.window.open(photos)
    assert "a.png" in desk.window.notice.text
    desk.wait(lambda: not desk.window.notice.text, "the sentence on the canvas")
    assert "a.png" in desk.workbench.message


def test_a_malformed_sidecar_is_left_alone(open_desk, tmp_path):
    photos = folder_of_images(tmp_path / "photos")
    sidecar = photos / "a.png.labels.json"
    sidecar.write_text('{"format": "labeler.annotation", "version": 1, "ima')
    desk = open_desk(photos)
    assert "a.png.labels.json" in desk.window.notice.text
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    desk.keys("d").wait_for_picture()
    desk.close()
    assert sidecar.read_text() == '{"format": "labeler.annotation", "version": 1, "ima'


def test_labels_of_a_scaled_image_are_offered_scaled(open_desk, tmp_path):
    photos = folder_of_images(tmp_path / "photos", "a.png", width=100, height=80)
    first = open_desk(photos)
    first.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).close()
    folder_of_images(photos, "a.png", width=200, height=160)
    desk = open_desk(photos)
    assert desk.workbench.context.read_only
    desk.window.notice.findChild(QPushButton).click()
    desk.wait_for_picture().wait_until_saved()
    assert desk.annotation.instances[0].polygons[0].bounds == (20, 20, 120, 120)
    saved = json.loads((photos / "a.png.labels.json").read_text())
    assert (saved["image"]["width"], saved["image"]["height"]) == (200, 160)


def test_a_failed_save_keeps_the_mark_says_why_and_tries_again(desk: Desk, monkeypatch):
    from labeler.errors import LabelerError

    dataset = desk.workbench.dataset
    works = dataset.save
    full = [True]

    def save(name, annotation, pause):
        if full[0]:
            raise LabelerError(f"{name} could not be saved: No space left on device.")
        works(name, annotation, pause)

    monkeypatch.setattr(desk.workbench.dataset, "save", save)
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    desk.wait(lambda: desk.workbench.saving.problem is not None, "the failure")
    assert "No space left" in desk.window.notice.text
    assert not desk.workbench.image.is_saved

    answers = iter([QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Retry])
    asked: list[str] = []

    def answer(parent, title, text, *rest):
        asked.append(text)
        full[0] = len(asked) < 2  # the disk has room again when the user retries
        return next(answers)

    monkeypatch.setattr(QMessageBox, "warning", answer)
    assert not desk.window.close()  # cancelled: the window stays
    full[0] = True
    assert desk.window.close()
    assert "No space left" in asked[0]
    assert (dataset.root / "a.png.labels.json").exists()


def test_closing_saves_what_was_just_drawn(desk: Desk, photos):
    desk.keys("q").click((10, 10), (60, 10), (60, 60))
    desk.close()
    assert (photos / "a.png.labels.json").exists()


def test_window_folder_image_and_class_are_remembered(open_desk, photos):
    desk = open_desk(photos)
    class_commands.add(desk.workbench, "coin")
    desk.keys("d").wait_for_picture()
    desk.window.resize(780, 600)  # the offscreen screen is 800 wide
    desk.close()
    again = open_desk()
    assert Path(again.workbench.settings.folder) == photos
    again.window.open(photos)
    assert again.image_name == "b.png"
    assert again.workbench.context.current_class == "coin"
    assert abs(again.window.width() - 780) <= 4


def test_number_keys_give_the_selection_its_class(desk: Desk):
    class_commands.add(desk.workbench, "coin")
    desk.key(Qt.Key.Key_1).keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    assert desk.annotation.instances[0].class_name == "object"
    desk.key(Qt.Key.Key_2)
    assert desk.annotation.instances[0].class_name == "coin"
    desk.undo()
    assert desk.annotation.instances[0].class_name == "object"


def test_undo_says_what_it_takes_back(desk: Desk):
    undo = desk.window.actions_by_id["edit.undo"]
    assert not undo.isEnabled()
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    assert undo.isEnabled()
    assert "Draw include polygon" in undo.text()


def test_the_status_line_says_the_next_step_the_zoom_and_the_pixel(desk: Desk):
    desk.keys("q").move(12.5, 7.5)
    text = " ".join(label.text() for label in desk.window.statusBar().findChildren(QLabel))
    assert "Click or drag to start" in text
    assert "12, 7" in text
    assert f"{desk.canvas.view.scale * 100:.0f} %" in text


def test_classes_that_another_program_used_are_offered_for_the_list(open_desk, photos):
    first = open_desk(photos)
    first.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).close()
    path = photos / "a.png.labels.json"
    path.write_text(path.read_text().replace('"object"', '"moth"'))
    desk = open_desk(photos)
    assert "moth" in desk.window.notice.text
    desk.window.notice.findChild(QPushButton).click()
    assert desk.workbench.classes.names == ("object", "moth")
    assert desk.annotation.instances[0].class_name == "moth"
    assert not desk.window.notice.text


def test_what_another_program_wrote_meanwhile_is_kept(desk: Desk, photos):
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).wait_until_saved()
    sidecar = photos / "a.png.labels.json"
    theirs = sidecar.read_text().replace('"format"', '"note": "theirs", "format"')
    sidecar.write_text(theirs)
    desk.key(Qt.Key.Key_Escape).click((70, 20), (90, 20), (90, 60)).key(Qt.Key.Key_Return).wait_until_saved()
    assert len(json.loads(sidecar.read_text())["instances"]) == 2
    (kept,) = (photos / ".labeler" / "trash").rglob("*.json")
    assert kept.read_text() == theirs
    desk.wait(lambda: str(kept) in desk.window.notice.text, "the notice")


def test_a_class_that_another_window_added_stays(desk: Desk, open_desk, photos):
    class_commands.add(open_desk(photos).workbench, "theirs")
    class_commands.add(desk.workbench, "ours")
    assert desk.workbench.classes.names == ("object", "theirs", "ours")


def test_hold_h_to_see_the_bare_picture(desk: Desk):
    bare = desk.canvas.grab().toImage()
    desk.keys("q").click((10, 10), (100, 10), (100, 80)).key(Qt.Key.Key_Return)
    assert desk.canvas.grab().toImage() != bare
    QTest.keyPress(desk.canvas, Qt.Key.Key_H)
    assert desk.canvas.grab().toImage() == bare
    QTest.keyRelease(desk.canvas, Qt.Key.Key_H)
    assert desk.canvas.grab().toImage() != bare


def test_an_empty_window_says_how_to_start(open_desk):
    desk = open_desk()
    shown = desk.canvas.grab().toImage()
    colors = {shown.pixelColor(x, y).name() for x in range(shown.width()) for y in (shown.height() // 2,)}
    assert len(colors) > 1, "there is a text in the middle"
    assert not desk.window.actions_by_id["tool.include"].isEnabled()


def test_an_image_that_failed_stays_marked_when_another_one_is_saved(desk: Desk, monkeypatch):
    from labeler.errors import LabelerError

    works = desk.workbench.dataset.save

    def save(name, annotation, pause):
        if name == "a.png":
            raise LabelerError("a.png could not be saved: No space left on device.")
        works(name, annotation, pause)

    monkeypatch.setattr(desk.workbench.dataset, "save", save)
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    desk.wait(lambda: desk.workbench.saving.problem, "the failure")
    desk.keys("d").wait_for_picture().click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return)
    desk.wait_until_saved()
    assert "a.png" in desk.workbench.saving.problem
    assert desk.workbench.flush() == ["a.png"]
    monkeypatch.undo()
    desk.workbench.save_now()
    desk.wait(lambda: desk.workbench.saving.problem is None, "the mark to go")


def test_renaming_a_class_while_drawing_keeps_the_mark_and_notices_other_programs(desk: Desk, photos):
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).wait_until_saved()
    sidecar = photos / "a.png.labels.json"
    desk.keys("d").wait_for_picture()
    sidecar.write_text(sidecar.read_text().replace('"human"', '"theirs"'))
    desk.click((10, 10), (60, 10), (60, 60))
    class_commands.rename(desk.workbench, "object", "thing")
    desk.wait(lambda: desk.workbench.is_labelled("b.png"), "the mark")
    desk.keys("a").wait_for_picture()
    assert desk.annotation.instances[0].source == "theirs"
    assert desk.annotation.instances[0].class_name == "thing"
    assert desk.workbench.context.current_class == "thing"


def test_an_image_that_was_replaced_is_shown_as_it_is_now(desk: Desk, photos):
    desk.keys("d").wait_for_picture()
    folder_of_images(photos, "a.png", width=50, height=40)
    desk.keys("a").wait_for_picture()
    assert (desk.workbench.picture.width, desk.annotation.image.width) == (50, 50)


def test_a_parallel_tree_of_labels_is_found_again(open_desk, photos, tmp_path):
    first = open_desk()
    first.window.open(photos, tmp_path / "labels")
    first.wait_for_picture().keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).close()
    assert (tmp_path / "labels" / "a.png.labels.json").exists()
    again = open_desk()
    open_first(again.window, None, None)
    assert len(again.wait_for_picture().annotation.instances) == 1
    assert not list(photos.glob("*.json"))


def test_the_status_line_says_which_image_of_how_many(open_desk, tmp_path):
    desk = open_desk(folder_of_images(tmp_path / "photos", "a.png", f"{'long ' * 20}<b>.png"))
    label = desk.window.statusBar().findChild(QLabel, "image")
    assert label.text() == "a.png · 1 / 2 · 0 labelled"
    desk.keys("q").click((10, 10), (60, 10), (60, 60)).key(Qt.Key.Key_Return).wait_until_saved()
    assert label.text() == "a.png · 1 / 2 · 1 labelled"
    desk.keys("d").wait_for_picture()
    assert label.text().startswith("long long")
    assert label.text().endswith("<b>.png · 2 / 2 · 1 labelled")
    assert len(label.text()) < 60


def test_the_empty_window_says_how_to_start(open_desk):
    desk = open_desk()
    assert desk.canvas._message == "Open a folder of images to start. (Ctrl+O)"
    desk.window.bindings.use(desk.window.bindings.keymap.with_keys("file.open", ["F3"]))
    assert desk.canvas._message.endswith("(F3)")
