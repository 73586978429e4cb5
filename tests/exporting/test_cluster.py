"""Exports on a Dask cluster of separate processes: the same bytes, also when one of them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import labeler as package
from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.exporting import export, export_at
from labeler.formats import EXPORT_FORMATS
from tests.cli.folders import dataset_in, labeler
from tests.exporting.s3 import served
from tests.formats.cases import CASES, files_in

COCO = next(format for format in EXPORT_FORMATS if format.id == "coco")
MASKS = next(format for format in EXPORT_FORMATS if format.id == "masks")
LABELS = list(CASES.values())

pytestmark = [pytest.mark.timeout(240), pytest.mark.skipif(os.name != "posix", reason="SIGKILL")]


class Cluster:
    """A scheduler and workers, each a process started as an administrator would."""

    def __init__(self, folder: Path, workers: int, environment: dict[str, str]) -> None:
        self.file = folder / "scheduler.json"
        self._environment = {
            **os.environ,
            **environment,
            "PYTHONPATH": str(Path(package.__file__).parents[1]),
            "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s",
        }
        self._folder = folder
        common = ["--scheduler-file", str(self.file), "--no-dashboard"]
        self._scheduler = self._start("scheduler", *common, "--host", "127.0.0.1", "--port", "0")
        one = ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]
        self.workers = [self._start("worker", *common, *one) for _ in range(workers)]
        end = time.monotonic() + 60
        while not self.file.exists() and time.monotonic() < end:
            time.sleep(0.05)

    def close(self) -> None:
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{what}.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_" + what, *arguments],
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self._folder,
            )


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return dataset_in(tmp_path / "photos", {f"{n:03}.png": LABELS[n % len(LABELS)] for n in range(120)})


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, 3, {})
    yield cluster
    cluster.close()


def test_a_worker_killed_midway_changes_nothing(photos, tmp_path, cluster):
    export(Dataset.open(photos), COCO, tmp_path / "alone", {"images": "copy"})
    killed = threading.Event()

    def kill_one(done: int, total: int) -> None:
        if done >= 16 and not killed.is_set():
            killed.set()
            cluster.workers[0].send_signal(signal.SIGKILL)

    report = export_at(
        str(photos), COCO, str(tmp_path / "out"), {"images": "copy"}, kill_one, cluster=str(cluster.file)
    )
    assert killed.is_set()
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    assert report.images == 120
    assert files_in(tmp_path / "out") == files_in(tmp_path / "alone")


def test_the_command_line_takes_a_cluster_and_a_bucket(photos, tmp_path):
    with served() as s3:
        s3.bucket("work")
        s3.put("work/photos", photos)
        cluster = Cluster(tmp_path, 2, s3.environment)
        environment = pytest.MonkeyPatch()
        try:
            for name, value in s3.environment.items():
                environment.setenv(name, value)
            environment.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
            words = ["export", "s3://work/photos", "--to", "masks", "--out", "s3://work/out"]
            result = labeler(*words, "--cluster", cluster.file)
        finally:
            environment.undo()
            cluster.close()
        assert result.exit_code == 0, result.output
        export(Dataset.open(photos), MASKS, tmp_path / "alone", {})
        assert s3.files("work/out") == files_in(tmp_path / "alone")


def test_no_cluster_at_an_address_is_one_sentence(photos, tmp_path, monkeypatch):
    monkeypatch.setattr("labeler.exporting.cluster._PATIENCE_S", "1s")
    start = time.monotonic()
    with pytest.raises(LabelerError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        export_at(str(photos), MASKS, str(tmp_path / "out"), {}, cluster="tcp://127.0.0.1:1")
    assert time.monotonic() - start < 30


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "could not be read"),
        ("{", "not valid JSON"),
        ("[]", "an object"),
        ("{}", "address must"),
    ],
)
def test_a_scheduler_file_that_is_none_is_named_at_once(photos, tmp_path, content, said):
    file = tmp_path / "scheduler.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(LabelerError, match=rf"scheduler\.json.*{said}"):
        export_at(str(photos), MASKS, str(tmp_path / "out"), {}, cluster=str(file))
