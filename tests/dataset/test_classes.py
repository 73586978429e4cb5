import json
from pathlib import Path
from typing import Any

import pytest

from labeler.dataset.classes import (
    PALETTE,
    ClassEntry,
    Classes,
    default_classes,
    load,
    parse,
    save,
    serialise,
)
from labeler.dataset.reading import NewerVersion
from labeler.errors import LabelerError
from tests.dataset.samples import DATASET, changed

PATH = Path("labeler.json")
COIN, CUP = ClassEntry("coin", 1, "#e6194b"), ClassEntry("cup", 7, "#3cb44b")


def test_a_folder_without_the_file_has_one_class() -> None:
    (only,) = default_classes().entries
    assert (only.name, only.index) == ("object", 1)


def test_the_file_says_which_classes_there_are() -> None:
    coin, cup = parse(DATASET, PATH).entries
    assert coin == ClassEntry("coin", 1, "#e6194b")
    assert cup == ClassEntry("cup", 7, "#3CB44B", {"supercategory": "kitchen"})


def test_a_file_in_our_layout_comes_out_as_it_went_in() -> None:
    assert serialise(parse(DATASET, PATH)) == DATASET


def test_classes_are_saved_and_loaded(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    classes = default_classes().add("Münze")
    save(tmp_path, classes)
    assert load(tmp_path) == classes


# --- changes -----------------------------------------------------------------------------------------------


def test_a_new_class_comes_last_with_the_next_index_and_a_colour_of_its_own() -> None:
    classes = Classes((COIN, CUP)).add(" saucer ")
    new = classes.entries[-1]
    assert (new.name, new.index) == ("saucer", 8)
    assert new.color in PALETTE
    assert new.color not in (COIN.color, CUP.color)


def test_twenty_classes_have_twenty_colours_and_then_they_start_again() -> None:
    classes = default_classes()
    for number in range(40):
        classes = classes.add(f"class {number}")
    colors = [entry.color for entry in classes.entries]
    assert len(set(colors[:20])) == 20
    assert set(colors) == set(PALETTE)


def test_indices_are_never_given_twice_even_when_one_below_is_free() -> None:
    with pytest.raises(LabelerError, match=r'"cup" cannot be added: the last index, 254'):
        Classes((ClassEntry("coin", 254, "#000000"),)).add("cup")


def test_another_name_keeps_index_colour_place_and_unknown_keys() -> None:
    classes = parse(DATASET, PATH).rename("cup", "mug")
    assert classes.entries[1] == ClassEntry("mug", 7, "#3CB44B", {"supercategory": "kitchen"})
    assert classes.extra == {"owner": {"name": "lab"}}


def test_a_name_may_stay_what_it_is() -> None:
    assert Classes((COIN,)).rename("coin", "coin ") == Classes((COIN,))


def test_another_colour() -> None:
    assert Classes((COIN, CUP)).recolor("cup", "#ABCDEF").entries[1].color == "#abcdef"


def test_looking_a_class_up() -> None:
    classes = Classes((COIN, CUP))
    assert classes.by_name("cup") == CUP
    assert classes.by_name("Cup") is None
    assert classes.index_of("cup") == 7
    assert classes.names == ("coin", "cup")
    with pytest.raises(LabelerError, match=r'no class "mug"'):
        classes.index_of("mug")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\udcff", "x" * 201, "cup"])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    classes = Classes((COIN, CUP))
    with pytest.raises(LabelerError):
        classes.add(name)
    with pytest.raises(LabelerError):
        classes.rename("coin", name)


@pytest.mark.parametrize("color", ["", "red", "#fff", "#12345g", "#1234567", "e6194b"])
def test_a_colour_that_is_no_colour_is_refused(color: str) -> None:
    with pytest.raises(LabelerError, match="must be a colour like #e6194b"):
        Classes((COIN,)).recolor("coin", color)
    with pytest.raises(LabelerError, match="must be a colour like #e6194b"):
        Classes((COIN,)).add("cup", color)


# --- malformed files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("format", "labeler.annotation", "format must be 'labeler.dataset'"),
        ("classes", [], "classes needs at least one class"),
        ("classes", "coin", "classes must be a list"),
        ("classes.1", "coin", "classes[1] must be an object"),
        ("classes.1.name", 1, "classes[1].name must be a text"),
        ("classes.1.name", "coin", 'classes[1].name "coin" is taken already'),
        ("classes.1.index", 1, 'classes[1].index "1" is taken already'),
        ("classes.1.index", 0, "classes[1].index must be at least 1"),
        ("classes.1.index", 255, "classes[1].index must be at most 254"),
        ("classes.1.index", True, "classes[1].index must be a whole number"),
        ("classes.1.index", ..., "classes[1].index is missing"),
        ("classes.1.color", "red", "classes[1].color must be a colour like #e6194b"),
        ("classes.1.note", float("nan"), "classes[1].note must be a finite number"),
        ("note", float("nan"), "note must be a finite number"),
    ],
)
def test_a_malformed_file_is_one_sentence(place: str, value: Any, problem: str) -> None:
    with pytest.raises(LabelerError) as caught:
        parse(changed(DATASET, place, value), PATH)
    assert str(caught.value) == f"labeler.json: {problem}; repair the file or move it away."


def test_a_newer_version_says_so() -> None:
    with pytest.raises(NewerVersion, match=r"labeler\.json was written by a newer labeler"):
        parse(json.dumps({"format": "labeler.dataset", "version": 2}).encode(), PATH)
