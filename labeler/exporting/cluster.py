"""The workers of a Dask cluster as the ones who do the work (extra ``cluster``)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labeler.errors import LabelerError
from labeler.exporting.runners import Results
from labeler.exporting.work import Chunk, work
from labeler.formats.reading import a_dict, a_text, read_json
from labeler.i18n import _

_PATIENCE_S = "15s"
#: Chunks under way or waiting for each thread of the cluster.
_AHEAD = 3
#: How often a chunk is begun again whose worker died.
_RETRIES = 5


@dataclass(frozen=True)
class Cluster:
    """``address`` is the scheduler's (``tcp://host:8786``), or the path of its scheduler file, a JSON."""

    address: str
    chunk_size: int = 16

    def run(self, chunks: Iterable[Chunk]) -> Results:
        """Chunks are begun again when a worker dies. Raises LabelerError when the cluster gives up."""
        client = self._client()
        pending: deque[Any] = deque()
        try:
            for chunk in chunks:
                # Not pure: what is done is files, so the same chunk must not be taken for done already.
                pending.append(client.submit(work, chunk, pure=False, retries=_RETRIES))
                if len(pending) >= _AHEAD * max(1, sum(client.nthreads().values())):
                    yield self._result(pending.popleft())
            while pending:
                yield self._result(pending.popleft())
        finally:
            client.cancel(list(pending))
            client.close()

    def _client(self) -> Any:
        try:
            from distributed import Client
        except ImportError as error:
            raise LabelerError(
                _('--cluster needs the extra "cluster": pip install "polygon-labeler[cluster]".')
            ) from error
        address = self._scheduler()
        try:
            return Client(address, timeout=_PATIENCE_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise LabelerError(
                _("No Dask scheduler answers at {address}: start one, or check the address.").format(
                    address=self.address
                )
            ) from error

    def _scheduler(self) -> str:
        if not self.address.endswith(".json"):
            return self.address
        # Read here: a client waits without end for a file that is not there.
        content = a_dict(read_json(Path(self.address)), self.address)
        return a_text(content.get("address"), f"{self.address}, address")

    def _result(self, future: Any) -> Any:
        try:
            return future.result()
        except LabelerError:
            raise
        except Exception as error:  # whatever a worker's machine may come to
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise LabelerError(
                _("The cluster at {address} could not do the work: {reason}.").format(
                    address=self.address, reason=lines[0].rstrip(".")
                )
            ) from error
