"""Past editions of a doctrine, kept beside its pages: what each one changed of the edition before it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from boussole.archive import Reader, find_archives
from boussole.difference import Difference, compare
from boussole.errors import Fault, SourceError, quoted
from boussole.impact import Impact, Report, report_on, weigh
from boussole.loading import load
from boussole.model import Doctrine

FOLDER = "editions"


def read_editions(folder: Path, doctrine: Doctrine) -> dict[str, Doctrine]:
    """The past editions whose sources are in a folder, by version; none when there is no folder.

    Their cases and guarantees are not checked again: they held when they were published. Raises `SourceError` with everything
    that is wrong: a source that cannot be read, one of another doctrine, a version that is not told or that is kept twice.
    """
    found: dict[str, Doctrine] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            edition = load(path, with_claims=False)
        except SourceError as error:
            faults += error.faults
            continue
        faults += _unexpected(edition, doctrine, found, str(path))
        found.setdefault(edition.doctrine.version, edition)
    if faults:
        raise SourceError(faults)
    return found


def _unexpected(edition: Doctrine, doctrine: Doctrine, found: Mapping[str, Doctrine], file: str) -> Iterator[Fault]:
    version, today = edition.doctrine.version, doctrine.doctrine.version
    told = [one.version for one in doctrine.versions if one.version != today]
    if edition.doctrine.id != doctrine.doctrine.id:
        name = f"édition de la doctrine {quoted(edition.doctrine.id)}"
        yield Fault("edition-inattendue", name, f"une édition de « {doctrine.doctrine.id} »", file=file)
    elif version not in told:
        expected = f"une de celles de « versions », avant {today} : {', '.join(told) or 'il n’y en a pas'}"
        yield Fault("edition-inattendue", f"édition {quoted(version)}", expected, file=file)
    elif version in found:
        yield Fault("edition-inattendue", f"édition {quoted(version)}, déjà lue", "une source par édition", file=file)


def report_editions(editions: Mapping[str, Doctrine], doctrine: Doctrine, dossiers: Path) -> dict[str, Report]:
    """What each edition changed of the one before it, by version, when both sources are there.

    ``dossiers`` is the folder of those the latest one concerns; those that cannot be read are left to who publishes them."""
    known = {**editions, doctrine.doctrine.version: doctrine}
    chain = [known.get(one.version) for one in reversed(doctrine.versions)]
    reports = {}
    for old, new in pairwise(chain):
        if old and new:
            difference = compare(old, new)
            reports[new.doctrine.version] = report_on(difference, _weighed(difference, dossiers) if new is doctrine else None)
    return reports


def _weighed(difference: Difference, dossiers: Path) -> Impact | None:
    if not dossiers.is_dir():
        return None
    reader = Reader(difference.old)
    read = ((path, found) for path in find_archives(dossiers) for found in reader.read(path))
    # What is published names a dossier as its page does, not by where it stands on a machine.
    impact = weigh(difference, (replace(found, file=path.stem) for path, found in read if not isinstance(found, SourceError)))
    return impact if impact.total else None
