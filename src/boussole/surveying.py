"""The study of working conditions of a site: its results are read from their folder, and given as pages and as files."""

from pathlib import Path

from boussole.beside import Beside
from boussole.model import Doctrine
from boussole.outputs.study import render_study_pages
from boussole.outputs.studydata import render_columns, render_files
from boussole.results import FOLDER, read_results, uses_beside
from boussole.study import load_protocol


def survey(source: Path, doctrine: Doctrine, base: str = "") -> Beside:
    """Read the folder of a site; nothing when it has none. Raises `SourceError` with the faults of all its files."""
    folder = source / FOLDER
    if not folder.is_dir():
        return Beside()
    protocol, uses = load_protocol(), uses_beside(folder, doctrine)
    results = read_results(folder, protocol, uses)
    dossiers = [uses(name) for name in {one.use for one in results}] if uses else []
    titles = {dossier.id: dossier.title for dossier in dossiers if dossier}
    pages = render_study_pages(doctrine, protocol, results, titles)
    pages["conditions-de-travail/donnees.md"] = render_columns(protocol, doctrine)
    files = render_files(protocol, doctrine, results, titles, base)
    return Beside(pages, {f"donnees/conditions-de-travail/{name}": text for name, text in files.items()})
