from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from labeler.formats.names import image_numbers, output_stems, safe_names
from tests.strategies import texts

image_names = st.lists(
    st.tuples(
        st.sampled_from(["", "sub/", "Sub/"]),
        st.sampled_from(["photo", "PHOTO", "a.b", "photo.jpg", "photo.JPG~2", "ä", "a\u0308"]),
        st.sampled_from([".jpg", ".JPG", ".png", ".tif"]),
    ).map("".join),
    unique=True,
    max_size=12,
)


def as_on_a_mac(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def test_a_mask_is_called_as_its_image():
    assert list(output_stems(["photo.jpg", "sub/photo.png"])) == ["photo", "sub/photo"]


def test_two_images_with_one_stem_keep_their_suffixes():
    assert list(output_stems(["Photo.jpg", "photo.png", "other.png"])) == ["Photo.jpg", "photo.png", "other"]


def test_a_suffix_kept_may_push_the_next_one():
    """photo.jpg and photo.png keep their suffixes, so photo.jpg.tif can no longer be called photo.jpg."""
    stems = list(output_stems(["photo.jpg", "photo.png", "photo.jpg.tif"]))
    assert stems == ["photo.jpg", "photo.png", "photo.jpg.tif"]


def test_the_same_stem_in_two_folders_is_no_clash():
    assert list(output_stems(["a/photo.jpg", "b/photo.png"])) == ["a/photo", "b/photo"]


@given(image_names)
def test_no_two_masks_share_a_name_even_where_capitals_do_not_count(names):
    stems = list(output_stems(names))
    assert len({as_on_a_mac(stem) for stem in stems}) == len(names)
    assert all(stem.rpartition("/")[0] == name.rpartition("/")[0] for name, stem in zip(names, stems))


@given(image_names)
def test_an_image_keeps_its_number_when_others_come_and_go(names):
    numbers = image_numbers(names)
    assert len({*numbers}) == len(names)
    assert all(0 < number < 2**31 for number in numbers)
    assert image_numbers(names[::-1]) == numbers[::-1]
    assert image_numbers(names[:1]) == numbers[:1]


def test_names_that_meet_in_one_number_get_different_ones(monkeypatch):
    monkeypatch.setattr("labeler.formats.names._NUMBER_BITS", 3)
    assert sorted(image_numbers([f"{n}.jpg" for n in range(7)])) == [1, 2, 3, 4, 5, 6, 7]


def test_class_names_stay_readable_and_lose_what_paths_are_made_of():
    assert safe_names(["red coin", "Käse/Brot", "..", "a\\b:c", "ok_1-2"]) == [
        "red coin",
        "Käse%2FBrot",
        "%2E%2E",
        "a%5Cb%3Ac",
        "ok_1-2",
    ]


def test_names_that_differ_in_capitals_only_get_numbers():
    assert safe_names(["Car", "car", "CAR"]) == ["Car", "car~2", "CAR~3"]


def test_a_name_too_long_for_a_file_system_is_cut_but_stays_its_own():
    one, other = safe_names(["x" * 300 + "1", "x" * 300 + "2"])
    assert one != other
    assert len(one) < 130


@given(st.lists(texts, unique=True, max_size=8))
def test_different_names_stay_different_and_harmless(names):
    safe = safe_names(names)
    assert len({as_on_a_mac(name) for name in safe}) == len(names)
    assert not any(set(name) & set('/\\:*?"<>|.\0\n') for name in safe)
