"""The addresses that were published, and must lead somewhere for ever: `python -m tests.addresses` adds those of build/site.

An address is a page, or a place in a page whose id comes from an id of the doctrine. None is ever taken out of the list.
"""

import os
import re
from pathlib import Path

import boussole
from boussole.outputs.publication import read_redirections

ROOT = Path(__file__).parent.parent
LIST = ROOT / "tests/addresses.txt"
REDIRECTIONS = ROOT / "docs/redirections.txt"
LABELLED = re.compile(
    "(?:texte|source|terme|date|divergence|lecture|interdit|haut-risque|garantie|indicateur|version|message)-[a-z0-9-]+"
)


def published(site: Path, doctrine: boussole.Doctrine) -> set[str]:
    """The addresses of a built site."""
    questions = {name.replace(".", "-") for name in doctrine.questions}
    found: set[str] = set()
    for path in site.rglob("*.html"):
        name = path.relative_to(site).as_posix()
        text = path.read_text(encoding="utf-8")
        if name.startswith("_") or 'http-equiv="refresh"' in text:
            continue
        ids = set(re.findall(r'\bid="([^"]+)"', text))
        found |= {name} | {f"{name}#{label}" for label in ids if label in questions or LABELLED.fullmatch(label)}
    return found


def promised() -> set[str]:
    """The addresses that were published."""
    return set(LIST.read_text(encoding="utf-8").split()) if LIST.exists() else set()


def lost(before: set[str], now: set[str], moved: dict[str, str]) -> list[str]:
    """The addresses that lead nowhere any more: neither there, nor on a page that moved."""
    return sorted(old for old in before - now if old.partition("#")[0] not in moved)


def main() -> None:
    site = Path(os.environ.get("BOUSSOLE_SITE") or ROOT / "build/site")
    if not (site / "index.html").exists():
        raise SystemExit(f"{site} holds no site: run `make site` first")
    before, now = promised(), published(site, boussole.load())
    LIST.write_text("".join(f"{name}\n" for name in sorted(before | now)), encoding="utf-8")
    print(f"{len(now - before)} new, {len(before | now)} in all, in {LIST.relative_to(ROOT)}")
    for name in lost(before, now, read_redirections(REDIRECTIONS.read_text(encoding="utf-8"))):
        print(f"gone: {name} (restore it, or redirect its page in docs/redirections.txt)")


if __name__ == "__main__":
    main()
