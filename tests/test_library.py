"""The library of uses: everything is in one kind, what is ours becomes sheets, and sheets come back as they went."""

import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boussole import Doctrine, SourceError
from boussole.cells import read as read_cells
from boussole.filing import yaml_of
from boussole.library import Library, experience_of_use, kinds_of_uses, read_library
from boussole.library_words import NOBODY, answer
from boussole.outputs.library import ABREAST, render_library
from boussole.outputs.librarydata import NAMES, library_files, render_schema
from boussole.outputs.register import Beside, render_use
from boussole.proofs import deciding_sections
from boussole.publishing import read_register
from boussole.register import Use, open_dossier
from boussole.sheets import FIELDS, Advice, Sheet, Value, read_sheets, render_sheets
from boussole.shelving import UnplacedError, import_sheets, others, shelve
from boussole.vetting import is_blank
from tests.conftest import ROOT
from tests.strategies import over

DOCS = ROOT / "docs"
TODAY = datetime.date(2026, 11, 28)
FAULTY = "id: essai\ntitle: Essai\ndomain: Eau\nplain: Un essai.\nwithout_ai: Rien.\n"


@pytest.fixture(scope="module")
def library(doctrine: Doctrine) -> Library:
    return read_library(DOCS / "usages", DOCS / "registre", doctrine, TODAY)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A site's folder where files may be written."""
    for name in ("usages", "registre"):
        shutil.copytree(DOCS / name, tmp_path / name, ignore=shutil.ignore_patterns("*.md"))
    return tmp_path


def reread(folder: Path, doctrine: Doctrine) -> Library:
    return read_library(folder / "usages", folder / "registre", doctrine, TODAY, "https://ia.example/")


def faults_of(folder: Path, doctrine: Doctrine) -> list[tuple[str, str, int]]:
    with pytest.raises(SourceError) as caught:
        reread(folder, doctrine)
    return [(fault.code, Path(fault.file).name, fault.span.line) for fault in caught.value.faults]


def sheet(**told: Any) -> Sheet:
    known = {
        "id": "essai", "kind": "real", "title": "Un essai", "domain": "Eau", "authority": "Ville d’essai",
        "license": "Licence Ouverte 2.0", "source": "https://ville.example/essai", "author": "Ville d’essai", "date": TODAY,
    }  # fmt: skip
    return Sheet(**{**known, **told})


# -- kinds


def test_every_case_and_every_use_is_in_exactly_one_kind(doctrine: Doctrine, library: Library) -> None:
    cases = [one.id for shelf in library.shelves for one in shelf.experiences if one.where == "cas"]
    uses = [one.id for shelf in library.shelves for one in shelf.experiences if one.where == "registre"]
    assert sorted(cases) == sorted(case.id for case in doctrine.cases)
    assert sorted(uses) == sorted(path.stem for path in (DOCS / "registre").glob("*.yml"))
    assert library.unplaced_cases == library.unplaced_uses == ()


def test_what_is_in_no_kind_is_listed_and_shown(desk: Path, doctrine: Doctrine) -> None:
    (desk / "usages/tri-des-dechets.yml").unlink()
    found = reread(desk, doctrine)
    assert found.unplaced_cases == found.unplaced_uses == ("tri-des-dechets-par-camera",)
    assert "Pas encore rangés" in render_library(doctrine, found, "flux.atom")["usages/index.md"]


def test_comparing_leads_elsewhere_when_the_site_says_what_is_done_there(desk: Path, doctrine: Doctrine) -> None:
    assert "ailleurs/index" not in shelve(desk, doctrine).pages["usages/comparer.md"]
    (desk / "ailleurs").mkdir()
    (desk / "ailleurs/index.md").write_text("# Ancienne page\n", encoding="utf-8")
    assert "ailleurs/index" not in shelve(desk, doctrine).pages["usages/comparer.md"]
    (desk / "ailleurs/sources.yml").write_text("sources: []\n", encoding="utf-8")
    assert '<a href="../ailleurs/index.html">Ailleurs</a>' in shelve(desk, doctrine).pages["usages/comparer.md"]


def test_faults_are_told_at_their_place_all_at_once(desk: Path, doctrine: Doctrine) -> None:
    (desk / "usages/essai.yml").write_text(f"{FAULTY}cases: [inconnu]\nuses: [tarification-solidaire-eau]\n", encoding="utf-8")
    (desk / "usages/zeste.yml").write_text(f"{FAULTY}cases: [traduction-au-guichet]\n", encoding="utf-8")
    (desk / "usages/ailleurs/perdue.yml").write_text(
        yaml_of({"genre": "nulle-part", "imported": "2026-11-28", "origin": "fiches.json", "sheet": as_data(sheet())}),
        encoding="utf-8",
    )
    assert faults_of(desk, doctrine) == [
        ("identifiant-inconnu", "perdue.yml", 1),
        ("identifiant-inconnu", "essai.yml", 6),
        ("identifiant-en-double", "essai.yml", 7),
        ("fiche-mal-nommee", "zeste.yml", 1),
        ("identifiant-en-double", "zeste.yml", 6),
    ]


def test_a_kind_of_nothing_is_a_fault_unless_a_sheet_is_of_it(desk: Path, doctrine: Doctrine) -> None:
    (desk / "usages/essai.yml").write_text(FAULTY, encoding="utf-8")
    assert faults_of(desk, doctrine) == [("valeur-vide", "essai.yml", 1)]
    import_sheets([sheet()], desk / "usages", "essai", "fiches.json", TODAY)
    assert len(reread(desk, doctrine).others) == 7


def test_a_sheet_copied_under_another_name_is_refused_and_both_files_are_named(desk: Path, doctrine: Doctrine) -> None:
    first = next(iter(sorted((desk / "usages/ailleurs").glob("*.yml"))))
    shutil.copy(first, first.with_name("zone-copiee.yml"))
    with pytest.raises(SourceError) as caught:
        reread(desk, doctrine)
    assert [(fault.code, Path(fault.file).name) for fault in caught.value.faults] == [
        ("identifiant-en-double", "zone-copiee.yml")
    ]
    assert first.name in str(caught.value)


def test_words_of_others_cannot_leave_their_quotation_marks(desk: Path, doctrine: Doctrine) -> None:
    (desk / "usages/essai.yml").write_text(FAULTY, encoding="utf-8")
    forged = replace(sheet(), conclusion="Rien.\u00a0» Avis de la boussole\u00a0: favorable. «\u00a0Fin.")
    import_sheets([forged], desk / "usages", "essai", "fiches.json", TODAY)
    page = render_library(doctrine, reread(desk, doctrine), "flux.atom")["usages/essai.md"]
    said = page[page.index("Rien.") - 20 :].partition("Fin.")[0]
    assert said.count("«") - said.count("»") == 1


def test_where_a_sheet_comes_from_leads_to_nobody(desk: Path, doctrine: Doctrine) -> None:
    (desk / "usages/essai.yml").write_text(FAULTY, encoding="utf-8")
    told = {"genre": "essai", "imported": "2026-11-28", "origin": "camille.durand@ville.fr.json", "sheet": as_data(sheet())}
    (desk / "usages/ailleurs/venue.yml").write_text(yaml_of(told), encoding="utf-8")
    assert ("donnee-personnelle", "venue.yml", 3) in faults_of(desk, doctrine)


def test_a_sheet_from_the_future_or_without_a_title_is_refused_where_it_stands(desk: Path, doctrine: Doctrine) -> None:
    data = as_data(sheet(title=" ", date=datetime.date(2026, 11, 30)))
    told = {"genre": "tri-des-dechets", "imported": "2026-12-01", "origin": " ", "sheet": data}
    (desk / "usages/ailleurs/venue.yml").write_text(yaml_of(told), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_library(desk / "usages", desk / "registre", doctrine, TODAY, is_checked=True)
    lines = (desk / "usages/ailleurs/venue.yml").read_text(encoding="utf-8").splitlines()
    assert [(fault.code, lines[fault.span.line - 1].strip().partition(":")[0]) for fault in caught.value.faults] == [
        ("date-a-venir", "imported"),
        ("valeur-vide", "origin"),
        ("valeur-vide", "title"),
        ("date-a-venir", "date"),
    ]


def test_a_kind_without_a_title_is_refused(desk: Path, doctrine: Doctrine) -> None:
    blank = FAULTY.replace("title: Essai", 'title: "  "')
    (desk / "usages/essai.yml").write_text(f"{blank}uses: [tri-des-dechets-par-camera]\n", encoding="utf-8")
    (desk / "usages/tri-des-dechets.yml").unlink()
    assert ("valeur-vide", "essai.yml", 2) in faults_of(desk, doctrine)


def test_a_kind_cannot_take_the_name_of_a_page(desk: Path, doctrine: Doctrine) -> None:
    (desk / "usages/comparer.yml").write_text(
        f"{FAULTY.replace('id: essai', 'id: comparer')}cases: [inconnu]\n", encoding="utf-8"
    )
    assert ("fiche-mal-nommee", "comparer.yml", 1) in faults_of(desk, doctrine)


# -- what is real, what is decided


def test_only_what_is_real_answers(library: Library) -> None:
    told = {shelf.genre.id: answer(shelf).replace("\xa0", " ") for shelf in library.shelves}
    assert told["tri-des-dechets"] == NOBODY
    assert told["detection-de-fuites-d-eau"].startswith("Oui : 2 expériences réelles ailleurs.")
    assert told["calcul-d-un-droit"] == (
        "Aucune IA connue : 2 algorithmes publics du registre. État connu : 2 en service (dossier du 25 novembre 2026)."
    )


def test_every_state_says_when_it_was_so(library: Library) -> None:
    for one in library.others:
        assert one.sheet.status_on
    told = {shelf.genre.id: answer(shelf).replace("\xa0", " ") for shelf in library.shelves}
    assert told["agent-conversationnel"].endswith("État connu : 1 en service en mars 2022.")
    assert told["videosurveillance-algorithmique"].endswith("1 en expérimentation en février 2025.")
    assert told["reconnaissance-faciale-a-l-entree"].endswith("1 abandonné le 27 février 2020.")
    assert told["detection-de-fuites-d-eau"].endswith("1 en expérimentation en 2023 et 1 en expérimentation en juillet 2025.")


def test_a_state_without_a_date_says_which_text_says_it(desk: Path, doctrine: Doctrine) -> None:
    import_sheets([sheet(status="service")], desk / "usages", "tri-des-dechets", "fiches.json", TODAY)
    page = shelve(desk, doctrine).pages["usages/tri-des-dechets.md"].replace("\xa0", " ")
    assert "En service (fiche du 28 novembre 2026)" in page


def test_the_measures_that_changed_an_opinion_come_first(library: Library) -> None:
    use = next(one for one in library.ours if one.id == "agent-conversationnel-accueil" and one.where == "registre")
    lines = list(dict.fromkeys((one.label, one.group) for one in use.sheet.measures))
    assert {label for label, _ in lines[:2]} == {"Charge et sens du travail ressentis", "Usage réel rapporté à l’usage prévu"}
    assert ("Charge et sens du travail ressentis", "Guichet") not in lines[:2]  # this one got better
    assert use.sheet.changed
    assert all(label in use.sheet.changed for label, _ in lines[:2])


def test_what_is_real_comes_first(library: Library) -> None:
    for shelf in library.shelves:
        order = [one.is_real for one in shelf.experiences]
        assert order == sorted(order, reverse=True)


def test_the_criteria_that_decide_are_those_of_the_algebra(doctrine: Doctrine, library: Library) -> None:
    for shelf in library.shelves:
        for one in shelf.experiences:
            if one.where == "cas":
                assert set(one.deciding) == deciding_sections(doctrine, doctrine.case(one.id))
            if one.where == "registre" and one.deciding:
                findings = Use(doctrine, open_dossier(DOCS / f"registre/{one.id}.yml", doctrine), TODAY).current.findings
                assert {findings[name] for name in one.deciding} == {one.attainable}
    assert {shelf.genre.id for shelf in library.decided_by("biometrie")} == {
        "reconnaissance-faciale-a-l-entree",
        "videosurveillance-algorithmique",
        "score-de-demandes",
    }


def test_no_opinion_is_computed_for_what_others_tell(library: Library) -> None:
    assert library.others
    for one in library.others:
        assert one.attainable == one.deciding == ()


def test_what_few_people_say_is_in_no_sheet(doctrine: Doctrine, library: Library) -> None:
    path = DOCS / "registre/prevision-de-frequentation-des-piscines.yml"
    genre = next(shelf.genre for shelf in library.shelves if shelf.genre.id == "prevision-de-frequentation")
    dossier = open_dossier(path, doctrine)
    name, measures = next((name, listed) for name, listed in dossier.measures.items() if listed[0].group)
    hidden = {**dossier.measures, name: [replace(one, count=2) for one in measures]}
    few = Use(doctrine, replace(dossier, measures=hidden), TODAY)
    label = doctrine.indicators[name].name
    assert any(one.label == label for one in experience_of_use(Use(doctrine, dossier, TODAY), genre).sheet.measures)
    assert not any(one.label == label for one in experience_of_use(few, genre).sheet.measures)


# -- the exchange format


def as_data(one: Sheet) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render_sheets([one]))["sheets"][0]
    return found


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30).filter(
    lambda text: not is_blank(text) and "@" not in text and not any(letter.isdigit() for letter in text)
)
_DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2026, 1, 1))
_VALUES = st.builds(
    Value,
    label=_WORDS,
    value=st.decimals(-(10**9), 10**9, places=6).map(float) | st.sampled_from([1e14, -1e14, 1e-9]),
    unit=_WORDS,
    on=_DAYS.map(str) | st.sampled_from(["2021", "2021-05"]),
    source=_WORDS,
    group=st.none() | _WORDS,
)
_SHEETS = st.builds(
    Sheet,
    id=st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True),
    kind=st.sampled_from(["real", "example"]),
    title=_WORDS,
    domain=_WORDS,
    genre=st.none() | st.just("detection-de-fuites-d-eau"),
    authority=_WORDS,
    status=st.none() | st.sampled_from(["etude", "experimentation", "service", "refuse", "abandonne", "arrete"]),
    status_on=st.none() | _DAYS.map(str) | st.sampled_from(["2021", "2021-05"]),
    summary=st.none() | _WORDS,
    opinion=st.none() | st.builds(Advice, label=_WORDS, doctrine=_WORDS, version=_WORDS, criteria=st.lists(_WORDS, max_size=3)),
    decision=st.none() | _WORDS,
    conclusion=st.none() | _WORDS,
    changed=st.none() | _WORDS,
    without_ai=st.none() | _WORDS,
    measures=st.lists(_VALUES, max_size=3),
    contact=st.none() | st.just("eau@ville.example"),
    license=_WORDS,
    source=st.just("https://ville.example/a"),
    author=_WORDS,
    date=st.just(TODAY),
)


@over(150)
@given(st.lists(_SHEETS, min_size=1, max_size=4, unique_by=lambda one: one.name))
def test_sheets_come_back_as_they_went(sheets: list[Sheet]) -> None:
    text = render_sheets(sheets, "Mention.")
    assert read_sheets(text, "fiches.json") == sheets
    assert render_sheets(read_sheets(text, "fiches.json"), "Mention.") == text


@over(25)
@given(st.lists(_SHEETS, min_size=1, max_size=3, unique_by=lambda one: one.name))
def test_an_import_then_an_export_change_no_field(tmp_path_factory: pytest.TempPathFactory, sheets: list[Sheet]) -> None:
    folder = tmp_path_factory.mktemp("usages")
    (folder / "essai.yml").write_text(FAULTY, encoding="utf-8")
    import_sheets(sheets, folder, "essai", "fiches.json", TODAY)
    assert sorted(others(folder), key=lambda one: one.name) == sorted(sheets, key=lambda one: one.name)


def test_our_own_sheets_are_read_by_another_authority(doctrine: Doctrine, desk: Path) -> None:
    found = reread(desk, doctrine)
    files = library_files(doctrine, found)
    sheets = read_sheets(files["fiches.json"], "fiches.json")
    assert sheets == [one.sheet for one in found.ours]
    assert len(sheets) == len(doctrine.cases) + len(list((DOCS / "registre").glob("*.yml")))
    assert {one.source for one in sheets if one.kind == "real"} == {
        f"https://ia.example/registre/tarification-solidaire-{name}.html" for name in ("eau", "transports")
    }


def test_what_is_published_is_what_the_schema_says(doctrine: Doctrine, library: Library) -> None:
    schema = json.loads(render_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    published = json.loads(library_files(doctrine, library)["fiches.json"])
    assert list(validator.iter_errors(published)) == []
    assert list(validator.iter_errors({**published, "sheets": [{**published["sheets"][0], "nom": "x"}]}))


def test_every_key_of_a_sheet_is_described_and_has_its_column() -> None:
    keys = set(Sheet.__dataclass_fields__)
    assert set(FIELDS) == keys
    assert set(NAMES) == keys - {"opinion", "measures"}


def test_the_tables_read_back_exactly(doctrine: Doctrine, library: Library) -> None:
    files = library_files(doctrine, library)
    sheets = [one.sheet for one in library.ours]
    rows = read_cells(files["fiches.csv"])
    assert [(row["id"], row["titre"], row["avis"]) for row in rows] == [
        (one.id, one.title, one.opinion.label if one.opinion else "") for one in sheets
    ]
    assert len(read_cells(files["mesures.csv"])) == sum(len(one.measures) for one in sheets)
    assert "=cmd" not in library_files(doctrine, library)["fiches.csv"]


def test_the_feed_announces_every_sheet_under_the_same_ids_anywhere(doctrine: Doctrine, library: Library) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feeds = [
        ElementTree.fromstring(library_files(doctrine, library, base)["bibliotheque.atom"])
        for base in ("", "https://ia.example/")
    ]
    found = [one for shelf in library.shelves for one in shelf.experiences]
    ids = [[entry.findtext(f"{atom}id") for entry in feed.iter(f"{atom}entry")] for feed in feeds]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0]) == len(found)
    days = [str(entry.findtext(f"{atom}updated")) for entry in feeds[0].iter(f"{atom}entry")]
    assert days == sorted(days, reverse=True)
    titles = [str(entry.findtext(f"{atom}title")) for entry in feeds[0].iter(f"{atom}entry")]
    assert sum("(exemple inventé)" in title for title in titles) == sum(not one.is_real for one in found)
    assert list(feeds[0].iter(f"{atom}link")) == []
    links = {link.get("rel"): link.get("href") for link in feeds[1].findall(f"{atom}link")}
    assert links["self"] == "https://ia.example/donnees/bibliotheque/bibliotheque.atom"
    assert links["alternate"] == "https://ia.example/usages/index.html"
    pages = {str(link.get("href")) for link in feeds[1].iterfind(f"{atom}entry/{atom}link")}
    known = {one.page or f"usages/{shelf.genre.id}" for shelf in library.shelves for one in shelf.experiences}
    assert pages == {f"https://ia.example/{page}.html" for page in known}


def test_the_feed_says_that_a_sheet_of_others_came_and_none_of_its_words(desk: Path, doctrine: Doctrine) -> None:
    (desk / "usages/essai.yml").write_text(FAULTY, encoding="utf-8")
    theirs = replace(sheet(), title="<b>Essai</b>", conclusion="Leurs mots à eux", date=datetime.date(2025, 1, 1))
    import_sheets([theirs], desk / "usages", "essai", "fiches.json", TODAY)
    text = library_files(doctrine, reread(desk, doctrine))["bibliotheque.atom"]
    assert "Leurs mots à eux" not in text
    entry = next(one for one in text.split("<entry>") if "&lt;b&gt;Essai&lt;/b&gt;" in one)
    assert f"{TODAY}T00:00:00Z" in entry
    assert "Une fiche d’ailleurs est reprise." in entry


def test_a_feed_keeps_its_latest_hundred(desk: Path, doctrine: Doctrine) -> None:
    many = [sheet(id=f"essai-{rank}") for rank in range(120)]
    import_sheets(many, desk / "usages", "tri-des-dechets", "fiches.json", TODAY)
    assert library_files(doctrine, reread(desk, doctrine))["bibliotheque.atom"].count("<entry>") == 100


def test_the_same_source_gives_the_same_bytes(doctrine: Doctrine, library: Library) -> None:
    again = read_library(DOCS / "usages", DOCS / "registre", doctrine, TODAY)
    assert library_files(doctrine, again) == library_files(doctrine, library)


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"contact": "prenom.nom@ville.example"}, "donnee-personnelle", "contact"),
        ({"summary": "Appeler le 02 40 00 00 00."}, "donnee-personnelle", "summary"),
        ({"source": None}, "fait-sans-source", "id"),
        ({"status": "service", "status_on": "2027-01"}, "dates-en-desordre", "status_on"),
        ({"measures": [Value(label="a", value=1, unit="u", on="2027", source="s")]}, "dates-en-desordre", "on"),
        ({"title": "   "}, "valeur-vide", "title"),
        ({"conclusion": "\u200b\xa0\n"}, "valeur-vide", "conclusion"),
        ({"date": TODAY + datetime.timedelta(days=1)}, "date-a-venir", "date"),
    ],
    ids=["person", "phone", "source", "state", "day", "blank", "unseen", "to come"],
)
def test_what_cannot_be_published_is_refused_at_its_place(change: dict[str, Any], code: str, key: str) -> None:
    text = render_sheets([sheet(**change)])
    with pytest.raises(SourceError) as caught:
        read_sheets(text, "fiches.json", TODAY)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert f'"{key}"' in text.splitlines()[caught.value.faults[0].span.line - 1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", "cle-manquante"),
        ("[1, 2]", "mauvais-type"),
        ('{"format": "autre", "version": "1", "sheets": []}', "valeur-inconnue"),
        ('{"format": "fiche-d-usage", "version": "2", "sheets": []}', "valeur-inconnue"),
        ('{"format": "fiche-d-usage", "version": "1", "sheets": [{"id": "../../x"}]}', "forme-identifiant"),
        ('{"format": "fiche-d-usage", "version": "1", "sheets": [{"id": "x", "pwn": 1}]}', "cle-inconnue"),
        ("{", "syntaxe"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(text: str, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_sheets(text, "fiches.json")
    assert code in {fault.code for fault in caught.value.faults}


def test_two_sheets_of_one_authority_cannot_share_a_name() -> None:
    with pytest.raises(SourceError) as caught:
        read_sheets(render_sheets([sheet(), sheet(title="Un autre")]), "fiches.json")
    assert [fault.code for fault in caught.value.faults] == ["identifiant-en-double"]


# -- imports


def test_a_sheet_says_where_it_comes_from_and_when(desk: Path, doctrine: Doctrine) -> None:
    folder = desk / "usages"
    done = import_sheets([sheet()], folder, "detection-de-fuites-d-eau", "fiches.json", TODAY)
    assert [path.name for path in done.written] == ["ville-d-essai-essai.yml"]
    one = next(one for one in reread(desk, doctrine).others if one.sheet == sheet())
    assert one.placed
    assert (one.placed.origin, one.placed.imported, one.is_theirs) == ("fiches.json", TODAY, True)


def test_the_same_sheet_is_left_and_another_is_not_written_over(desk: Path) -> None:
    folder, genre = desk / "usages", "detection-de-fuites-d-eau"
    import_sheets([sheet()], folder, genre, "fiches.json", TODAY)
    path = folder / "ailleurs/ville-d-essai-essai.yml"
    before = path.read_text(encoding="utf-8")
    later = TODAY + datetime.timedelta(days=9)
    assert import_sheets([sheet()], folder, genre, "autre.json", later).known == [path]
    changed = [sheet(title="Autre"), sheet(id="neuve")]
    assert import_sheets(changed, folder, genre, "fiches.json", later).differing == [path]
    assert path.read_text(encoding="utf-8") == before
    assert not (folder / "ailleurs/ville-d-essai-neuve.yml").exists()
    assert len(import_sheets(changed, folder, genre, "fiches.json", later, is_forced=True).written) == 2
    assert "Autre" in path.read_text(encoding="utf-8")


def test_a_sheet_goes_where_it_says_when_nothing_else_is_said(desk: Path) -> None:
    folder = desk / "usages"
    import_sheets([sheet(genre="tri-des-dechets")], folder, "", "fiches.json", TODAY)
    assert 'genre: "tri-des-dechets"' in (folder / "ailleurs/ville-d-essai-essai.yml").read_text(encoding="utf-8")
    with pytest.raises(UnplacedError):
        import_sheets([sheet(id="b"), sheet(id="c", genre="nulle-part")], folder, "", "fiches.json", TODAY)


HOSTILE = "<script>alert(1)</script> ``` ::: {{ 7*7 }} [x](javascript:alert(1)) =cmd|calc"


def test_hostile_words_stay_words(desk: Path, doctrine: Doctrine) -> None:
    hostile = sheet(
        title=HOSTILE, authority=HOSTILE, summary=HOSTILE, decision=HOSTILE, conclusion=HOSTILE, changed=HOSTILE,
        without_ai=HOSTILE, license=HOSTILE, author=HOSTILE,
        opinion=Advice(label=HOSTILE, doctrine=HOSTILE, version=HOSTILE, criteria=[HOSTILE]),
        measures=[Value(label=HOSTILE, value=1, unit=HOSTILE, on="2024", source=HOSTILE, group=HOSTILE)],
    )  # fmt: skip
    import_sheets([hostile], desk / "usages", "detection-de-fuites-d-eau", HOSTILE, TODAY)
    page = shelve(desk, doctrine).pages["usages/detection-de-fuites-d-eau.md"]
    assert "&lt;script&gt;" in page
    body = page.split("```{raw} html")[1]
    assert "<script" not in page
    assert body.count("```") == 1
    assert 'href="javascript' not in page


def test_words_of_others_are_quoted_and_ours_are_not(desk: Path, doctrine: Doctrine) -> None:
    import_sheets([sheet(conclusion="Rien de net")], desk / "usages", "tri-des-dechets", "fiches.json", TODAY)
    pages = shelve(desk, doctrine).pages
    assert "«\xa0Rien de net\xa0»" in pages["usages/tri-des-dechets.md"]
    assert "Licence Ouverte 2.0" in pages["usages/tri-des-dechets.md"]
    assert "«\xa0Un biais" not in pages["usages/controle-de-demandes-d-aide.md"]


def test_a_site_without_a_library_has_none_of_its_pages(tmp_path: Path, doctrine: Doctrine) -> None:
    found = shelve(tmp_path, doctrine)
    assert not found.pages
    assert not found.files


def test_public_experiences_have_a_source_and_say_who_wrote_them(library: Library) -> None:
    for one in library.others:
        assert one.sheet.source
        assert one.sheet.source.startswith("https://")
        assert one.placed
        assert one.placed.written == "here"
        assert one.sheet.author.startswith("Le projet boussole")
        assert one.sheet.conclusion


# -- from the register and back


def test_a_use_leads_to_its_kind_and_is_read_again_when_that_changes(tmp_path: Path, doctrine: Doctrine) -> None:
    name, kinds = "tri-des-dechets-par-camera", kinds_of_uses(DOCS / "usages")
    (tmp_path / "registre").mkdir()
    shutil.copy(DOCS / f"registre/{name}.yml", tmp_path / "registre")
    kept = tmp_path / "kept.sqlite"

    def read_again(known: dict[str, tuple[str, str]]) -> int:
        beside = {use: Beside(kind=kind) for use, kind in known.items()}
        return read_register(tmp_path / "registre", doctrine, TODAY, kept, beside=beside).read

    assert [read_again(kinds), read_again(kinds), read_again({}), read_again(kinds)] == [1, 0, 1, 1]
    use = Use(doctrine, open_dossier(DOCS / f"registre/{name}.yml", doctrine), TODAY)
    assert 'href="../usages/tri-des-dechets.html"' in render_use(use, Beside(kind=kinds[name]))
    assert "usages/" not in render_use(use)


def test_a_library_that_cannot_be_read_hides_no_use(desk: Path) -> None:
    (desk / "usages/fautive.yml").write_text("id: [", encoding="utf-8")
    assert kinds_of_uses(desk / "usages") == {}
    assert kinds_of_uses(desk / "nulle-part") == {}


def test_a_page_of_many_experiences_stays_light(desk: Path, doctrine: Doctrine) -> None:
    sheets = [sheet(id=f"essai-{rank}", conclusion="Un essai de plus, sans suite.") for rank in range(40)]
    import_sheets(sheets, desk / "usages", "tri-des-dechets", "fiches.json", TODAY)
    page = shelve(desk, doctrine).pages["usages/tri-des-dechets.md"]
    assert page.count("<tr>") == 1 + ABREAST
    assert "Oui\u00a0: 40\u00a0expériences réelles ailleurs." in page
    assert page.count("<b>Un essai</b>") == 40
    assert page.count("<") / 2 < 380
