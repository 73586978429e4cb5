"""An S3 server on this machine: moto's, in a process of its own, spoken to over HTTP like any other."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import s3fs

_PATIENCE_S = 60


class S3:
    """Buckets by name; files below ``bucket/prefix``."""

    def __init__(self, address: str) -> None:
        #: What boto's world reads of where S3 is and who is asking.
        self.environment = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._files: Any = s3fs.S3FileSystem(
            key="tests",
            secret="tests",
            endpoint_url=address,
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    def bucket(self, name: str) -> None:
        with contextlib.suppress(FileExistsError):
            self._files.mkdir(name)

    def empty(self, name: str) -> None:
        for path in self._files.find(name):
            self._files.rm_file(path)

    def put(self, place: str, folder: Path) -> None:
        """Every file of a folder."""
        for path in folder.rglob("*"):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                self._files.pipe_file(f"{place}/{name}", path.read_bytes())

    def files(self, place: str) -> dict[str, bytes]:
        found = self._files.find(place)
        return {path.removeprefix(f"{place}/"): self._files.cat_file(path) for path in sorted(found)}


@contextlib.contextmanager
def served() -> Iterator[S3]:
    code = (
        "from moto.server import ThreadedMotoServer as Server\n"
        "import threading\n"
        "server = Server('127.0.0.1', 0, verbose=False)\n"
        "server.start()\n"
        "print('http://%s:%d' % server.get_host_and_port(), flush=True)\n"
        "threading.Event().wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().strip()
            _wait_for(address)
            s3fs.S3FileSystem.clear_instance_cache()  # those of an earlier server, which is gone
            yield S3(address)
        finally:
            process.kill()


def _wait_for(address: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
