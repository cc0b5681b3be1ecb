"""Runs `boussole` as a terminal does, a fifth of a second sooner: Python has already started, and imported it.

A process alone, without threads, forks for each command: what runs has its own memory, folder, streams and exit code, as if it
had begun from nothing. What depends on how Python starts (its options, its modules, a terminal) is run for good instead.
"""

import atexit
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parent.parent
READ, WRITTEN = os.O_RDONLY, os.O_WRONLY


def run(
    *arguments: str | Path, cwd: Path = ROOT, typed: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What a command said and returned. Its texts are UTF-8; ``environment`` is added to that of the tests."""
    command = [str(argument) for argument in arguments]
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        for stream, text in zip(streams, (typed, "", ""), strict=True):
            stream.write_text(text, encoding="utf-8", newline="")
        job = {"arguments": command, "cwd": str(cwd), "streams": [str(stream) for stream in streams]}
        code = _ask(job | {"environment": {**os.environ, **(environment or {})}})
        said = [stream.read_bytes().decode().replace("\r\n", "\n") for stream in streams[1:]]
    return subprocess.CompletedProcess(command, code, *said)


def _ask(job: dict[str, Any]) -> int:
    server = _server()
    assert server.stdin
    assert server.stdout
    server.stdin.write(json.dumps(job) + "\n")
    server.stdin.flush()
    return int(server.stdout.readline())


@cache
def _server() -> subprocess.Popen[str]:
    """One for all the commands of a worker; it ends with it, when nothing is left to read."""
    started = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(_end, started)
    return started


def _end(server: subprocess.Popen[str]) -> None:
    """Close what leads to it: nothing more to read, it leaves by itself."""
    with server:
        pass


# -- in the server


def serve() -> None:
    _import_all()
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if not child:
            _become(**job)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _import_all() -> None:
    """Import all that a command may, but for what builds a site, which takes long."""
    package = importlib.import_module("boussole")
    names = [found.name for found in pkgutil.walk_packages(package.__path__, "boussole.")]
    for name in names:
        if not {"__main__", "sphinx_ext", "printing", "theme"} & set(name.split(".")):
            importlib.import_module(name)


def _become(arguments: Sequence[str], cwd: str, streams: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Be the process of a command: this one never comes back to the server."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, (path, mode) in enumerate(zip(streams, (READ, WRITTEN, WRITTEN), strict=True)):
        os.dup2(os.open(path, mode), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["boussole", *arguments]
    code = 1
    try:
        from boussole.cli import main

        main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(bool(left.code))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
