"""How the register grows: ``python -m benchmarks.register [100 1000 10000]``, beside plain Sphinx pages in the same run.

Each size is built in a process of its own: the same site without any use, then with them, then once more after one dossier
changed. What is told is processor time, which others on the machine change less than time itself.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import boussole
from benchmarks.plausible import write_plausible

ROOT = Path(__file__).parent.parent
PLAIN = 100  # pages of plain Sphinx, enough for a mean


@dataclass(frozen=True)
class Built:
    """What one build took."""

    seconds: float
    megabytes: float


def build(folder: Path) -> Built:
    """Build a site once; its processor time, and the most memory it held."""
    command = [sys.executable, "-m", "sphinx", "-q", "-c", str(ROOT), "-d", str(folder / "doctrees")]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795600000", "PYTHONPATH": str(ROOT / "src")}
    child = subprocess.Popen([*command, str(folder / "docs"), str(folder / "html")], env=environment, cwd=ROOT)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit("the site does not build")
    return Built(used.ru_utime + used.ru_stime, used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2))


def prepare(folder: Path) -> Path:
    """The hand-written pages of the site, and no dossier; nor the diagnoses, whose uses are those of the register."""
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("registre", "dependance", "etude", "usages"))
    return folder / "docs" / "registre"


def grow(count: int) -> str:
    """One line of the table: what that many uses add."""
    doctrine = boussole.load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        uses = prepare(folder)
        build(folder)  # so that what never changes is not counted
        alone = build(folder)
        size = write_plausible(doctrine, uses, count)
        full = build(folder)
        idle = build(folder)
        before = {path: path.stat().st_mtime_ns for path in (folder / "html").rglob("*") if path.is_file()}
        first = next(iter(sorted(uses.glob("*.yml"))))
        first.write_text(first.read_text(encoding="utf-8").replace("registre@", "registre-public@"), encoding="utf-8")
        one = build(folder)
        rewritten = sum(path.stat().st_mtime_ns != time for path, time in before.items())
        added = (full.seconds - alone.seconds) / count * 1000
        return (
            f"{count:>6} uses of {size / count / 1000:.1f} KB: {added:5.2f} ms a use, {full.megabytes:4.0f} MB at most; "
            f"nothing changed {idle.seconds - alone.seconds:5.2f} s, one changed {one.seconds - alone.seconds:5.2f} s and "
            f"{rewritten} files; list {weigh(folder / 'html'):4.1f} KB cold, a first query {query(folder / 'html'):4.1f} KB"
        )


def weigh(site: Path) -> float:
    """What the first page of the list weighs on a first visit, compressed."""
    files = ("registre/index.html", "_static/register.css", "_static/register.js", "_static/boussole.svg")
    return sum(_compressed(site / name) for name in files)


def query(site: Path) -> float:
    """What a first query asks for at most: what filters, the heaviest words, and twenty lines each in another piece."""
    folder = site / "registre/liste"
    lines = sorted((_compressed(path) for path in folder.glob("registre-lignes-*.js")), reverse=True)[:20]
    words = max((_compressed(path) for path in folder.glob("registre-mots-*.js")), default=0)
    return _compressed(folder / "registre-filtres.js") + words + sum(lines)


def _compressed(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), 9)) / 1000


def plain() -> str:
    """As many pages of the same words, read and written by Sphinx alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        uses = prepare(folder)
        build(folder)
        alone = build(folder)
        write_plausible(boussole.load(), uses, PLAIN)
        build(folder)
        for path in uses.glob("*.yml"):
            path.unlink()
        for rank, page in enumerate(sorted((folder / "html/registre").glob("usage-*.html"))):
            (folder / f"docs/ordinaire-{rank}.md").write_text(as_markdown(page), encoding="utf-8")
        full = build(folder)
        return f"{PLAIN:>6} plain Sphinx pages of the same words: {(full.seconds - alone.seconds) / PLAIN * 1000:5.2f} ms a page"


def as_markdown(page: Path) -> str:
    """The words of a page of the register, as a page someone would have written."""
    body = re.sub(r"(?s).*<article[^>]*>|</article>.*|<svg.*?</svg>|<nav.*?</nav>", "", page.read_text(encoding="utf-8"))
    for pattern, mark in (
        (r"<h1[^>]*>", "\n# "),
        (r"<h2[^>]*>", "\n## "),
        (r"<h3[^>]*>", "\n### "),
        (r"<(li|tr|dt|summary)[^>]*>", "\n- "),
    ):
        body = re.sub(pattern, mark, body)
    body = re.sub(r"</(p|h1|h2|h3|section|dl|ul|table)>", "\n\n", body)
    return "---\norphan: true\n---\n" + re.sub(r"<[^>]+>", " ", body)


def main() -> None:
    print(plain())
    for count in [int(text) for text in sys.argv[1:]] or [100, 1000, 10_000]:
        print(grow(count), flush=True)


if __name__ == "__main__":
    main()
