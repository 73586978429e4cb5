"""What is timed: whole commands, ours and the peers'. Standard library only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

#: Scene → how many images of it the issue asks for.
COUNTS = {"1080p": 2000, "12mp": 200}

Command = list[str]


@dataclass(frozen=True)
class Tools:
    """Where things are; None: not here."""

    labeler: Path
    labelme: Path | None = None
    labelme_scripts: Path | None = None
    xanylabeling: Path | None = None
    pycocotools: bool = True
    knows_workers: bool = False


@dataclass(frozen=True)
class Job:
    """One command over a scene: given the tools, the scene's folder and the folder to write."""

    id: str
    title: str
    command: Callable[[Tools, Path, Path], Command]
    #: What is written for every image, ``{}`` its stem; None: one file for all.
    wrote: str | None = None
    #: Peers that take seconds an image do one in so many of the images.
    share: int = 1
    scenes: tuple[str, ...] = ("1080p", "12mp")
    needs: str | None = None
    #: For a loop that only works something out.
    writes_nothing: bool = False

    def written(self, out: Path) -> int:
        """How many files it wrote."""
        return len(list(out.glob(self.pattern)))

    def expected(self, images: int) -> int:
        return 0 if self.writes_nothing else images if self.wrote else 1

    @property
    def pattern(self) -> str:
        return (self.wrote or "*.json").format("*")


def _ours(to: str) -> Callable[[Tools, Path, Path], Command]:
    def command(tools: Tools, scene: Path, out: Path) -> Command:
        workers = ["--workers", "1"] if tools.knows_workers else []
        return export(scene, to, out, *workers)

    return command


def export(scene: Path, to: str, out: Path, *more: str) -> Command:
    """Our own command line."""
    start = [sys.executable, "-m", "labeler", "export", str(scene / "ours")]
    return [*start, "--to", to, "--out", str(out), "--quiet", *more]


def _plain(_tools: Tools, scene: Path, out: Path) -> Command:
    return [sys.executable, str(HERE / "peer_plain.py"), str(scene / "ours"), str(out)]


def _pycocotools(*more: str) -> Callable[[Tools, Path, Path], Command]:
    def command(_tools: Tools, scene: Path, out: Path) -> Command:
        script = str(HERE / "peer_pycocotools.py")
        return [sys.executable, script, str(scene / "coco.json"), str(out), *more]

    return command


def _labelme(script: str, *more: str) -> Callable[[Tools, Path, Path], Command]:
    def command(tools: Tools, scene: Path, out: Path) -> Command:
        assert tools.labelme
        assert tools.labelme_scripts
        python, path = tools.labelme / "bin" / "python", tools.labelme_scripts / script
        labels = ["--labels", str(scene / "labels.txt")]
        return [str(python), str(path), str(scene / "labelme"), str(out), *labels, *more]

    return command


def _xanylabeling(*more: str) -> Callable[[Tools, Path, Path], Command]:
    def command(tools: Tools, scene: Path, out: Path) -> Command:
        assert tools.xanylabeling
        start = [str(tools.xanylabeling / "bin" / "xanylabeling"), "convert"]
        folder = str(scene / "xanylabeling")
        named = [word.replace("{scene}", str(scene)) for word in more]
        return [*start, "--images", folder, "--labels", folder, "--output", str(out), *named]

    return command


_VOC = "semantic_segmentation/labelme2voc.py"
_COCO = "instance_segmentation/labelme2coco.py"
_VOC_PNG = "SegmentationClass*/{}.png"  # the folder's name changed between versions

MASKS = (
    Job("labeler-masks", "labeler export --to masks", _ours("masks"), "{}.png"),
    Job("plain", "json → cv2.fillPoly → cv2.imwrite", _plain, "{}.png"),
    Job("xanylabeling-masks", "X-AnyLabeling convert --task xlabel2mask",
        _xanylabeling("--task", "xlabel2mask", "--mapping", "{scene}/mapping.json"), "{}.png",
        needs="xanylabeling"),
    Job("labelme-voc", "labelme2voc.py, as its README says",
        _labelme(_VOC, "--noobject"), _VOC_PNG, 40, needs="labelme"),
    Job("labelme-voc-lean", "labelme2voc.py, with all that can be left out",
        _labelme(_VOC, "--noobject", "--noviz", "--nonpy"), _VOC_PNG, 20, needs="labelme"),
)  # fmt: skip
COCO = (
    Job("labeler-coco", "labeler export --to coco", _ours("coco")),
    Job("pycocotools", "pycocotools annToRLE in a loop, nothing written", _pycocotools(),
        needs="pycocotools", writes_nothing=True),
    Job("pycocotools-written", "pycocotools annToRLE, area, bbox, written as JSON",
        _pycocotools("--write"), needs="pycocotools"),
    Job("xanylabeling-coco", "X-AnyLabeling convert --task xlabel2coco (polygons)",
        _xanylabeling("--task", "xlabel2coco", "--mode", "segment", "--classes", "{scene}/classes.txt"),
        needs="xanylabeling"),
    Job("labelme-coco", "labelme2coco.py, as its README says (polygons)", _labelme(_COCO), None, 40,
        ("1080p",), needs="labelme"),
    Job("labelme-coco-lean", "labelme2coco.py, with all that can be left out (polygons)",
        _labelme(_COCO, "--noviz"), None, 20, needs="labelme"),
)  # fmt: skip
JOBS = (*MASKS, *COCO)
