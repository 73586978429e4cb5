"""What every command of the window must have."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.editor import icons
from labeler.editor.actions import ACTIONS, Action


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_a_command_says_what_it_does_and_its_icon_is_there(action: Action):
    assert action.tip
    assert action.tip != action.title
    assert not action.icon or (Path(icons.__file__).parent / f"{action.icon}.svg").is_file()
