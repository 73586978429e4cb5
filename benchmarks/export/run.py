"""How fast and in how much memory labels are exported, beside other programs: whole processes, in turn.

    python benchmarks/export/run.py [--labelme VENV --labelme-scripts DIR] [--xanylabeling VENV]
                                    [--images 2000,200] [--rounds 3] [--memory 100000]

Makes the scenes (once, under --work), runs every command over one image and over all of them, on one core,
and prints tables in Markdown. Without --memory that part is left out. A program that is not there is left out
and said. Results are kept in WORK/results.jsonl, the latest run only.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import report
from jobs import COCO, COUNTS, MASKS, Job, Tools, export
from timing import Failed, Spent, spend

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
_PARTS = ("masks", "coco", "cores", "memory")
_FORMATS = ("masks", "coco")
#: So few images are enough to count wrong pixels.
_LOOKED_AT = 5
#: And so few to see what starting takes: one would leave the second worker asleep.
_FEW = 20


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--labelme", type=Path, metavar="VENV", help="environment for labelme's scripts")
    parser.add_argument("--labelme-scripts", type=Path, metavar="DIR", help="the examples folder of labelme")
    parser.add_argument("--xanylabeling", type=Path, metavar="VENV", help="environment with X-AnyLabeling")
    parser.add_argument("--images", default="2000,200", help="how many of 1080p and of 12 megapixels")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, default=0, metavar="N", help="images to show the memory on")
    parser.add_argument("--only", default=",".join(_PARTS), help=f"of {','.join(_PARTS)}")
    parser.add_argument("--match", default="", help="only commands whose id contains this; ours always run")
    parser.add_argument("--cores", default="0,1", help="the first is the one core")
    parser.add_argument("--labeler", type=Path, default=ROOT, help="another checkout of labeler")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "export-benchmark")
    return parser.parse_args()


class Benchmark:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.work: Path = options.work.resolve()
        self.cores = [int(core) for core in options.cores.split(",")]
        self.counts = dict(zip(COUNTS, map(int, options.images.split(",")), strict=True))
        self.failed: set[str] = set()
        self.results = self.work / "results.jsonl"
        self.out = self.work / "out"
        home = self.work / "home"
        home.mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "LABELER_", "PYTHON"))}
        mine = {"HOME": str(home), "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
        self.environment = {**kept, **mine, "PYTHONPATH": str(options.labeler.resolve())}
        self.tools = self._tools()
        self.results.write_text("")

    def _tools(self) -> Tools:
        options = self.options
        found = Tools(
            options.labeler.resolve(),
            options.labelme and options.labelme.absolute(),  # not resolved: a venv's python is a link
            options.labelme_scripts and options.labelme_scripts.resolve(),
            options.xanylabeling and options.xanylabeling.absolute(),
            importlib.util.find_spec("pycocotools") is not None,
            "--workers" in self._help(),
        )
        for name in ("labelme", "xanylabeling", "pycocotools"):
            if not self._has(found, name):
                say(f"{name} is not there: left out")
        if not found.knows_workers:
            say("labeler export knows no --workers: two cores are left out")
        return found

    def _help(self) -> str:
        command = [sys.executable, "-m", "labeler", "export", "--help"]
        asked = {"env": self.environment, "cwd": self.work, "capture_output": True, "text": True}
        return str(subprocess.run(command, check=True, **asked).stdout)

    @staticmethod
    def _has(tools: Tools, need: str | None) -> bool:
        if need == "labelme":
            return tools.labelme is not None and tools.labelme_scripts is not None
        return need is None or bool(getattr(tools, need))

    # --- parts ---------------------------------------------------------------------------------------------

    def compare(self, part: str, jobs: Iterable[Job]) -> None:
        """Ours and the peers, in turn, on one core."""
        jobs = [job for job in jobs if self._wanted(job)]
        for scene in COUNTS:
            here = [job for job in jobs if scene in job.scenes]
            self._look_at(part, here, scene)
            for job in here:  # everything compiled and read once
                self._time(job, scene, 1, round=-1)
                self._warm(self.scene(scene, self._count(job, scene)))
            for number in range(self.options.rounds):
                for job in here:
                    for count in (1, self._count(job, scene)):
                        self._time(job, scene, count, number)

    def _wanted(self, job: Job) -> bool:
        ours = job.id.startswith("labeler")
        return (ours or self.options.match in job.id) and self._has(self.tools, job.needs)

    def _count(self, job: Job, scene: str) -> int:
        return max(3, self.counts[scene] // job.share)

    def _time(self, job: Job, scene: str, count: int, round: int) -> None:
        if job.id in self.failed:
            return
        spent = self._run(job, scene, count, self.out / job.id)
        if spent and round >= 0:
            self._keep(job=job.id, scene=scene, images=count, round=round, **spent.as_line())
        shutil.rmtree(self.out, ignore_errors=True)

    def _run(self, job: Job, scene: str, count: int, out: Path) -> Spent | None:
        folder = self.scene(scene, count)
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            spent = self._spend(job.command(self.tools, folder, out), self.cores[:1])
            if job.written(out) != job.expected(count):
                raise Failed(f"{job.id} wrote {job.written(out)} files for {count} images")
        except (Failed, OSError) as error:
            self.failed.add(job.id)
            self._keep(job=job.id, scene=scene, failed=str(error))
            return None
        return spent

    def _look_at(self, part: str, jobs: list[Job], scene: str) -> None:
        """How far each one's pixels, or areas, are from ours."""
        looked = self.work / "looked"
        for job in jobs:
            self._run(job, scene, _LOOKED_AT, looked / job.id)
        for job in jobs[1:]:
            if not self.failed & {jobs[0].id, job.id} and not job.writes_nothing:
                command = [sys.executable, str(HERE / "wrong.py"), part]
                for one in (jobs[0], job):
                    command += [str(looked / one.id), one.pattern]
                found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                self._keep(job=job.id, scene=scene, **json.loads(found))
        shutil.rmtree(looked, ignore_errors=True)

    def two_cores(self) -> None:
        """One worker on one core and two on two, in turn."""
        if not self.tools.knows_workers:
            return
        for scene, to in ((scene, to) for scene in COUNTS for to in _FORMATS):
            for number in range(-1, self.options.rounds):
                for workers in (1, 2):
                    for count in (_FEW, self.counts[scene]):
                        self._time_workers(scene, to, workers, count, number)

    def _time_workers(self, scene: str, to: str, workers: int, count: int, round: int) -> None:
        command = export(self.scene(scene, count), to, self.out, "--workers", str(workers))
        about = {"job": f"workers-{to}", "workers": workers, "scene": scene, "images": count}
        spent = self._try(command, self.cores[:workers], about, watch=count > _FEW)
        if spent and round >= 0:
            self._keep(**about, round=round, digest=digest(self.out), **spent.as_line())
        shutil.rmtree(self.out, ignore_errors=True)

    def memory(self, most: int) -> None:
        """The largest process of an export of more and more images."""
        for count in sorted({max(1, most // 100), max(1, most // 10), most} - {0}):
            for to in _FORMATS if most else ():
                for workers in (1, 2) if self.tools.knows_workers else (1,):
                    more = ["--workers", str(workers)] if self.tools.knows_workers else []
                    command = export(self.scene("small", count), to, self.out, *more)
                    about = {"job": f"memory-{to}", "workers": workers, "scene": "small", "images": count}
                    if spent := self._try(command, self.cores[:workers], about, watch=True):
                        self._keep(**about, round=0, **spent.as_line())
                    shutil.rmtree(self.out, ignore_errors=True)

    # --- what they need ------------------------------------------------------------------------------------

    def scene(self, name: str, count: int) -> Path:
        """Made by another process: its libraries would count as memory of ours."""
        folder = self.work / "scenes" / f"{name}_{count}"
        if not folder.exists():
            command = [sys.executable, str(HERE / "scenes.py"), str(folder.parent), name, str(count)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return folder

    @staticmethod
    def _warm(folder: Path) -> None:
        for path in folder.glob("**/*.json"):
            path.read_bytes()

    def _try(self, command: list[str], cores: list[int], about: dict[str, Any], watch: bool) -> Spent | None:
        """None, and a line that says why, when it failed."""
        try:
            return self._spend(command, cores, watch)
        except Failed as error:
            self._keep(**about, failed=str(error))
            return None

    def _spend(self, command: list[str], cores: list[int], watch: bool = False) -> Spent:
        return spend(command, self.work, self.environment, set(cores), watch)

    def _keep(self, **line: Any) -> None:
        line["load"] = round(os.getloadavg()[0], 2)
        with self.results.open("a") as file:
            file.write(json.dumps(line) + "\n")
        say(" ".join(f"{key}={value:.2f}" if isinstance(value, float) else f"{key}={value}"
                     for key, value in line.items()))  # fmt: skip


def digest(folder: Path) -> str:
    """Of all files and their names."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what it started ends with it
    benchmark = Benchmark(options)
    parts = options.only.split(",")
    if "masks" in parts:
        benchmark.compare("masks", MASKS)
    if "coco" in parts:
        benchmark.compare("coco", COCO)
    if "cores" in parts:
        benchmark.two_cores()
    if "memory" in parts and options.memory:
        benchmark.memory(options.memory)
    report.main([str(benchmark.results)])


if __name__ == "__main__":
    main()
