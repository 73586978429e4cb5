import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from labeler.dataset import dataset as dataset_module
from labeler.dataset import sidecar
from labeler.dataset.classes import ClassEntry, Classes, default_classes
from labeler.dataset.dataset import Dataset, locate
from labeler.dataset.reading import NewerVersion
from labeler.dataset.sizes import ScaledImage
from labeler.document.model import Annotation, Role
from labeler.errors import LabelerError
from tests.builders import annotation_of, instance_of, square, triangle

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


def image(path: Path, width: int = 100, height: int = 80) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", np.zeros((height, width), np.uint8))[1].tobytes())
    return path


def images(root: Path, *names: str) -> Path:
    for name in names:
        image(root / name)
    return root


def names(dataset: Dataset) -> list[str]:
    return [entry.name for entry in dataset.images]


def labelled(dataset: Dataset) -> list[str]:
    return [entry.name for entry in dataset.images if entry.is_labelled]


def coins(*classes: str, file: str = "photo.png") -> Annotation:
    """One instance per class name."""
    things = [instance_of(square(), id=f"i{n}", class_name=name) for n, name in enumerate(classes)]
    return annotation_of(*things, file=file)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- opening -----------------------------------------------------------------------------------------------


def test_images_are_found_in_every_folder_whatever_the_case_of_their_ending(tmp_path: Path) -> None:
    images(tmp_path, "photo10.JPG", "photo2.jpg", "sub/scan.TIFF", "sub/a.webp", ".labeler/masks/x.png")
    (tmp_path / "notes.txt").touch()
    assert names(Dataset.open(tmp_path)) == ["photo2.jpg", "photo10.JPG", "sub/a.webp", "sub/scan.TIFF"]


def test_two_images_may_share_a_stem(tmp_path: Path) -> None:
    images(tmp_path, "photo.jpg", "photo.png")
    dataset = Dataset.open(tmp_path)
    dataset.save("photo.jpg", coins("object"))
    assert labelled(Dataset.open(tmp_path)) == ["photo.jpg"]
    assert dataset.load("photo.png").is_empty


def test_labelled_images_are_known_from_the_start(tmp_path: Path) -> None:
    images(tmp_path, "a.png", "sub/b.png")
    Dataset.open(tmp_path).save("sub/b.png", coins("object"))
    assert labelled(Dataset.open(tmp_path)) == ["sub/b.png"]


def test_a_sidecar_whose_image_is_gone_is_no_image(tmp_path: Path) -> None:
    images(tmp_path, "a.png")
    sidecar.save(tmp_path / "gone.png.labels.json", coins("object"))
    assert names(Dataset.open(tmp_path)) == ["a.png"]


def test_an_empty_folder_is_a_dataset_with_one_class(tmp_path: Path) -> None:
    dataset = Dataset.open(tmp_path)
    assert dataset.images == ()
    assert dataset.classes == default_classes()
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("data", [b"", b"{", b'{"format": "labeler.dataset", "version": 2}'])
def test_a_broken_dataset_file_stops_the_opening_and_stays(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "labeler.json").write_bytes(data)
    with pytest.raises(LabelerError, match=r"labeler\.json"):
        Dataset.open(tmp_path)
    assert contents(tmp_path) == {"labeler.json": data}


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabelerError, match="missing"):
        Dataset.open(tmp_path / "missing")


def test_an_image_that_is_not_there_is_said(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png"))
    for use in (dataset.load, dataset.entry, lambda name: dataset.save(name, coins("object"))):
        with pytest.raises(LabelerError, match=r"no image ../b.png in"):
            use("../b.png")


# --- where is the dataset? ---------------------------------------------------------------------------------


def test_a_folder_is_a_dataset_and_an_image_is_in_one(tmp_path: Path) -> None:
    images(tmp_path, "set/sub/a.png")
    assert locate(tmp_path / "set") == (tmp_path / "set", None)
    assert locate(tmp_path / "set/sub/a.png") == (tmp_path / "set/sub", "a.png")


def test_the_dataset_file_above_an_image_says_where_the_dataset_begins(tmp_path: Path) -> None:
    images(tmp_path, "set/sub/a.png")
    Dataset.open(tmp_path / "set").save_classes(default_classes())
    assert locate(tmp_path / "set/sub/a.png") == (tmp_path / "set", "sub/a.png")
    assert locate(tmp_path / "set/sub/a.png.labels.json") == (tmp_path / "set", "sub/a.png")


def test_a_relative_path_is_located_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images(tmp_path, "a.png")
    monkeypatch.chdir(tmp_path)
    assert locate(Path("a.png")) == (tmp_path, "a.png")
    assert locate(Path()) == (tmp_path, None)


def test_what_is_no_image_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(LabelerError, match=r"notes\.txt is no image .*\.avif, \.bmp"):
        locate(tmp_path / "notes.txt")
    with pytest.raises(LabelerError, match=r"no folder or image .*gone\.png"):
        locate(tmp_path / "gone.png")


# --- loading and saving ------------------------------------------------------------------------------------


def test_an_image_without_a_sidecar_has_an_empty_annotation_of_its_size(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "sub/a.png"))
    annotation = dataset.load("sub/a.png")
    assert annotation.is_empty
    assert (annotation.image.file, annotation.image.width, annotation.image.height) == ("a.png", 100, 80)


def test_what_is_saved_is_loaded_and_marked(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png", "sub/b.png"))
    entry = dataset.entry("sub/b.png")
    dataset.save("sub/b.png", coins("object", file="b.png"))
    assert dataset.load("sub/b.png") == coins("object", file="b.png")
    assert labelled(dataset) == ["sub/b.png"]
    assert dataset.sidecar(entry) == dataset.sidecar("sub/b.png") == tmp_path / "sub/b.png.labels.json"
    assert entry.path == tmp_path / "sub/b.png"


def test_who_knows_the_size_already_need_not_read_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png"))
    monkeypatch.setattr(dataset_module, "image_size", lambda path: pytest.fail("read again"))
    assert dataset.load("a.png", (100, 80)).image.width == 100


def test_a_broken_image_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no image")
    with pytest.raises(LabelerError, match=r"a\.png"):
        Dataset.open(tmp_path).load("a.png")


def test_an_image_renamed_with_its_sidecar_keeps_its_annotation(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "old.png"))
    dataset.save("old.png", coins("object", file="old.png"))
    (tmp_path / "old.png").rename(tmp_path / "new.png")
    (tmp_path / "old.png.labels.json").rename(tmp_path / "new.png.labels.json")
    assert Dataset.open(tmp_path).load("new.png") == coins("object", file="new.png")


def test_a_sidecar_that_came_or_went_meanwhile_counts_as_it_is_now(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png", "b.png"))
    dataset.save("a.png", coins("object"))
    dataset.sidecar("a.png").rename(dataset.sidecar("b.png"))
    assert dataset.load("a.png").is_empty
    assert not dataset.load("b.png").is_empty


@links
def test_a_failed_save_leaves_the_sidecar_and_the_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png"))

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(LabelerError, match=r"a\.png\.labels\.json could not be saved: No space left"):
        dataset.save("a.png", coins("object"))
    assert labelled(dataset) == []
    assert list(contents(tmp_path)) == ["a.png"]


def test_a_dataset_whose_disk_was_unplugged_is_not_made_anew(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path / "usb", "sub/a.png"))
    (tmp_path / "usb").rename(tmp_path / "drawer")
    with pytest.raises(LabelerError):
        dataset.save("sub/a.png", coins("object"))
    with pytest.raises(LabelerError):
        dataset.save_classes(default_classes())
    assert not (tmp_path / "usb").exists()


# --- a sidecar that could not be opened is never written over ---------------------------------------------


@pytest.mark.parametrize("broken", [b"", b"{", b"\xff", b'{"format": "labeler.annotation", "version": 2}'])
def test_a_sidecar_that_could_not_be_opened_is_not_written_over(tmp_path: Path, broken: bytes) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png"))
    path = dataset.sidecar("a.png")
    path.write_bytes(broken)
    with pytest.raises(LabelerError, match=r"a\.png\.labels\.json"):
        dataset.load("a.png")
    for annotation in (coins("object"), annotation_of()):
        with pytest.raises(LabelerError, match="is not written over"):
            dataset.save("a.png", annotation)
    assert path.read_bytes() == broken

    sidecar.save(path, coins("coin"))  # repaired by someone
    dataset.load("a.png")
    dataset.save("a.png", coins("cup"))
    assert dataset.load("a.png").instances[0].class_name == "cup"


def test_a_newer_sidecar_can_be_looked_at_but_not_changed(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "photo.png"))
    newer = sidecar.serialise(coins("coin")).replace(b'"version": 1', b'"version": 2')
    dataset.sidecar("photo.png").write_bytes(newer)
    with pytest.raises(NewerVersion) as caught:
        dataset.load("photo.png")
    assert caught.value.annotation == coins("coin")
    with pytest.raises(LabelerError, match="is not written over"):
        dataset.save("photo.png", caught.value.annotation)
    assert dataset.sidecar("photo.png").read_bytes() == newer


def test_a_scaled_image_offers_the_scaled_annotation_and_takes_it(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "photo.png"))
    dataset.save("photo.png", coins("coin"))
    image(tmp_path / "photo.png", 50, 40)
    with pytest.raises(ScaledImage, match=r"photo\.png is 50×40 px") as caught:
        dataset.load("photo.png")
    dataset.save("photo.png", caught.value.annotation)
    assert dataset.load("photo.png").instances[0].polygons == (square(10, 10, 20),)


def test_an_image_of_another_shape_is_refused_and_its_sidecar_kept(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "photo.png"))
    dataset.save("photo.png", coins("coin"))
    before = contents(tmp_path)["photo.png.labels.json"]
    image(tmp_path / "photo.png", 80, 100)
    with pytest.raises(LabelerError, match=r"photo\.png is 80×100 px, .* 100×80 px"):
        dataset.load("photo.png")
    with pytest.raises(LabelerError, match="is not written over"):
        dataset.save("photo.png", coins("cup"))
    assert contents(tmp_path)["photo.png.labels.json"] == before


# --- the trash ---------------------------------------------------------------------------------------------


def test_an_annotation_that_is_empty_again_moves_its_sidecar_to_the_trash(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "sub/a.png"))
    empty = dataset.load("sub/a.png")
    trash = tmp_path / ".labeler/trash/sub"
    for number, place in enumerate(["a.png.labels.json", "a.png.labels.json.2", "a.png.labels.json.3"]):
        dataset.save("sub/a.png", coins(f"class{number}"))
        dataset.save("sub/a.png", empty)
        assert labelled(dataset) == []
        assert not dataset.sidecar("sub/a.png").exists()
        assert sidecar.load(trash / place) == coins(f"class{number}")
    assert names(Dataset.open(tmp_path)) == ["sub/a.png"]


def test_saving_nothing_where_nothing_was_writes_nothing(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png"))
    dataset.save("a.png", dataset.load("a.png"))
    assert list(contents(tmp_path)) == ["a.png"]


def test_a_trash_that_cannot_be_made_is_said_and_the_sidecar_stays(tmp_path: Path) -> None:
    dataset = Dataset.open(images(tmp_path, "a.png"))
    dataset.save("a.png", coins("coin"))
    (tmp_path / ".labeler").write_bytes(b"a file in the way")
    with pytest.raises(LabelerError, match=r"a\.png\.labels\.json could not be moved to the dataset's trash"):
        dataset.save("a.png", annotation_of())
    assert sidecar.load(dataset.sidecar("a.png")) == coins("coin")
    assert labelled(dataset) == ["a.png"]


# --- sidecars in a parallel tree ---------------------------------------------------------------------------


def test_a_parallel_tree_takes_everything_that_is_written(tmp_path: Path) -> None:
    photos = images(tmp_path / "photos", "a.png", "sub/b.png")
    before = contents(photos)
    dataset = Dataset.open(photos, tmp_path / "new" / "labels")
    assert not (tmp_path / "new").exists()
    dataset.save("sub/b.png", coins("object"))
    dataset.save_classes(dataset.classes.add("coin"))
    dataset.save("sub/b.png", annotation_of())
    dataset.save("a.png", coins("coin"))
    assert contents(photos) == before
    assert sorted(contents(tmp_path / "new" / "labels")) == [
        ".labeler/trash/sub/b.png.labels.json",
        "a.png.labels.json",
        "labeler.json",
    ]
    again = Dataset.open(photos, tmp_path / "new" / "labels")
    assert labelled(again) == ["a.png"]
    assert again.classes.names == ("object", "coin")


def test_sidecars_beside_the_images_do_not_count_with_a_parallel_tree(tmp_path: Path) -> None:
    photos = images(tmp_path / "photos", "a.png")
    Dataset.open(photos).save("a.png", coins("object"))
    (tmp_path / "labels").mkdir()
    dataset = Dataset.open(photos, tmp_path / "labels")
    assert labelled(dataset) == []
    assert dataset.load("a.png").is_empty


def test_classes_of_the_images_folder_are_where_a_parallel_tree_starts_from(tmp_path: Path) -> None:
    photos = images(tmp_path / "photos", "a.png")
    Dataset.open(photos).save_classes(Classes((ClassEntry("coin", 3, "#000000"),)))
    assert Dataset.open(photos, tmp_path / "labels").classes.names == ("coin",)


# --- renaming a class --------------------------------------------------------------------------------------


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    images(tmp_path, "a.png", "b.png", "c.png", "sub/d.png")
    dataset = Dataset.open(tmp_path)
    dataset.save_classes(Classes((ClassEntry("coin", 1, "#e6194b"), ClassEntry("cup", 2, "#3cb44b"))))
    dataset.save("a.png", coins("coin", "cup"))
    dataset.save("b.png", coins("cup"))
    dataset.save("sub/d.png", coins("coin"))
    return dataset


def classes_in(dataset: Dataset) -> list[list[str]]:
    loaded = [dataset.load(name) for name in names(dataset)]
    return [[i.class_name for i in annotation.instances] for annotation in loaded]


def test_a_class_is_renamed_in_every_sidecar_and_in_the_list(dataset: Dataset) -> None:
    dataset.rename_class("coin", " Münze ")
    again = Dataset.open(dataset.root)
    assert classes_in(again) == [["Münze", "cup"], ["cup"], [], ["Münze"]]
    assert again.classes == dataset.classes
    assert again.classes.entries[0] == ClassEntry("Münze", 1, "#e6194b")


def test_files_without_the_class_are_not_touched(dataset: Dataset) -> None:
    path = dataset.sidecar("b.png")
    os.utime(path, (0, 0))
    dataset.rename_class("coin", "Münze")
    assert path.stat().st_mtime == 0


def test_a_class_in_another_spelling_of_json_is_renamed_too(dataset: Dataset) -> None:
    path = dataset.sidecar("b.png")
    path.write_bytes(path.read_bytes().replace(b'"cup"', b'"c\\u0075p"'))
    dataset.rename_class("cup", "mug")
    assert classes_in(dataset) == [["coin", "mug"], ["mug"], [], ["coin"]]


def test_sidecars_of_images_that_are_away_are_renamed_too(dataset: Dataset) -> None:
    (dataset.root / "a.png").rename(dataset.root.parent / "away.png")
    Dataset.open(dataset.root).rename_class("coin", "Münze")
    assert sidecar.load(dataset.sidecar("a.png")).instances[0].class_name == "Münze"


def test_progress_is_told_up_to_the_end(dataset: Dataset) -> None:
    told: list[tuple[int, int]] = []
    dataset.rename_class("coin", "Münze", lambda done, total: told.append((done, total)))
    assert told == [(n, 6) for n in range(1, 7)]


@pytest.mark.parametrize(("old", "new"), [("coin", "cup"), ("mug", "glass"), ("coin", ""), ("coin", "a\nb")])
def test_a_rename_that_cannot_be_changes_nothing(dataset: Dataset, old: str, new: str) -> None:
    before = contents(dataset.root)
    with pytest.raises(LabelerError):
        dataset.rename_class(old, new)
    assert contents(dataset.root) == before


def test_a_broken_sidecar_with_the_class_stops_the_rename_before_it_starts(dataset: Dataset) -> None:
    path = dataset.sidecar("sub/d.png")
    path.write_bytes(path.read_bytes()[:-5])
    before = contents(dataset.root)
    with pytest.raises(LabelerError, match=r"d\.png\.labels\.json"):
        dataset.rename_class("coin", "Münze")
    assert contents(dataset.root) == before
    dataset.rename_class("cup", "mug")  # which it does not have
    assert sidecar.load(dataset.sidecar("b.png")).instances[0].class_name == "mug"


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_rename_cut_off_half_way_is_completed_by_doing_it_again(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    real_replace: Callable[[Path, Path], Path] = Path.replace
    done: list[Path] = []

    def replace_until_the_crash(self: Path, target: Path) -> Path:
        if len(done) == writes:
            raise OSError("power cut")
        done.append(target)
        return real_replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_until_the_crash)
    with pytest.raises(LabelerError, match="power cut"):
        dataset.rename_class("coin", "Münze")
    monkeypatch.undo()

    again = Dataset.open(dataset.root)
    assert again.classes.names == ("coin", "cup")
    again.rename_class("coin", "Münze")
    assert classes_in(again) == [["Münze", "cup"], ["cup"], [], ["Münze"]]
    assert again.classes.names == ("Münze", "cup")


def test_a_rename_keeps_everything_else(dataset: Dataset) -> None:
    annotation = replace(coins("coin", "cup"), ignore=(triangle(role=Role.IGNORE),), extra={"note": "x"})
    dataset.save("c.png", annotation)
    before = sidecar.serialise(annotation)
    dataset.rename_class("coin", "token")
    assert dataset.sidecar("c.png").read_bytes() == before.replace(b'"coin"', b'"token"')


# --- images to the trash -------------------------------------------------------------------------------


def _labelled_folder(tmp_path: Path) -> Dataset:
    folder = tmp_path / "photos"
    dataset = Dataset.open(images(folder, "a.png", "b.png"))
    dataset.save("a.png", replace(dataset.load("a.png"), instances=(instance_of(triangle(1, 1)),)))
    mask = dataset.model_mask("a.png")
    mask.parent.mkdir(parents=True)
    mask.write_bytes(b"mask")
    return dataset


def test_a_trashed_image_takes_its_sidecar_and_model_mask_along_and_comes_back(tmp_path: Path) -> None:
    dataset = _labelled_folder(tmp_path)
    drawn = dataset.load("a.png")
    trashed = dataset.trash_image("a.png")
    assert [entry.name for entry in dataset.images] == ["b.png"]
    assert [entry.name for entry in Dataset.open(dataset.root).images] == ["b.png"]
    assert not any(old.exists() for old, _new in trashed.files)
    assert dataset.orphans == ()
    dataset.restore_image(trashed)
    assert [entry.name for entry in dataset.images] == ["a.png", "b.png"]
    assert dataset.load("a.png") == drawn
    assert dataset.model_mask("a.png").read_bytes() == b"mask"


def test_with_labels_elsewhere_a_model_mask_lies_and_is_trashed_there(tmp_path: Path) -> None:
    labels = tmp_path / "labels"
    dataset = Dataset.open(images(tmp_path / "photos", "sub/a.jpg"), labels)
    mask = dataset.model_mask("sub/a.jpg")
    assert mask == labels / ".labeler" / "masks" / "sub" / "a.jpg.png"
    mask.parent.mkdir(parents=True)
    mask.write_bytes(b"mask")
    trashed = dataset.trash_image("sub/a.jpg")
    assert not mask.exists()
    assert (dataset.root / ".labeler" / "trash" / "sub" / "a.jpg").exists()
    assert (mask, labels / ".labeler" / "trash" / mask.relative_to(labels)) in trashed.files
    dataset.restore_image(trashed)
    assert mask.read_bytes() == b"mask"


def test_what_cannot_be_trashed_whole_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = _labelled_folder(tmp_path)
    move = shutil.move

    def fail_on_the_sidecar(old: Path, new: Path) -> Path:
        if str(old).endswith(".labels.json") and ".labeler" in str(new):
            raise OSError(28, "No space left on device")
        return move(old, new)

    monkeypatch.setattr(shutil, "move", fail_on_the_sidecar)
    with pytest.raises(LabelerError, match=r"a\.png\.labels\.json"):
        dataset.trash_image("a.png")
    assert [entry.name for entry in dataset.images] == ["a.png", "b.png"]
    assert len(dataset.load("a.png").instances) == 1


def test_an_image_does_not_come_back_over_another(tmp_path: Path) -> None:
    dataset = _labelled_folder(tmp_path)
    trashed = dataset.trash_image("a.png")
    (dataset.root / "a.png").write_bytes(b"another")
    with pytest.raises(LabelerError, match="another file has its place"):
        dataset.restore_image(trashed)
    assert (dataset.root / "a.png").read_bytes() == b"another"
