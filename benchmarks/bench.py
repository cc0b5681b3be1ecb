"""Times, side by side in one run: ``python benchmarks/bench.py``. A ratio is worth trusting, a single time is not."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import boussole
from boussole.loading import load_text

ROOT = Path(__file__).parent.parent
DOSSIER = ROOT / "tests/dossiers/transcription.yml"
SOURCE = ROOT / "src/boussole/doctrines/nantes.yml"
# Bytecode is kept, as it is once a package is installed.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def timed(act: Callable[[], object], rounds: int) -> float:
    """The median time of some rounds, in milliseconds, after one that does not count."""
    act()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def run(*command: str) -> None:
    subprocess.run(command, check=False, capture_output=True, cwd=ROOT, env=ENVIRONMENT)


def commands() -> None:
    """`boussole assess` against the libraries it could not do without."""
    pairs = []
    for _ in range(15):
        pairs.append(
            [
                timed_once("-c", "from boussole.cli import main; main()", "assess", str(DOSSIER)),
                timed_once("-c", "import yaml, pydantic, click"),
            ]
        )
    ours, base = (statistics.median(column) for column in zip(*pairs[1:], strict=True))
    ratio = statistics.median(one / other for one, other in pairs[1:])
    print(f"boussole assess             {ours:7.1f} ms\nimport yaml, pydantic, click {base:6.1f} ms   ratio {ratio:.2f}")


def timed_once(*arguments: str) -> float:
    start = time.perf_counter()
    run(sys.executable, *arguments)
    return (time.perf_counter() - start) * 1000


def library() -> None:
    """What the library does, once imported."""
    text, doctrine = SOURCE.read_text(encoding="utf-8"), boussole.load()
    answers = boussole.load_dossier(DOSSIER, doctrine).answers
    print(f"load                        {timed(lambda: load_text(text), 15):7.1f} ms")
    print(f"assess, opinion             {timed(lambda: boussole.assess(doctrine, answers), 200):7.2f} ms")
    print(f"assess, everything          {timed(lambda: everything(doctrine, answers), 100):7.2f} ms")


def everything(doctrine: boussole.Doctrine, answers: dict[str, object]) -> None:
    found = boussole.assess(doctrine, answers)
    _ = found.findings, found.reasons, found.missing, found.completions, found.ignored
    for level in doctrine.levels:
        found.changes(level)


def site() -> None:
    """The site: whole, untouched, and after one criterion was edited."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "doctrine.yml"
        text = SOURCE.read_text(encoding="utf-8")
        copy.write_text(text, encoding="utf-8")
        subprocess.run(["cp", "-r", str(ROOT / "docs"), str(folder / "docs")], check=True)
        options = ["-q", "-c", str(ROOT), "-d", str(folder / "doctrees"), "-D", f"boussole_doctrine={copy}"]
        build = ["-m", "sphinx", *options, str(folder / "docs"), str(folder / "html")]
        print(f"site, whole                 {timed_once(*build):7.0f} ms")
        print(f"site, nothing to do         {timed_once(*build):7.0f} ms")
        copy.write_text(
            text.replace("On prend la solution la moins gourmande", "On retient la moins gourmande"), encoding="utf-8"
        )
        print(f"site, one criterion edited  {timed_once(*build):7.0f} ms")


if __name__ == "__main__":
    commands()
    library()
    site()
