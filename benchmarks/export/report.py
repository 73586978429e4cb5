"""The tables, in Markdown, of the lines that run.py kept.

    python benchmarks/export/report.py build/export-benchmark/results.jsonl

An image costs what a run over all of them took, less the run over one, divided by one less than their number:
start-up is apart. How many times as fast we are is worked out round by round; the median is shown. A figure
that misses its goal is bold.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jobs import COCO, COUNTS, MASKS, Job

Line = dict[str, Any]

#: Job → scene → how many times as fast we want to be. What is said of pycocotools can be read in two ways:
#: 1.2 times as fast as what ends with a file like ours, or at most 1.2 times the time of the loop alone.
GOALS: dict[str, dict[str, float]] = {
    "plain": {"1080p": 3.5, "12mp": 4},
    "xanylabeling-masks": {"1080p": 3, "12mp": 3},
    "labelme-voc": {"1080p": 50, "12mp": 50},
    "pycocotools-written": {"1080p": 1.2},
    "pycocotools": {"1080p": 1 / 1.2},
    "labelme-coco": {"1080p": 60},
}
_TWO_CORES_GOAL = 1.8
_MEMORY_GOAL_MB = 150


class Results:
    def __init__(self, path: Path) -> None:
        self.lines: list[Line] = [json.loads(text) for text in path.read_text().splitlines()]
        self.problems = [line for line in self.lines if "failed" in line]
        self._timed: dict[tuple[str, str, int], dict[int, dict[int, Line]]] = defaultdict(dict)
        for line in self.lines:
            if "wall" in line:
                key = line["job"], line["scene"], line.get("workers", 1)
                self._timed[key].setdefault(line["round"], {})[line["images"]] = line

    def of(self, **wanted: object) -> list[Line]:
        return [line for line in self.lines if all(line.get(k) == v for k, v in wanted.items())]

    def an_image(self, job: str, scene: str, times: str, workers: int = 1) -> dict[int, float]:
        """Round → milliseconds an image; ``times`` is cpu or wall."""
        found = {}
        for number, by_count in self._timed.get((job, scene, workers), {}).items():
            if len(by_count) > 1:
                few, many = min(by_count), max(by_count)
                spent = seconds(by_count[many], times) - seconds(by_count[few], times)
                found[number] = 1000 * spent / (many - few)
        return found

    def start(self, job: str, scene: str) -> float | None:
        """Seconds of CPU over one image."""
        rounds = self._timed.get((job, scene, 1), {})
        found = [seconds(by_count[1], "cpu") for by_count in rounds.values() if 1 in by_count]
        return statistics.median(found) if found else None

    def images(self, job: str, scene: str) -> int:
        rounds = self._timed.get((job, scene, 1), {})
        return max((count for by_count in rounds.values() for count in by_count), default=0)


def seconds(line: Line, times: str) -> float:
    return float(line["wall"] if times == "wall" else line["user"] + line["system"])


def median(values: dict[int, float]) -> float | None:
    return statistics.median(values.values()) if values else None


def ratios(theirs: dict[int, float], ours: dict[int, float]) -> dict[int, float]:
    return {number: theirs[number] / ours[number] for number in theirs.keys() & ours.keys()}


# --- tables ------------------------------------------------------------------------------------------------


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(header) + " |")
    print("| --- " * len(header) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def number(value: float | None, missed: bool = False) -> str:
    if value is None:
        return "–"
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return f"**{text}**" if missed else text


def peers_table(results: Results, jobs: Sequence[Job], scene: str, wrong: Callable[[Line], str]) -> None:
    ours = {times: results.an_image(jobs[0].id, scene, times) for times in ("cpu", "wall")}
    rows = []
    for job in jobs:
        cpu = results.an_image(job.id, scene, "cpu")
        if not cpu:
            continue
        wall = results.an_image(job.id, scene, "wall")
        faster, goal = median(ratios(cpu, ours["cpu"])), GOALS.get(job.id, {}).get(scene)
        missed = goal is not None and faster is not None and faster < goal
        looked = [wrong(line) for line in results.of(job=job.id, scene=scene) if "wall" not in line]
        rows.append([
            job.title, str(results.images(job.id, scene)), number(median(cpu)), number(median(wall)),
            number(faster, missed) if job is not jobs[0] else "", number(median(ratios(wall, ours["wall"])))
            if job is not jobs[0] else "", number(goal) if goal else "", looked[0] if looked else "",
            number(results.start(job.id, scene)),
        ])  # fmt: skip
    if rows:
        header = ["", "images", "CPU ms an image", "wall ms", "ours is so many times as fast", "by wall"]
        table([*header, "goal", "wrong", "start-up, CPU s"], rows)


def cores_table(results: Results) -> None:
    rows = []
    for scene in COUNTS:
        for job in ("workers-masks", "workers-coco"):
            one, two = (results.an_image(job, scene, "wall", workers) for workers in (1, 2))
            faster = median(ratios(one, two))
            if faster is None:
                continue
            by_count = defaultdict(set)
            for line in results.of(job=job, scene=scene):
                by_count[line["images"]].add(line.get("digest"))
            same = all(len(digests) == 1 for digests in by_count.values())
            whole = [_whole(results, job, scene, workers) for workers in (1, 2)]
            rows.append([
                f"{job.removeprefix('workers-')}, {scene}", number(median(one)), number(median(two)),
                number(faster, faster < _TWO_CORES_GOAL), str(_TWO_CORES_GOAL),
                number(whole[0] / whole[1]), "yes" if same else "**no**",
            ])  # fmt: skip
    if rows:
        print("### two cores, wall\n")
        header = ["", "one worker, ms an image", "two workers", "times as fast", "goal", "with start-up"]
        table([*header, "same bytes"], rows)


def _whole(results: Results, job: str, scene: str, workers: int) -> float:
    lines = [line for line in results.of(job=job, scene=scene, workers=workers) if "wall" in line]
    most = max(line["images"] for line in lines)
    return statistics.median(line["wall"] for line in lines if line["images"] == most)


def memory_table(results: Results) -> None:
    lines = [line for line in results.lines if line["job"].startswith("memory-") and "wall" in line]
    rows = [
        [f"{line['job'].removeprefix('memory-')}, {line['workers']} worker(s)", str(line["images"]),
         number(line["peak_mb"], line["peak_mb"] > _MEMORY_GOAL_MB), str(_MEMORY_GOAL_MB),
         str(line["processes"]), number(line["wall"])]
        for line in sorted(lines, key=lambda line: (line["job"], line["workers"], line["images"]))
    ]  # fmt: skip
    if rows:
        print("### memory, resident, of the largest process\n")
        table(["", "images", "peak MB", "goal", "processes", "wall s"], rows)


def _wrong_pixels(line: Line) -> str:
    return f"{line['wrong_pixels']:.0f} pixels an image" if "wrong_pixels" in line else ""


def _wrong_area(line: Line) -> str:
    return f"area {line['wrong_area']:+.1%}" if line.get("wrong_area") is not None else ""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    results = Results(parser.parse_args(arguments).file)
    for title, jobs, wrong in (("binary masks", MASKS, _wrong_pixels), ("COCO", COCO, _wrong_area)):
        for scene in COUNTS:
            if results.an_image(jobs[0].id, scene, "cpu"):
                print(f"### {title}, {scene}, one core, start-up apart\n")
                peers_table(results, jobs, scene, wrong)
    cores_table(results)
    memory_table(results)
    loads = [line["load"] for line in results.lines]
    if loads:
        print(f"Load average: {min(loads):.2f} to {max(loads):.2f}, median {statistics.median(loads):.2f}.")
    for problem in results.problems:
        print("-", json.dumps(problem))


if __name__ == "__main__":
    main()
