"""How things look, in a real window: tones, schemes, masks, minimap, filmstrip, the view between images."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QHelpEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDockWidget, QLabel, QPushButton, QToolTip

from labeler.editor.panels.filmstrip import FilmstripPanel
from labeler.editor.panels.view import OptionSlider, ViewPanel
from labeler.editor.view_options import CONTRAST, INSTANCE, MODEL, SAFE
from labeler.settings import Settings
from tests.gui.desk import Desk, folder_of_images

SHIFT = Qt.KeyboardModifier.ShiftModifier


def seen(desk: Desk) -> np.ndarray:
    """(height, width, 3) BGR of the canvas without what lies over it."""
    QApplication.processEvents()
    image = desk.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., :3].astype(int)


def at(desk: Desk, x: float, y: float, pixels: np.ndarray | None = None) -> list[int]:
    place = desk.at(x, y)
    return (seen(desk) if pixels is None else pixels)[place.y(), place.x()].tolist()


def dock(desk: Desk, id: str) -> QDockWidget:
    return desk.window.findChild(QDockWidget, f"panel.{id}")


def status(desk: Desk) -> list[str]:
    return [label.text() for label in desk.window.statusBar().findChildren(QLabel)]


def slider(desk: Desk, name: str) -> OptionSlider:
    return desk.window.findChild(OptionSlider, f"slider.{name}")


def write(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())


def with_model_mask(folder: Path, name: str, size: tuple[int, int] = (45, 60)) -> None:
    """On in the left half."""
    mask = np.zeros(size, np.uint8)
    mask[:, : size[1] // 2] = 255
    write(folder / ".labeler" / "masks" / f"{name}.png", mask)


# --- the panel ---------------------------------------------------------------------------------------------


def test_the_view_menu_names_each_thing_once(desk: Desk):
    menu = next(action.menu() for action in desk.window.menuBar().actions() if "View" in action.text())
    names = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert len(set(names)) == len(names)
    assert "View" not in names


def test_the_sliders_get_the_room_beside_their_names(desk: Desk):
    desk.window.toggle_panel("view")
    QApplication.processEvents()
    reset = desk.window.findChild(QPushButton, "reset.brightness")
    assert slider(desk, "brightness").geometry().right() > reset.geometry().left()


def test_the_panel_is_there_when_it_is_asked_for(desk):
    assert not dock(desk, "view").isVisible()
    desk.window.actions_by_id["view.panel"].trigger()
    assert dock(desk, "view").isVisible()
    desk.window.actions_by_id["view.panel"].trigger()
    assert not dock(desk, "view").isVisible()


def test_a_slider_brightens_the_picture_and_no_file(desk, photos):
    desk.window.toggle_panel("view")
    before, plain = (photos / "a.png").read_bytes(), seen(desk)
    moved = slider(desk, "brightness")
    moved.setFocus()
    moved.setValue(40)
    assert desk.workbench.view.options.brightness == 40
    assert at(desk, 60, 45) == pytest.approx([min(255, c + 102) for c in at(desk, 60, 45, plain)], abs=1)
    assert (photos / "a.png").read_bytes() == before
    assert desk.workbench.image.is_saved


def test_a_double_click_resets_one_slider_the_button_all(desk):
    desk.window.toggle_panel("view")
    plain = seen(desk)
    desk.workbench.view.set(gamma=3.0, contrast=20.0, auto=True)
    assert (seen(desk) != plain).any()
    gamma = slider(desk, "gamma")
    QTest.mouseDClick(gamma, Qt.MouseButton.LeftButton, pos=gamma.rect().center())
    options = desk.workbench.view.options
    assert (options.gamma, options.contrast) == (1.0, 20.0)
    button = desk.window.findChild(QPushButton, "reset.brightness")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.workbench.view.options.tones.is_neutral
    assert not desk.workbench.view.options.auto
    np.testing.assert_array_equal(seen(desk), plain)


def test_the_panel_shows_what_was_changed_elsewhere(desk):
    panel = desk.window.findChild(ViewPanel)
    desk.workbench.view.set(tint=70.0, gamma=2.0, crosshair=True, scheme=SAFE)
    assert slider(desk, "tint").value() == 70
    assert slider(desk, "gamma").value_at(slider(desk, "gamma").value()) == pytest.approx(2.0, rel=0.01)
    assert panel.findChild(QCheckBox, "option.crosshair").isChecked()
    assert panel.findChild(QComboBox, "option.scheme").currentData() == SAFE
    assert {"70 %", "2.00"} <= {label.text() for label in panel.findChildren(QLabel)}
    assert desk.workbench.view.options.gamma == 2.0  # showing a value is not choosing it


def test_a_wheel_over_the_panel_changes_no_slider_by_accident(desk):
    desk.window.toggle_panel("view")
    tint = slider(desk, "tint")
    desk.canvas.setFocus()
    place = QPointF(tint.rect().center())
    QApplication.sendEvent(
        tint,
        QWheelEvent(
            place, tint.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    assert desk.workbench.view.options.tint == 32


def test_what_was_chosen_is_there_again_next_time(open_desk, photos, tmp_path):
    desk = open_desk(photos)
    desk.workbench.view.set(gamma=1.5, scheme=CONTRAST, minimap=True, shown=MODEL)
    desk.close()
    assert Settings.load(tmp_path / "settings.json").view["gamma"] == 1.5
    again = open_desk(photos)
    options = again.workbench.view.options
    assert (options.gamma, options.scheme, options.minimap) == (1.5, CONTRAST, True)
    assert options.shown == "picture"  # a start with an empty canvas would puzzle
    assert again.window.minimap.isVisible()


# --- deep images and auto ----------------------------------------------------------------------------------


def test_sixteen_bits_are_adjusted_from_their_own_values(open_desk, tmp_path):
    values = np.zeros((90, 120), np.uint16)
    values[:30], values[30:60], values[60:] = 60_000, 100, 20
    write(tmp_path / "photos" / "a.png", values)
    desk = open_desk(tmp_path / "photos")
    dark = seen(desk)
    assert at(desk, 60, 45, dark) == at(desk, 60, 75, dark)
    desk.workbench.view.set(white=0.2)
    bright = seen(desk)
    assert at(desk, 60, 45, bright)[0] - at(desk, 60, 75, bright)[0] > 80
    desk.move(60, 45)
    assert any(text.split()[-1:] == ["100"] for text in status(desk))


def test_auto_takes_its_points_from_each_image_until_one_is_moved(open_desk, tmp_path):
    for name, low in (("a.png", 50), ("b.png", 150)):
        pixels = np.full((90, 120, 3), low, np.uint8)
        pixels[:45] = low + 50
        write(tmp_path / "photos" / name, pixels)
    desk = open_desk(tmp_path / "photos")
    desk.window.actions_by_id["view.auto"].trigger()
    assert at(desk, 60, 20)[0] > 245
    assert at(desk, 60, 70)[0] < 10
    desk.keys("d").wait_for_picture()
    assert desk.workbench.view.options.black == pytest.approx(150 / 2.55, abs=0.3)
    assert at(desk, 60, 20)[0] > 245
    slider(desk, "black").setValue(0)
    assert not desk.workbench.view.options.auto
    desk.keys("a").wait_for_picture()
    assert desk.workbench.view.options.black == 0


# --- colours -----------------------------------------------------------------------------------------------


def two_squares(desk: Desk) -> None:
    desk.keys("q")
    for left in (10, 70):
        desk.click((left, 20), (left + 40, 20), (left + 40, 70), (left, 70)).key(Qt.Key.Key_Return)
    desk.keys("v").key(Qt.Key.Key_Escape).move(60, 5)


def test_colour_by_instance_tells_two_of_a_class_apart_on_canvas_and_in_the_list(desk):
    two_squares(desk)
    desk.workbench.view.set(tint=100.0)
    assert at(desk, 30, 45) == at(desk, 90, 45)
    desk.window.actions_by_id["view.by_instance"].trigger()
    assert desk.workbench.view.options.color_by == INSTANCE
    first, second = at(desk, 30, 45), at(desk, 90, 45)
    assert first != second
    style = desk.workbench.view.style
    instances = desk.annotation.instances
    assert [style.color_of(i) for i in instances] == [
        "#" + "".join(f"{c:02x}" for c in reversed(bgr)) for bgr in (first, second)
    ]
    desk.key(Qt.Key.Key_Escape).click((10, 20)).key(Qt.Key.Key_Delete).move(60, 5)
    assert at(desk, 90, 45) == second


def test_a_scheme_changes_the_colours_and_the_swatch_beside_the_class(desk):
    two_squares(desk)
    desk.workbench.view.set(tint=100.0)
    before = at(desk, 30, 45)
    desk.window.actions_by_id["view.scheme.2"].trigger()
    after = at(desk, 30, 45)
    assert after == [0xE9, 0xB4, 0x56] != before
    checked = [desk.window.actions_by_id[f"view.scheme.{n}"].isChecked() for n in (1, 2, 3)]
    assert checked == [False, True, False]
    assert desk.workbench.classes.entries[0].color == "#3cb44b"  # the dataset's own stays


def test_the_tint_may_be_none(desk):
    plain = at(desk, 30, 45)
    two_squares(desk)
    assert at(desk, 30, 45) != plain
    desk.workbench.view.set(tint=0.0)
    assert at(desk, 30, 45) == plain


# --- masks -------------------------------------------------------------------------------------------------


def test_the_model_mask_darkens_the_rest_and_shows_alone(desk, photos):
    with_model_mask(photos, "a.png")
    plain = seen(desk)
    desk.key(Qt.Key.Key_QuoteLeft)
    desk.wait(lambda: desk.workbench.view.model_mask is not None, "the mask")
    shown = seen(desk)
    assert at(desk, 20, 45, shown) == at(desk, 20, 45, plain)
    assert at(desk, 100, 45, shown) == pytest.approx([c / 2 for c in at(desk, 100, 45, plain)], abs=1)
    desk.workbench.view.set(darkness=100.0)
    assert at(desk, 100, 45) == [0, 0, 0]
    desk.keys("m")
    alone = seen(desk)
    assert (at(desk, 20, 45, alone), at(desk, 100, 45, alone)) == ([255] * 3, [0] * 3)
    desk.keys("m").key(Qt.Key.Key_QuoteLeft)
    np.testing.assert_array_equal(seen(desk), plain)


def test_without_a_model_mask_it_says_so_and_goes_on_to_the_next_image(desk, photos):
    with_model_mask(photos, "b.png")
    desk.keys("m")
    desk.wait(lambda: "no model mask" in desk.workbench.view.note, "the note")
    assert at(desk, 60, 45) == [0, 0, 0]
    desk.keys("d").wait_for_picture()
    desk.wait(lambda: desk.workbench.view.model_mask is not None, "the mask")
    assert desk.workbench.view.note == ""
    assert at(desk, 20, 45) == [255] * 3


def test_a_mask_that_was_made_meanwhile_is_seen(desk, photos):
    desk.keys("m")
    desk.wait(lambda: desk.workbench.view.note != "", "the note")
    with_model_mask(photos, "a.png")
    desk.keys("d").wait_for_picture().keys("a").wait_for_picture()
    desk.wait(lambda: desk.workbench.view.model_mask is not None, "the mask")


def test_a_broken_model_mask_is_said_and_nothing_breaks(desk, photos):
    path = photos / ".labeler" / "masks" / "a.png.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no image at all")
    desk.keys("m")
    desk.wait(lambda: "a.png.png" in desk.window.notice.text, "the notice")
    desk.keys("d").wait_for_picture()


def test_the_baked_mask_stays_from_image_to_image(desk):
    desk.keys("b").keys("d").wait_for_picture()
    assert desk.canvas.shows_baked
    assert at(desk, 60, 45) == [0, 0, 0]
    assert desk.window.actions_by_id["view.baked"].isChecked()
    desk.keys("m")
    assert not desk.canvas.shows_baked


# --- the view ----------------------------------------------------------------------------------------------


def test_every_image_is_shown_whole_unless_the_view_is_to_be_kept(desk):
    whole = desk.canvas.view
    desk.wheel(3, 30, 30)
    desk.keys("d").wait_for_picture()
    assert desk.canvas.view == whole
    desk.window.actions_by_id["view.keep"].trigger()
    desk.wheel(3, 30, 30)
    zoomed = desk.canvas.view
    desk.keys("d").wait_for_picture()
    assert desk.canvas.view == zoomed


def test_a_kept_view_of_another_size_shows_the_same_part(open_desk, tmp_path):
    folder_of_images(tmp_path / "photos", "a.png")
    folder_of_images(tmp_path / "photos", "b.png", width=240, height=180)
    desk = open_desk(tmp_path / "photos")
    desk.workbench.view.set(keep_view=True)
    desk.wheel(4, 30, 30)
    before = [side / 120 for side in desk.canvas.view.visible]
    desk.keys("d").wait_for_picture()
    assert [side / 240 for side in desk.canvas.view.visible] == pytest.approx(before)


def test_a_broken_image_on_the_way_does_not_lose_the_kept_view(open_desk, photos):
    (photos / "b.png").write_bytes(b"broken")
    desk = open_desk(photos)
    desk.workbench.view.set(keep_view=True)
    desk.wheel(3, 30, 30)
    zoomed = desk.canvas.view
    desk.keys("d")
    desk.wait(lambda: "b.png" in desk.workbench.broken, "the broken one")
    desk.keys("d").wait_for_picture()
    assert desk.canvas.view == zoomed


def test_100_percent_is_one_image_pixel_on_one_of_the_screens_own(desk, monkeypatch):
    monkeypatch.setattr(desk.canvas, "devicePixelRatioF", lambda: 2.0)
    desk.window.actions_by_id["view.actual"].trigger()
    assert desk.canvas.view.scale == 0.5
    assert "100 %" in status(desk)


# --- crosshair and minimap ---------------------------------------------------------------------------------


def test_the_crosshair_runs_through_the_pointer_and_goes_with_it(desk):
    desk.keys("c").move(60, 45)
    place, size = desk.at(60, 45), desk.canvas.size()
    shown = seen(desk)
    assert (shown[place.y(), [0, size.width() - 1]] > 150).all()
    assert (shown[[0, size.height() - 1], place.x()] > 150).all()
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    assert (seen(desk)[place.y(), 0] < 60).all()


def test_the_minimap_names_the_key_in_use(desk):
    desk.workbench.view.set(minimap=True)
    assert "Shift+M" in desk.window.minimap.toolTip()
    bindings = desk.window.bindings
    bindings.use(bindings.keymap.with_keys("view.minimap", ["F7"]))
    assert "F7" in desk.window.minimap.toolTip()
    bindings.use(bindings.keymap.with_keys("view.minimap", []))
    assert desk.window.minimap.toolTip() == "Click or drag to go there"


def test_a_click_or_drag_in_the_minimap_moves_the_view_and_draws_nothing(desk):
    desk.keys("q").key(Qt.Key.Key_M, SHIFT)
    minimap = desk.window.minimap
    assert minimap.isVisible()
    desk.canvas.zoom_to(16)
    corner = QPoint(round(minimap.width() * 0.75), round(minimap.height() * 0.25))
    QTest.mousePress(minimap, Qt.MouseButton.LeftButton, pos=corner)
    view = desk.canvas.view
    assert view.to_image((view.width / 2, view.height / 2)) == pytest.approx((90, 22), abs=2)
    QTest.mouseMove(minimap, minimap.rect().center())
    QTest.mouseRelease(minimap, Qt.MouseButton.LeftButton, pos=minimap.rect().center())
    view = desk.canvas.view
    assert view.to_image((view.width / 2, view.height / 2)) == pytest.approx((60, 45), abs=2)
    assert desk.annotation.is_empty
    assert not desk.workbench.controller.state.is_gesture
    desk.key(Qt.Key.Key_M, SHIFT)
    assert not minimap.isVisible()


def test_the_minimap_frames_what_is_in_sight(desk):
    desk.workbench.view.set(minimap=True)
    desk.canvas.zoom_to(16)
    minimap = desk.window.minimap
    whole = minimap.grab().toImage()
    left, top, right, bottom = (round(side * 180 / 120) for side in desk.canvas.view.visible)
    inside, outside = QPoint((left + right) // 2, (top + bottom) // 2), QPoint(3, 3)
    desk.canvas.fit()
    fitted = minimap.grab().toImage()
    assert whole.pixel(inside) == fitted.pixel(inside)
    assert whole.pixel(outside) != fitted.pixel(outside)  # shaded while it is out of sight


# --- filmstrip ---------------------------------------------------------------------------------------------


@pytest.fixture
def many(open_desk, tmp_path) -> Desk:
    names = [f"{number:03}.png" for number in range(60)]
    desk = open_desk(folder_of_images(tmp_path / "photos", *names))
    desk.workbench.show_image("030.png")
    desk.wait_for_picture()
    desk.window.toggle_panel("filmstrip")
    QApplication.processEvents()
    return desk


def strip(desk: Desk) -> FilmstripPanel:
    return desk.window.findChild(FilmstripPanel)


def test_the_shown_image_is_in_the_middle_and_larger(many):
    film = strip(many)
    shown, next_one, previous = (film.cell_of(row) for row in (30, 31, 29))
    assert shown.center() == film.rect().center()
    assert shown.width() > next_one.width() == previous.width()
    assert previous.right() < shown.left() < shown.right() < next_one.left()


def test_a_click_goes_to_the_image_and_so_the_strip_moves(many):
    film = strip(many)
    QTest.mouseClick(film, Qt.MouseButton.LeftButton, pos=film.cell_of(33).center())
    assert many.image_name == "033.png"
    assert film.cell_of(33).center() == film.rect().center()


def test_thumbnails_are_made_of_what_is_in_sight_and_of_nothing_else(many):
    film, workbench = strip(many), many.workbench
    rows = [row for row, _cell in film._cells()]
    assert len(rows) < 30
    many.wait(lambda: all(workbench.thumbnails.get(workbench.images[r].path) for r in rows), "the thumbnails")
    assert not any(workbench.thumbnails.get(workbench.images[r].path) for r in range(60) if r not in rows)


def test_nothing_is_made_while_the_strip_is_hidden(many):
    many.window.toggle_panel("filmstrip")
    many.workbench.show_image("003.png")
    many.wait_for_picture()
    QTest.qWait(200)
    assert not many.workbench.thumbnails.get(many.workbench.images[4].path)


def test_the_ends_of_the_list_leave_the_rest_of_the_strip_empty(many):
    film = strip(many)
    many.workbench.show_image("000.png")
    assert {row for row, _cell in film._cells()} >= {0, 1}
    assert film.row_at(QPoint(1, film.height() // 2)) == -1
    QTest.mouseClick(film, Qt.MouseButton.LeftButton, pos=QPoint(1, film.height() // 2))
    assert many.image_name == "000.png"


def test_the_pointer_resting_on_a_cell_says_which_image_it_is(many):
    film = strip(many)
    place = film.cell_of(31).center()
    QApplication.sendEvent(film, QHelpEvent(QEvent.Type.ToolTip, place, film.mapToGlobal(place)))
    assert QToolTip.text() == "031.png\nnot labelled"


def test_a_broken_image_does_not_stop_the_others(open_desk, tmp_path):
    folder = folder_of_images(tmp_path / "photos", "a.png", "c.png", "d.png")
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes()[:100])
    desk = open_desk(folder)
    desk.window.toggle_panel("filmstrip")
    last = desk.workbench.images[3].path
    desk.wait(lambda: desk.workbench.thumbnails.get(last) is not None, "the last thumbnail")
    assert desk.workbench.thumbnails.get(desk.workbench.images[1].path) is None


def test_a_cell_shows_its_image(many):
    film = strip(many)
    path = many.workbench.images[31].path
    many.wait(lambda: many.workbench.thumbnails.get(path) is not None, "the thumbnail")
    empty = film.grab().toImage()
    cell: QRect = film.cell_of(31)
    colours = {empty.pixel(cell.left() + x, cell.center().y()) for x in range(5, 60, 5)}
    assert len(colours) > 3


def test_choosing_a_scheme_leaves_the_baked_mask(desk):
    desk.keys("b")
    desk.window.actions_by_id["view.scheme.3"].trigger()
    assert not desk.canvas.shows_baked
    assert desk.workbench.view.options.scheme == CONTRAST
