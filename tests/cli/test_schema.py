from __future__ import annotations

import json

from labeler.dataset import schema
from tests.cli.folders import labeler


def test_the_schemas_of_both_files_are_written_and_named(tmp_path):
    result = labeler("schema", tmp_path / "new/schemas")
    assert result.exit_code == 0
    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "new/schemas").iterdir()}
    assert written == schema.schemas()
    assert set(result.stdout.splitlines()) == {str(tmp_path / "new/schemas" / name) for name in written}
