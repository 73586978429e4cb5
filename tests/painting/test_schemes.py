"""Colour schemes: classes stay apart from each other and from excludes, for all eyes and on all pictures."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.dataset.classes import Classes, default_classes
from labeler.document.model import Instance
from labeler.editor.painting.schemes import SCHEMES, scheme_called
from labeler.editor.painting.style import InstanceColors, cycled
from labeler.editor.view_options import CONTRAST, INSTANCE, SAFE, VIVID, ViewOptions

#: How linear RGB looks to people without one kind of cone (Machado, Oliveira and Fernandes 2009).
EYES = {
    "all cones": np.eye(3),
    "no red": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "no green": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "no blue": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
#: Linear RGB to CIE XYZ.
TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])


def linear(color: str) -> NDArray[np.float64]:
    values = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def lab(color: str, eyes: str = "all cones") -> NDArray[np.float64]:
    xyz = TO_XYZ @ np.clip(np.array(EYES[eyes]) @ linear(color), 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def closest(colors: list[str], eyes: str = "all cones") -> float:
    """Smallest ΔE between two of these; from about 10 on two colours are told apart at a glance."""
    return min(float(np.linalg.norm(lab(a, eyes) - lab(b, eyes))) for a, b in combinations(colors, 2))


def classes(count: int) -> Classes:
    made = default_classes()
    for number in range(count - 1):
        made = made.add(f"class {number}")
    return made


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.id)
def test_twelve_classes_excludes_and_ignore_regions_are_told_apart(scheme):
    style = scheme.style(classes(12), ViewOptions())
    colors = [*style.class_colors.values(), style.exclude, style.ignore]
    assert closest(colors) > 15


@pytest.mark.parametrize("eyes", EYES)
def test_the_safe_scheme_is_told_apart_by_all_eyes(eyes):
    style = scheme_called(SAFE).style(classes(12), ViewOptions())
    assert closest([*style.class_colors.values(), style.exclude], eyes) > 15


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.id)
def test_more_classes_than_colours_still_differ(scheme):
    style = scheme.style(classes(20), ViewOptions())
    assert len(set(style.class_colors.values())) == 20


def test_high_contrast_lines_are_seven_times_as_bright_as_their_rim():
    """So a line shows by itself on a dark picture and by its rim on a bright one."""
    style = scheme_called(CONTRAST).style(classes(12), ViewOptions())
    on_white = (255 - style.halo[3]) / 255
    for color in (*style.class_colors.values(), style.exclude, style.ignore):
        assert (luminance(color) + 0.05) / (on_white**2.2 + 0.05) > 6.5


def test_the_vivid_scheme_leaves_the_classes_their_own_colours():
    own = classes(5).recolor("class 2", "#123456")
    style = scheme_called(VIVID).style(own, ViewOptions())
    assert style.class_colors == {entry.name: entry.color for entry in own.entries}


def test_a_class_keeps_its_colour_when_the_list_changes():
    """Colours go by the index, which is for ever."""
    before = scheme_called(SAFE).class_colors(classes(4))
    after = scheme_called(SAFE).class_colors(classes(9).rename("class 1", "other"))
    assert before.items() - {("class 1", before["class 1"])} <= after.items()
    assert after["other"] == before["class 1"]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.id)
def test_instances_of_one_class_differ_when_coloured_by_instance(scheme):
    options = ViewOptions(color_by=INSTANCE)
    style = scheme.style(classes(1), options)
    colors = [style.color_of(Instance(f"i{number}", "object", ())) for number in range(12)]
    assert closest(colors) > 15
    assert style.exclude not in colors


def test_an_instance_keeps_its_colour_when_others_go():
    colors = InstanceColors(("#ff0000", "#00ff00", "#0000ff"))
    colors.learn(Instance(id, "a", ()) for id in ("a", "b", "c"))
    assert [colors.of("c"), colors.of("a"), colors.of("d")] == ["#0000ff", "#ff0000", "#990000"]


def test_colours_run_darker_then_lighter_where_the_palette_ends():
    assert [cycled(("#804020",), n) for n in range(4)] == ["#804020", "#4d2613", "#c0a090", "#804020"]
