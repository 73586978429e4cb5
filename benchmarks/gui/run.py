"""How fast the editor is, beside labelme and a reference, in real windows with real events.

    python benchmarks/gui/run.py [--peer VENV] [--rounds 3] [--only scene,startup] [--match 1000x40]

Makes the scenes (once, under --work), runs every editor in turn in a fresh process with a fresh home, all on
one core, and prints tables in Markdown. VENV is an environment with labelme in it: `python3.12 -m venv VENV`
and `VENV/bin/pip install labelme`. Results are kept in WORK/results.jsonl, the latest run only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

import report  # noqa: E402
import scenes  # noqa: E402

_SCENES = [f"scene_{n}x{v}" for n, v in scenes.SCENES]
#: Scenario → what it runs on, under --work, and the editors it is for.
SCENARIOS = {
    "startup": (["photo"], ["bare", "labeler", "reference", "labelme"]),
    "scene": (_SCENES, ["labeler", "labelme", "reference"]),
    "autosave": (["scene_10000x40"], ["labeler"]),
    "memory": (["scene_10000x40"], ["labeler"]),
    "folder": ([f"small_{n}" for n in scenes.FOLDERS], ["labeler", "labelme", "reference"]),
    "neighbours": ([f"next_{w}x{h}_{k}" for w, h, k in scenes.NEXT], ["labeler", "labelme", "reference"]),
    "huge": (["huge_jpg", "huge_png"], ["labeler", "labelme", "reference"]),
}
_FILES = {"photo": "photo.jpg", "huge_jpg": "huge.jpg", "huge_png": "huge.png"}
_DEFAULT = "startup,scene,autosave,memory"
#: Starting is short and varies.
_MORE_ROUNDS = {"startup": 3}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peer", type=Path, metavar="VENV", help="environment with labelme")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=_DEFAULT, help=f"of {','.join(SCENARIOS)}; {_DEFAULT} if not said")
    parser.add_argument("--match", default="", help="only scenes whose name contains this")
    parser.add_argument("--editors", default="bare,labeler,labelme,reference")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--budget", type=float, default=5, help="seconds an operation may take")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "gui-benchmark")
    return parser.parse_args()


def runs(options: argparse.Namespace) -> Iterator[tuple[str, str, str, int]]:
    """Editor, scenario, scene and round, the editors in turn."""
    wanted = options.editors.split(",")
    for scenario in options.only.split(","):
        names, editors = SCENARIOS[scenario]
        for name in (n for n in names if options.match in n):
            for number in range(options.rounds * _MORE_ROUNDS.get(scenario, 1)):
                for editor in (e for e in editors if e in wanted and (e != "labelme" or options.peer)):
                    yield editor, scenario, name, number


def measure(options: argparse.Namespace, editor: str, scenario: str, path: Path) -> list[dict[str, object]]:
    """The lines of one run; a run that did not end well has a line with op END."""
    home = options.work / "home" / editor
    if scenario != "startup":  # starting is measured in a home that was used before
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    python = options.peer / "bin" / "python" if editor == "labelme" else sys.executable
    command = [str(python), str(HERE / "measure.py"), editor, scenario, str(path)]
    done = subprocess.run(
        command, env=_environment(home, options.budget), capture_output=True, text=True, errors="replace",
        timeout=1800, check=False,
    )  # fmt: skip
    lines = [json.loads(line[2:]) for line in done.stdout.splitlines() if line.startswith("@@")]
    failed = done.returncode or not lines or any(line["op"] == "FAILED" for line in lines)
    if failed:
        print(done.stderr[-3000:], file=sys.stderr)
        lines.append({"op": "END", "rc": done.returncode})
    return lines


def _environment(home: Path, budget: float) -> dict[str, str]:
    """As for a user who started the editor before: modules are compiled, settings are there."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "LABELER_", "PYTHON"))}
    return {
        "QT_QPA_PLATFORM": "offscreen",
        **kept,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(home.parents[1] / "compiled"),
        "BENCH_BUDGET": str(budget),
        "BENCH_T0": repr(time.monotonic()),
    }


def main() -> None:
    options = parse_arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {options.core})
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    results = options.work / "results.jsonl"
    results.write_text("")
    for editor, scenario, name, number in runs(options):
        path = scenes.make(options.work / "scenes", name)
        path = path / _FILES.get(name, "")
        start, load = time.monotonic(), os.getloadavg()[0]
        lines = measure(options, editor, scenario, path)
        about = {
            "load": round(load, 2),
            "editor": editor,
            "scenario": scenario,
            "name": name,
            "round": number,
        }
        with results.open("a") as file:
            file.writelines(json.dumps({**about, **line}) + "\n" for line in lines)
        took = time.monotonic() - start
        print(f"{editor} {scenario} {name} round {number}: {took:.0f} s, load {load:.1f}", file=sys.stderr)
    report.main([str(results)])


if __name__ == "__main__":
    main()
