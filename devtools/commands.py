"""The commands of `./dev`; each gets its words and whether it may install system packages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from devtools import doctor as doctors
from devtools.environment import ensure_environment
from devtools.libraries import advice, ensure_libraries
from devtools.locks import check_locks, write_locks
from devtools.shell import ROOT, Problem, call, explain_os_error, say
from devtools.texts import check_texts, write_texts
from labeler import system

Command = Callable[[list[str], bool], int]


def main(argv: list[str], usage: str) -> int:
    """Run one command; every failure is one sentence."""
    try:
        return _dispatch(argv, usage)
    except Problem as problem:
        say(str(problem))
        return 1
    except BrokenPipeError:  # ./dev doctor | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        say(explain_os_error(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped. What was left unfinished is made again next time.")
        return 130


def _dispatch(argv: list[str], usage: str) -> int:
    words, may_install = list(argv), True
    while words and words[0] == "--no-install":
        may_install = False
        words.pop(0)
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage)
        return 0 if words else 2
    if words[0] not in COMMANDS:
        say(f"There is no {words[0]}; the commands are {', '.join(COMMANDS)}, see ./dev --help.")
        return 2
    return COMMANDS[words[0]](words[1:], may_install)


def demo(words: list[str], may_install: bool) -> int:
    python = ensure_environment("run")
    shown_on = system.display()
    wants_window = "--no-window" not in words
    needed = system.libraries_for(shown_on) if wants_window and shown_on else ()
    missing = ensure_libraries(needed, may_install)
    if wants_window and (missing or not shown_on):
        words = ["--no-window", *words]
    # Before, because the window stays open while one reads what to do next.
    say("labeler is ./dev run here: ./dev run edit FOLDER, ./dev run export FOLDER ...")
    code = call(python, "-m", "labeler", "demo", *words)
    if missing:
        say(f"For the window, run this once and then ./dev demo again: {advice(missing)}")
    elif wants_window and not shown_on:
        say("No window, because there is no display here.")
    return code


def run(words: list[str], _may_install: bool) -> int:
    return call(ensure_environment("run"), "-m", "labeler", *words)


def test(words: list[str], may_install: bool) -> int:
    python = ensure_environment("dev")
    missing = ensure_libraries(system.OFFSCREEN, may_install)
    os.chdir(ROOT)
    code = call(python, "-m", "pytest", *(words or ["-n", str(min(4, os.cpu_count() or 1))]))
    if missing:
        say(f"The editor's tests were SKIPPED. For them, run this once: {advice(missing)}")
    return code


def oracles(words: list[str], _may_install: bool) -> int:
    python = ensure_environment("dev")
    os.environ["LABELER_ORACLES"] = str(ensure_environment("oracles"))
    os.chdir(ROOT)
    return call(python, "-m", "pytest", *(words or ["tests/oracles"]))


def check(_words: list[str], _may_install: bool) -> int:
    python = ensure_environment("dev")
    os.chdir(ROOT)
    contracts = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    steps: dict[str, Callable[[], object]] = {
        "ruff check": lambda: _must(call(python, "-m", "ruff", "check", ".")),
        "ruff format": lambda: _must(call(python, "-m", "ruff", "format", "--check", ".")),
        "mypy": lambda: _must(call(python, "-m", "mypy")),
        "contracts": lambda: _must(call(python, "-c", contracts)),
        "locks": check_locks,
        "texts": lambda: check_texts(python),
    }
    failed = [name for name, step in steps.items() if not _passes(name, step)]
    say(f"check failed: {', '.join(failed)}." if failed else "check passed.")
    return 1 if failed else 0


def doctor(words: list[str], may_install: bool) -> int:
    if "--fix" in words:
        ensure_libraries(system.libraries_for(system.display()), may_install)
    return 1 if doctors.report() else 0


def lock(words: list[str], _may_install: bool) -> int:
    if "--check" in words:
        check_locks()
    else:
        write_locks(upgrade="--upgrade" in words)
    return 0


def texts(words: list[str], _may_install: bool) -> int:
    python = ensure_environment("dev")
    if "--check" in words:
        check_texts(python)
    else:
        write_texts(python)
    return 0


COMMANDS: dict[str, Command] = {
    "demo": demo,
    "test": test,
    "run": run,
    "oracles": oracles,
    "check": check,
    "doctor": doctor,
    "lock": lock,
    "texts": texts,
}


def _must(code: int) -> None:
    if code:
        raise Problem("")


def _passes(name: str, step: Callable[[], object]) -> bool:
    print(f"--- {name}", file=sys.stderr, flush=True)
    try:
        step()
    except Problem as problem:
        if str(problem):
            say(str(problem))
        return False
    return True
