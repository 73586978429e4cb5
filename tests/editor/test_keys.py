"""Which key does what, without a window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.editor.keys import Command, Conflict, Keymap, Scope, mnemonics, normalized
from labeler.editor.presets import DEFAULT, PRESETS, XSEG

COMMANDS = (
    Command("image.previous", ("A",)),
    Command("image.next", ("D",)),
    Command("edit.all", ("Ctrl+A",)),
    Command("edit.duplicate", ("Ctrl+D",)),
    Command("edit.delete", ("Delete",), Scope.CANVAS),
    Command("image.previous_labelled", ("Alt+A",)),
    Command("hold.hide", ("H",), Scope.HELD),
)


@pytest.fixture
def keymap() -> Keymap:
    return Keymap.of(COMMANDS)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("shift+ctrl+z", "Ctrl+Shift+Z"),
        ("Delete", "Del"),
        ("ctrl+escape", "Ctrl+Esc"),
        ("+", "+"),
        ("Ctrl++", "Ctrl++"),
        (" Ctrl + a ", "Ctrl+A"),
        ("Page Up", "PgUp"),
        ("`", "`"),
        ("", ""),
        ("Hyper+A", "Hyper+A"),
    ],
)
def test_a_key_is_written_in_one_way(written, key):
    assert normalized(written) == key


@given(st.text(max_size=12))
def test_any_text_may_stand_where_a_key_should(text):
    assert normalized(normalized(text)) == normalized(text)


def test_own_keys_come_in_place_of_the_presets(keymap):
    keymap = keymap.with_keys("image.next", ["right", "Shift+Right", "Right"])
    assert keymap.keys("image.next") == ("Right", "Shift+Right")
    assert keymap.preset_keys("image.next") == ("D",)
    assert keymap.own == {"image.next": ("Right", "Shift+Right")}
    assert keymap.reset("image.next").keys("image.next") == ("D",)


def test_a_command_may_have_no_key(keymap):
    keymap = keymap.removing("image.next", "D")
    assert keymap.keys("image.next") == ()
    assert keymap.is_own("image.next")


def test_keys_as_the_preset_has_them_are_not_own(keymap):
    assert keymap.with_keys("image.next", ["Right"]).with_keys("image.next", ["d"]).own == {}


def test_another_preset_keeps_what_the_user_chose(keymap):
    keymap = keymap.with_keys("image.next", ["Right"]).with_keys("edit.all", ["Ctrl+Shift+A"])
    there = keymap.with_preset(XSEG)
    assert there.keys("image.previous_labelled") == ("Ctrl+A", "Alt+A")
    assert there.own == {"image.next": ("Right",)}  # the other is the preset's own now
    assert there.with_preset(DEFAULT).keys("edit.all") == ("Ctrl+A",)


def test_a_preset_or_command_of_another_version_does_no_harm():
    keymap = Keymap.of(COMMANDS, "emacs", {"image.teleport": ["T"], "image.next": [".", ""]})
    assert keymap.preset is DEFAULT
    assert keymap.keys("image.next") == (".",)
    assert not keymap.conflicts
    assert keymap.with_preset(XSEG).reset("image.next").own == {"image.teleport": ("T",)}


def test_the_same_key_twice_is_a_conflict_and_the_users_choice_goes_first(keymap):
    keymap = keymap.with_keys("edit.duplicate", ["ctrl+a"])
    assert keymap.conflicts == (Conflict("Ctrl+A", ("edit.duplicate", "edit.all")),)
    assert keymap.conflicts_of("edit.all") == keymap.conflicts_of("edit.duplicate") == keymap.conflicts
    assert not keymap.conflicts_of("image.next")


def test_a_held_key_conflicts_with_a_command(keymap):
    keymap = keymap.adding("image.next", "H")
    assert keymap.conflicts == (Conflict("H", ("image.next", "hold.hide")),)


def test_a_command_of_the_window_would_take_a_key_from_the_lists_and_one_of_the_canvas_not(keymap):
    assert not keymap.conflicts_of("edit.delete")
    assert keymap.adding("image.next", "Enter").conflicts == (Conflict("Enter", ("image.next",), True),)


def test_taking_a_key_resolves_the_conflict(keymap):
    keymap = keymap.adding("edit.duplicate", "Ctrl+A").adding("image.next", "Ctrl+A")
    resolved = keymap.taking("edit.duplicate", "Ctrl+A")
    assert not resolved.conflicts
    assert resolved.keys("edit.duplicate") == ("Ctrl+D", "Ctrl+A")
    assert resolved.keys("edit.all") == ()
    assert resolved.keys("image.next") == ("D",)


def test_reset_all_brings_the_preset_back(keymap):
    changed = keymap.with_preset(XSEG).with_keys("image.next", []).adding("edit.all", "F")
    assert changed.reset_all() == keymap.with_preset(XSEG)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([c.id for c in COMMANDS]),
            st.lists(st.sampled_from(["A", "D", "Ctrl+A", "Space", "H", "Delete"]), max_size=3),
        ),
        max_size=6,
    ),
    st.sampled_from(PRESETS),
)
def test_what_is_kept_gives_the_same_keys_again(changes, preset):
    keymap = Keymap.of(COMMANDS).with_preset(preset)
    for id, keys in changes:
        keymap = keymap.with_keys(id, keys)
    again = Keymap.of(COMMANDS, preset.id, {id: list(keys) for id, keys in keymap.own.items()})
    assert again == keymap
    for id, conflict in ((id, c) for c in again.conflicts for id in c.ids):
        assert conflict.key in again.keys(id)
        assert not [
            c for c in again.taking(id, conflict.key).conflicts if c.key == conflict.key and c.ids != (id,)
        ]


def test_menus_leave_their_letters_to_commands():
    assert mnemonics(["&File", "&Draw", "&Image", "Plain"], ["Alt+D", "Alt+A", "Alt+Shift+I"]) == [
        "&File", "D&raw", "&Image", "Plain",
    ]  # fmt: skip
    assert mnemonics(["&File", "&Fit"], []) == ["&File", "F&it"]
    assert mnemonics(["&A"], ["Alt+A"]) == ["A"]


def test_the_page_about_xseg_names_the_keys_of_its_preset_and_every_row():
    page = Path(__file__).parents[2].joinpath("docs", "xseg.md").read_text(encoding="utf-8")
    moved, rows = page.split("## Row by row")
    ranges = {f"class.{number}" for number in (2, 7, 8)}  # "Ctrl+1 to Ctrl+3"
    for key in (keys[0] for id, keys in XSEG.keys.items() if id not in ranges):
        assert re.search(rf"(?<![\w+]){re.escape(key)}(?![\w+])", moved), key
    assert [int(number) for number in re.findall(r"(?m)^\| (\d+) \|", rows)] == list(range(1, 74))
