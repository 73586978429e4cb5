"""The tables, in Markdown, of the lines that run.py kept.

    python benchmarks/gui/report.py build/gui-benchmark/results.jsonl [--cpu]

Medians over the rounds of each round's median and 99th percentile. A figure that misses its goal is bold.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SCENES = ("scene_100x40", "scene_1000x40", "scene_10000x40", "scene_1000x1000")
_FAST, _PAN, _UNDO = (2, 4, 8, 8), (4, 6, 12, 12), (5, 10, 30, 30)
#: Operation → what it is called and its goals in SCENES, ms.
OPERATIONS: dict[str, tuple[str, tuple[int, ...] | None]] = {
    "repaint": ("repaint", _FAST),
    "hover": ("hover", _FAST),
    "drag_vertex": ("drag a vertex", _FAST),
    "draw_point": ("draw: a point", _FAST),
    "draw_move": ("draw: a move", _FAST),
    "pan": ("pan by 10 px", _PAN),
    "zoom_first_frame": ("zoom step, first frame", (8, 8, 16, 16)),
    "zoom_sharp": ("zoom step, sharp", (50, 100, 400, 400)),
    "undo": ("undo one drag", _UNDO),
    "drag_over_mask": ("drag a vertex, mask shown", None),
}
_OPEN_GOALS_S = (0.05, 0.15, 1.0, 1.0)
#: A frame may be later by this while labels are saved, ms.
_SAVE_GOAL_MS = 8
_LABELS_GOAL_MB, _STEP_GOAL_KB = 100, 200
_P99_TIMES = 3

Line = dict[str, Any]
Key = tuple[str, str, str]


class Results:
    def __init__(self, path: Path, times: str) -> None:
        self.times = times
        self.lines: dict[Key, list[Line]] = defaultdict(list)
        self.problems: list[Line] = []
        for text in path.read_text().splitlines():
            line = json.loads(text)
            self.lines[line["editor"], line["name"], line["op"]].append(line)
            if line["op"] in ("END", "FAILED") or line.get("moved") is False or line.get("changed") is False:
                self.problems.append(line)

    def has(self, editor: str, name: str) -> bool:
        return any(key[:2] == (editor, name) for key in self.lines)

    def median(self, editor: str, name: str, op: str, pick: Callable[[Line], float]) -> float | None:
        found = [pick(line) for line in self.lines.get((editor, name, op), ())]
        return statistics.median(found) if found else None

    def frame(self, editor: str, name: str, op: str, kind: str = "median") -> float | None:
        return self.median(editor, name, op, lambda line: line.get(self.times, line["ms"])[kind])


def number(value: float | None, goal: float | None = None) -> str:
    if value is None:
        return "–"
    text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"**{text}**" if goal is not None and value > goal else text


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|" + "|".join(" --- " if column == 0 else " ---: " for column in range(len(head))) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def ratio(theirs: float | None, ours: float | None) -> str:
    return f"{theirs / ours:,.0f}×" if theirs and ours else "–"


def scene_table(results: Results, name: str) -> None:
    place = SCENES.index(name)
    rows = []
    for op, (title, goals) in OPERATIONS.items():
        goal = goals[place] if goals else None
        ours, theirs = results.frame("labeler", name, op), results.frame("labelme", name, op)
        rows.append(
            [
                title,
                str(goal or "–"),
                number(ours, goal),
                number(results.frame("labeler", name, op, "p99"), goal and _P99_TIMES * goal),
                number(theirs),
                ratio(theirs, ours),
                number(results.frame("reference", name, op)),
            ]
        )
    for title, op, pick in (
        ("press on the vertex", "drag_ends", "press_ms"),
        ("release (commit)", "drag_ends", "release_ms"),
    ):
        found = [results.median(e, name, op, lambda line, p=pick: line[p]) for e in _COMPARED]
        rows.append(
            [title, "–", number(found[0]), "–", number(found[1]), ratio(found[1], found[0]), number(found[2])]
        )
    rows.append(open_row(results, name, _OPEN_GOALS_S[place]))
    print(f"### {name.removeprefix('scene_').replace('x', ' × ')}, ms\n")
    table(["operation", "goal", "labeler", "p99", "labelme", "faster", "reference"], rows)


_COMPARED = ("labeler", "labelme", "reference")


def more_s(line: Line) -> float:
    """Of the fastest of each: the first time much is loaded, and whatever else happens only adds."""
    return min(line["with_s"]) - min(line["without_s"])


def open_row(results: Results, name: str, goal: float) -> list[str]:
    more = [results.median(editor, name, "open", more_s) for editor in _COMPARED]
    return [
        "open with labels, more than without, s",
        str(goal),
        number(more[0], goal),
        "–",
        number(more[1]),
        ratio(more[1], more[0]),
        number(more[2]),
    ]


def startup_table(results: Results) -> None:
    bare = results.median("bare", "photo", "startup", lambda line: line["picture_s"])
    rows = []
    for editor in ("bare", "labeler", "reference", "labelme"):
        window = results.median(editor, "photo", "startup", lambda line: line["window_s"])
        picture = results.median(editor, "photo", "startup", lambda line: line["picture_s"])
        if window is None:
            continue
        share = f"{window / bare:.1f}×" if bare else "–"
        rows.append([editor, number(window, 2 * bare if bare else None), share, number(picture)])
    print("### start, s (goal: the first paint within 2× the bare window)\n")
    table(["editor", "window painted", "of bare", "1920×1080 picture painted"], rows)


def autosave_table(results: Results) -> None:
    name, rows = "scene_10000x40", []
    idle = results.median("labeler", name, "no_save", lambda line: line["ms"]["median"])
    goal = None if idle is None else idle + _SAVE_GOAL_MS
    for op, title in (
        ("no_save", "nothing is saved"),
        ("first_autosave", "the first autosave"),
        ("later_autosaves", "later autosaves"),
    ):
        found = [results.frame("labeler", name, op, kind) for kind in ("median", "p99", "max")]
        if found[0] is not None:
            rows.append([title, *(number(value, goal) for value in found)])
    print(f"### frames while 10,000 polygons are saved, ms (goal: at most {_SAVE_GOAL_MS} ms later)\n")
    table(["while", "median", "p99", "longest"], rows)


def memory_table(results: Results) -> None:
    name = "scene_10000x40"
    labels = results.median("labeler", name, "labels", lambda line: line["mb"])
    step = results.median("labeler", name, "undo_step", lambda line: line["kb"])
    print("### memory at 10,000 × 40\n")
    rows = [
        ["labels, MB (tracemalloc)", str(_LABELS_GOAL_MB), number(labels, _LABELS_GOAL_MB)],
        ["an undo step, kB (tracemalloc)", str(_STEP_GOAL_KB), number(step, _STEP_GOAL_KB)],
    ]
    table(["what", "goal", "labeler"], rows)


def other_tables(results: Results) -> None:
    """The scenarios without a goal here, one row per editor and scene."""
    for title, ops in (
        ("folders", ("open_folder", "next_in_folder", "hover_in_folder")),
        ("next image", ("next_dwelled", "next_at_once")),
        ("20000 × 20000", ("open_huge", "huge_repaint", "huge_zoom", "huge_pan")),
    ):
        found = dict.fromkeys((name, editor) for editor, name, op in results.lines if op in ops)
        rows = [[name, editor, *(_any(results, editor, name, op) for op in ops)] for name, editor in found]
        if rows:
            print(f"### {title}, ms (to open: s)\n")
            table(["on", "editor", *ops], rows)


def _any(results: Results, editor: str, name: str, op: str) -> str:
    if op.startswith("open"):
        return number(results.median(editor, name, op, lambda line: line["s"] or float("nan")))
    return number(results.median(editor, name, op, lambda line: line["ms"]["median"]))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--cpu", action="store_true", help="the GUI thread's own time, not the clock's")
    options = parser.parse_args(arguments)
    results = Results(options.file, "cpu_ms" if options.cpu else "ms")
    for name in SCENES:
        if results.has("labeler", name) and results.frame("labeler", name, "repaint") is not None:
            scene_table(results, name)
    if results.has("bare", "photo"):
        startup_table(results)
    if results.frame("labeler", "scene_10000x40", "no_save") is not None:
        autosave_table(results)
    if ("labeler", "scene_10000x40", "labels") in results.lines:
        memory_table(results)
    other_tables(results)
    for problem in results.problems:
        print("-", json.dumps(problem))


if __name__ == "__main__":
    main()
