"""The one exception a user is meant to read."""


class LabelerError(Exception):
    """Something the user can act on: one sentence that names the file and says what to do.

    The command line prints it and exits with 1, the editor shows it; no traceback either way.
    """
