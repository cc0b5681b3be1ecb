"""The debate: what its files may say, what counts, what is never published, the way from a sentence to a version and back."""

import datetime
import html
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from markdown_it import MarkdownIt
from rdflib import Graph

import boussole
from boussole import Doctrine, SourceError
from boussole.cells import read as read_table
from boussole.concertation import load_kit
from boussole.debate import (
    REPLIES,
    WORDS,
    Answer,
    Consultation,
    Contribution,
    Debate,
    Event,
    Moderation,
    as_data,
    lost,
    read_debate,
)
from boussole.debating import RewrittenError, load_debate, moved_by, moves, save_contribution
from boussole.dossier import load_dossier
from boussole.loading import load, load_text
from boussole.outputs.account import INVENTED, account
from boussole.outputs.debate import render_debate
from boussole.outputs.debatedata import ANSWERS, CONTRIBUTIONS, EVENTS, SHAPES, debate_files
from boussole.outputs.pages import Around, render_pages
from boussole.papers import as_html, as_markdown
from boussole.restitution import Restitution, real_only, restitutions
from boussole.vetting import is_blank, unfit
from tests.commands import run
from tests.conftest import ROOT
from tests.test_opendata import FOREIGN, shape_faults

TODAY = datetime.date(2026, 11, 25)
FOLDER, REGISTER = ROOT / "docs/debat", ROOT / "docs/registre"
KIT = load_kit()
FORMS = {".md": as_markdown, ".html": as_html}
SECRET = "mots-que-personne-ne-doit-lire"

CONSULTATION = "id: essai\ntitle: Essai\nkind: real\nauthority: Ville\nstarts: 2026-03\n"
EVENT = "id: cafe\ntitle: Café\nkind: real\nconsultation: essai\nstate: tenu\nstarts: 2026-04-01\n"
SAID = (
    "id: dit\nkind: real\nconsultation: essai\ndate: 2026-04-01\nevent: cafe\nproposal: Dire ce qui est consommé\nconsent: true\n"
)


@pytest.fixture(scope="module")
def published(doctrine: Doctrine) -> Debate:
    """The debate that this repository publishes."""
    return load_debate(FOLDER, doctrine, KIT)


def told(doctrine: Doctrine, said: str = SAID, event: str = EVENT, consultation: str = CONSULTATION) -> Debate:
    files = {"consultations": consultation, "events": event, "contributions": said}
    names = {"consultations": "essai", "events": "cafe", "contributions": "dit"}
    return read_debate(doctrine, KIT, {part: [(f"{names[part]}.yml", names[part], text)] for part, text in files.items()})


def refused(doctrine: Doctrine, **given: str) -> list[str]:
    with pytest.raises(SourceError) as error:
        told(doctrine, **given)
    return [f"{fault.file}:{fault.span.line}:{fault.span.column} {fault.code}" for fault in error.value.faults]


# -- what files may say ------------------------------------------------------------------------------------------------------


def test_the_debate_of_the_repository_is_sound_and_marks_its_examples(published: Debate) -> None:
    assert {one.kind for one in published.consultations} == {"real", "example"}
    told: list[Event | Contribution] = [*published.events, *published.contributions]
    for one in told:
        assert one.kind == published.consultation(one.consultation).kind
        assert one.kind == "real" or "exemple" in one.id


def test_what_is_real_about_nantes_says_its_source_and_nothing_else(published: Debate) -> None:
    real = [one for one in published.events if one.kind == "real"]
    assert real
    assert all(one.sources for one in real)
    assert [one.participants for one in real] == [None] * len(real)  # no source gives a number
    assert not [one for one in published.contributions if one.kind == "real"]  # nor a text


def test_what_examples_answer_names_opinions_as_the_doctrine_leads_to_them(doctrine: Doctrine, published: Debate) -> None:
    labels = {level.label.casefold(): level for level in doctrine.scale}
    named = 0
    for one in published.contributions:
        for told in (answer.because for answer in one.answers):
            quoted = {text for text in re.findall(r"«\s*(.+?)\s*»", told) if text.casefold() in labels}
            assert not [word for word in labels if word in re.sub("«.+?»", "", told).casefold()], told  # else it is not checked
            asked = [doctrine.questions[name] for name in one.about if name in doctrine.questions]
            led = {doctrine.level(choice.effect).label for ask in asked for choice in ask.choices.values() if choice.effect}
            assert quoted <= led, one.id
            named += len(quoted)
    assert named


def test_a_question_leads_to_the_debate_only_while_one_is_heard(doctrine: Doctrine) -> None:
    for ends, is_heard in (("", True), ("ends: 2026-04-30\n", False)):
        pages = render_pages(doctrine, TODAY, {}, Around(debate=told(doctrine, consultation=CONSULTATION + ends)))
        page = pages["criteres/travail.md"]
        assert ("contribuer.html#travail.surveillance" in page) == is_heard
        assert 'contribuer.html#travail"' in page  # which tells what is open


def test_a_proposal_that_nobody_answered_says_so_wherever_it_is_spoken_of(doctrine: Doctrine, published: Debate) -> None:
    page = render_pages(doctrine, TODAY, {}, Around(debate=published))["criteres/sobriete.md"].replace("&nbsp;", " ")
    page = page.replace("\xa0", " ")
    assert "exemple-eteindre-la-nuit.md) : sans réponse à ce jour (exemple inventé)" in page
    assert "exemple-dire-l-energie.md) : refusée (exemple inventé)" in page
    page = render_pages(doctrine, TODAY, {}, Around(debate=published))["criteres/travail.md"]
    assert "exemple-verifier-est-le-metier.md) (exemple inventé)" in page.replace("\xa0", " ")  # it proposes nothing


def test_what_has_no_end_lasts_since_its_day(doctrine: Doctrine, published: Debate) -> None:
    index = render_debate(doctrine, KIT, published, {}, TODAY)["debattre/index.md"].replace("\xa0", " ")
    assert "La collectivité qui publie ce site, depuis le 25 novembre 2026." in index
    assert "2 mars 2026 – 30 septembre 2026." in index
    for starts, since in (
        ("2026-12-01", "depuis le 1er décembre 2026"),
        ("2026-03", "depuis mars 2026"),
        ("2026", "depuis 2026"),
    ):
        one = Consultation(id="d", title="D", kind="real", authority="Ville", starts=starts)
        lead = account(Restitution(doctrine, Debate((one,)), one), KIT, TODAY).lead
        assert lead.replace("\xa0", " ").startswith(f"Ville, {since}.")


def test_a_small_debate_reads(doctrine: Doctrine) -> None:
    found = told(doctrine)
    assert found.contribution("dit").words == {"proposal": "Dire ce qui est consommé"}
    assert found.contribution("dit").state == "attente"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (SAID.replace("id: dit", "id: autre"), "dit.yml:1:5 fiche-mal-nommee"),
        (SAID.replace("consultation: essai", "consultation: essais"), "dit.yml:3:15 identifiant-inconnu"),
        (SAID.replace("kind: real", "kind: example"), "dit.yml:2:7 debat-incoherent"),
        (SAID.replace("event: cafe", "event: cafes"), "dit.yml:5:8 identifiant-inconnu"),
        (SAID.replace("event: cafe\n", ""), "dit.yml:1:1 debat-incoherent"),
        (SAID + "about: [sobrietes]\n", "dit.yml:8:9 identifiant-inconnu"),
        (SAID + "about: [travail.effet-resenti]\n", "dit.yml:8:9 identifiant-inconnu"),
        (SAID + "opposes: [dit]\n", "dit.yml:8:11 identifiant-inconnu"),
        (SAID.replace("consent: true", "consent: false"), "dit.yml:7:10 debat-incoherent"),
        (SAID.replace("proposal: Dire ce qui est consommé\n", ""), "dit.yml:1:1 debat-incoherent"),
        (SAID.replace("Dire", "Appelez le 06 12 34 56 78 pour dire"), "dit.yml:6:11 donnee-personnelle"),
        (SAID.replace("Dire", "Écrire à claude.martin@ville.example pour dire"), "dit.yml:6:11 donnee-personnelle"),
        (SAID.replace("2026-04-01", "2026-02-30"), "dit.yml:4:7 mauvais-type"),
        (SAID.replace("date: 2026-04-01", "date: 2026-02-28"), "dit.yml:4:7 dates-en-desordre"),
        (SAID + "profile: robot\n", "dit.yml:8:10 valeur-inconnue"),
        (SAID + "nom: Claude\n", "dit.yml:8:1 cle-inconnue"),
        (SAID + 'theme: "  "\n', "dit.yml:8:8 valeur-vide"),
        (SAID + "moderation:\n  - {on: 2026-04-02, outcome: publiee, by: x, because: ' '}\n", "dit.yml:9:56 valeur-vide"),
        (SAID + "moderation:\n  - {on: 2026-03-31, outcome: publiee, by: x, because: x}\n", "dit.yml:9:10 dates-en-desordre"),
        (SAID + "moderation:\n  - {on: 2026-04-02, outcome: publiee, by: x}\n", "dit.yml:9:5 cle-manquante"),
        (
            SAID.replace("proposal", "hope") + "answers:\n  - {on: 2026-04-02, reply: non, by: x, because: x}\n",
            "dit.yml:9:3 debat-incoherent",
        ),
        (
            SAID + 'answers:\n  - {on: 2026-04-02, reply: non, by: x, because: x, version: "2024.1"}\n',
            "dit.yml:9:62 debat-incoherent",
        ),
        (
            SAID + 'answers:\n  - {on: 2026-04-02, reply: oui, by: x, because: x, version: "2031.1"}\n',
            "dit.yml:9:62 identifiant-inconnu",
        ),
        (
            SAID + "answers:\n  - {on: 2026-04-02, reply: oui, by: x, because: x, changes: [sobriete]}\n",
            "dit.yml:9:62 debat-incoherent",
        ),
        (SAID + "answers:\n  - {on: 2026-04-02, reply: plus-tard, by: x, because: x}\n", "dit.yml:9:29 debat-incoherent"),
        (SAID + "answers:\n  - {on: 2026-04-02, reply: non, by: x, because: x, due: 2027}\n", "dit.yml:9:58 debat-incoherent"),
    ],
)
def test_a_bad_contribution_is_told_at_its_place(doctrine: Doctrine, said: str, fault: str) -> None:
    assert refused(doctrine, said=said) == [fault]


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (EVENT + "format: cafe-debats\n", "cafe.yml:7:9 identifiant-inconnu"),
        (EVENT + "sources: [inconnue]\n", "cafe.yml:7:11 identifiant-inconnu"),
        (EVENT + "ends: 2026-03\n", "cafe.yml:7:7 dates-en-desordre"),
        (EVENT.replace("Café", "'  '"), "cafe.yml:2:8 valeur-vide"),
        (EVENT + 'opens_at: "25:00"\n', "cafe.yml:7:11 mauvais-type"),
        (EVENT + "participants: -1\n", "cafe.yml:7:15 mauvais-type"),
        (EVENT + "disagreements:\n  - {about: sobriete, sides: [Un seul]}\n", "cafe.yml:8:30 mauvais-type"),
        (EVENT + "disagreements:\n  - {about: rien, sides: [Un, Deux]}\n", "cafe.yml:8:13 identifiant-inconnu"),
    ],
)
def test_a_bad_event_is_told_at_its_place(doctrine: Doctrine, event: str, fault: str) -> None:
    assert refused(doctrine, event=event) == [fault]


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "\u200b", "\u00ad", "\ufe0f", "\u034f", "\u2800", "\u3164", "\u115f\u1160", "\uffa0 \u2800"]
)
def test_a_text_where_nothing_is_seen_is_named_by_its_key(text: str) -> None:
    told = [{"unknown": ["Rien.", text]}, {"unknown": [{"about": text}]}, [text], text]
    found = [fault.found for data in told for fault in unfit(data)]
    assert found == [f"texte sans rien à lire{key}" for key in (" pour « unknown »", " pour « about »", "", "")]


@pytest.mark.parametrize("text", ["a", "é", "7", "…", "☐", "🧭", "한", "日", "\u2801", "e\u0301"])
def test_a_sign_that_is_seen_is_something_to_read(text: str) -> None:
    assert not is_blank(f" {text} ")


def test_a_message_says_what_was_found_what_was_expected_and_what_to_do(doctrine: Doctrine) -> None:
    with pytest.raises(SourceError) as error:
        told(doctrine, said=SAID + "about: [sobrietee]\n")
    assert "« sobrietee » inconnu [identifiant-inconnu]" in str(error.value)
    assert "peut-être « sobriete »" in str(error.value)


def test_two_files_of_one_name_are_refused_or_withdrawn_words_would_stay(doctrine: Doctrine, tmp_path: Path) -> None:
    for part, name, text in (("demarches", "essai", CONSULTATION), ("evenements", "cafe", EVENT), ("contributions", "dit", SAID)):
        (tmp_path / part).mkdir()
        (tmp_path / part / f"{name}.yml").write_text(text, encoding="utf-8")
    load_debate(tmp_path, doctrine, KIT)
    (tmp_path / "contributions/dit.yaml").write_text(SAID, encoding="utf-8")
    with pytest.raises(SourceError) as error:
        load_debate(tmp_path, doctrine, KIT)
    assert {Path(fault.file).name for fault in error.value.faults} == {"dit.yml", "dit.yaml"}


def test_words_that_are_badly_encoded_are_not_shown(desk: Path) -> None:
    path = desk / "docs/debat/contributions/2026-11-28-99.yml"
    path.write_bytes(b"id: 2026-11-28-99\nobservation: Mon secret est gard\xe9.\n")
    done = run("debate", "check", cwd=desk)
    assert done.returncode == 2
    assert f"{path.relative_to(desk)}:2:33: octet qui n’est pas de l’UTF-8 [encodage]" in done.stderr
    assert "secret" not in done.stderr


def test_every_fault_of_every_file_is_told_at_once(doctrine: Doctrine) -> None:
    found = refused(doctrine, said=SAID + "nom: x\n", event=EVENT + "nom: x\n", consultation=CONSULTATION + "nom: x\n")
    assert found == ["cafe.yml:7:1 cle-inconnue", "dit.yml:8:1 cle-inconnue", "essai.yml:6:1 cle-inconnue"]


def test_an_example_may_not_pretend_that_it_changed_a_published_version(doctrine: Doctrine) -> None:
    answer = 'answers:\n  - {on: 2026-04-02, reply: oui, by: x, because: x, version: "2024.1"}\n'
    given = {"said": SAID + answer, "event": EVENT, "consultation": CONSULTATION}
    invented = {name: text.replace("kind: real", "kind: example") for name, text in given.items()}
    assert told(doctrine, **given).contribution("dit").answers[0].version == "2024.1"
    assert refused(doctrine, **invented) == ["dit.yml:9:62 debat-incoherent"]


def test_a_faulty_edition_is_told_in_its_own_file(doctrine: Doctrine, tmp_path: Path) -> None:
    (tmp_path / "editions").mkdir()
    (tmp_path / "editions/essai.yml").write_text("extends: nantes\n", encoding="utf-8")
    with pytest.raises(SourceError) as error:
        load_debate(tmp_path, doctrine, KIT)
    assert {fault.file for fault in error.value.faults} == {str(tmp_path / "editions/essai.yml")}


def test_a_folder_that_is_not_there_is_an_empty_debate(doctrine: Doctrine, tmp_path: Path) -> None:
    assert load_debate(tmp_path / "rien", doctrine, KIT) == Debate(editions={})


def copied(folder: Path) -> Path:
    """The debate of the repository, where it may be written."""
    return Path(shutil.copytree(FOLDER, folder / "debat"))


def test_histories_only_grow(doctrine: Doctrine, published: Debate, tmp_path: Path) -> None:
    one = published.contribution("exemple-temps-de-verifier")
    longer = replace(one, answers=[*one.answers, one.answers[-1]])
    shorter, other = replace(one, answers=one.answers[:1]), replace(one, moderation=[])
    reworded = replace(one, answers=[replace(one.answers[0], because="Autre motif"), *one.answers[1:]])
    assert lost(one, one) == lost(one, longer) == []
    assert (lost(one, shorter), lost(one, reworded), lost(one, other)) == (["answers"], ["answers"], ["moderation"])
    folder = copied(tmp_path)
    stood = (folder / "contributions/exemple-temps-de-verifier.yml").read_bytes()
    with pytest.raises(RewrittenError):
        save_contribution(shorter, folder, doctrine, KIT, one)
    with pytest.raises(SourceError):
        save_contribution(replace(longer, about=["rien"]), folder, doctrine, KIT, one)
    assert (folder / "contributions/exemple-temps-de-verifier.yml").read_bytes() == stood


def test_what_is_written_reads_back_the_same(doctrine: Doctrine, published: Debate, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for one in published.contributions:
        save_contribution(one, folder, doctrine, KIT, one)
    found = load_debate(folder, doctrine, KIT)
    assert list(map(as_data, found.contributions)) == list(map(as_data, published.contributions))


# -- what is counted ---------------------------------------------------------------------------------------------------------


def random_debate(doctrine: Doctrine, seed: int) -> Debate:
    """A debate where anything that is allowed may happen."""
    chance = random.Random(seed)
    names = [*(section.id for section in doctrine.sections), *doctrine.questions]
    consultations = tuple(
        Consultation(id=f"d{rank}", title="D", kind=chance.choice(["real", "example"]), authority="V", starts="2026")
        for rank in range(3)
    )
    events = tuple(
        Event(
            id=f"e{rank}",
            title="E",
            kind=(of := chance.choice(consultations)).kind,
            consultation=of.id,
            state=chance.choice(["annonce", "tenu", "annule"]),
            starts="2026-04-01",
            format=chance.choice([None, "cafe-debat", "jury-citoyen"]),
            participants=chance.choice([None, 0, 12]),
        )
        for rank in range(8)
    )
    return Debate(consultations, events, tuple(_random_contribution(chance, rank, consultations, names) for rank in range(30)))


def _random_contribution(chance: random.Random, rank: int, among: tuple[Consultation, ...], names: list[str]) -> Contribution:
    of, day = chance.choice(among), datetime.date(2026, 4, 1)
    outcomes: list[Any] = chance.choice([[], ["publiee"], ["publiee", "ecartee"], ["ecartee", "publiee"]])
    replies: list[Any] = chance.choices(list(REPLIES), k=chance.choice([0, 1, 2]))
    proposal = chance.choice([None, "P"])
    return Contribution(
        id=f"c{rank}",
        kind=of.kind,
        consultation=of.id,
        date=day,
        channel="x",
        profile=chance.choice([None, "agent", "habitant"]),
        about=chance.sample(names, chance.choice([0, 1, 3])),
        observation="O",
        proposal=proposal,
        opposes=[f"c{rank - 1}"] if rank and chance.random() < 0.3 else [],
        consent=chance.random() < 0.8,
        moderation=[Moderation(on=day, outcome=outcome, by="x", because="x") for outcome in outcomes],
        answers=[Answer(on=day, reply=reply, because="x", by="x") for reply in replies] if proposal else [],
    )


@pytest.mark.parametrize("seed", range(40))
def test_counts_are_those_one_finds_by_hand(doctrine: Doctrine, seed: int) -> None:
    debate = random_debate(doctrine, seed)
    for found in restitutions(doctrine, debate):
        own = [one for one in debate.contributions if one.consultation == found.consultation.id]
        read_ones = [one for one in own if one.consent and one.moderation and one.moderation[-1].outcome == "publiee"]
        assert list(found.published) == read_ones
        assert sum(found.states.values()) == sum(found.profiles.values()) == len(own)
        for raised in found.raised:
            about = [one for one in read_ones if any(name.split(".")[0] == raised.section.id for name in one.about)]
            assert list(raised.contributions) == about
        sizes = [len(raised.contributions) for raised in found.raised]
        assert sizes == sorted(sizes, reverse=True)
        assert {raised.section.id for raised in found.raised} == {name.split(".")[0] for one in read_ones for name in one.about}
        proposed = [one for one in read_ones if one.proposal]
        assert found.replies == Counter(one.answers[-1].reply if one.answers else "" for one in proposed)
        held = [event for event in debate.events if event.consultation == found.consultation.id and event.state == "tenu"]
        assert {name: count for name, (count, _) in found.formats.items()} == Counter(event.format or "" for event in held)
        pairs = {(one.id, other) for one in read_ones for other in one.opposes if other in {found.id for found in read_ones}}
        assert {(one.id, other.id) for one, other in found.oppositions} == pairs


def test_what_is_invented_counts_in_no_total(doctrine: Doctrine, published: Debate) -> None:
    assert {one.consultation.kind for one in real_only(restitutions(doctrine, published))} == {"real"}
    text = render_debate(doctrine, KIT, published, {}, TODAY)["debattre/index.md"].replace("\xa0", " ")
    assert "hors exemples inventés : 2 démarches, 3 événements, 0 contribution publiée" in text


def test_an_account_stays_short_however_many_speak(doctrine: Doctrine, published: Debate) -> None:
    one = published.contribution("exemple-temps-de-verifier")
    many = [replace(one, id=f"dit-{rank}", opposes=[f"dit-{rank - 1}"] if rank else []) for rank in range(500)]
    pages = render_debate(doctrine, KIT, replace(published, contributions=tuple(many)), {}, TODAY)
    short = {name: text for name, text in pages.items() if not name.startswith("debattre/index")}
    assert max(len(text) for text in short.values()) < 20_000
    listed = "".join(text for name, text in pages.items() if name.startswith("debattre/fiches-exemple-2026"))
    assert set(re.findall(r"/debattre/contribution-(dit-\d+)\.md", listed)) == {found.id for found in many}
    assert "500 contributions reçues" in pages["debattre/restitution-exemple-2026.md"].replace("\xa0", " ")


def test_no_number_of_a_restitution_is_in_its_template() -> None:
    template = (ROOT / "src/boussole/templates/debate/restitution.md.j2").read_text(encoding="utf-8")
    assert re.findall(r"\b\d+ (?!\.)\w+", re.sub(r"\{%.*?%\}", "", template)) == []


def plain(text: str) -> str:
    """Words alone, whatever they are written in."""
    return html.unescape(re.sub(r"<[^>]+>|[*\\\\]", "", text)).translate({0xA0: " ", 0x202F: " "})


def test_the_account_that_is_handed_out_counts_what_the_page_counts(doctrine: Doctrine, published: Debate) -> None:
    pages = render_debate(doctrine, KIT, published, {}, TODAY)
    for name, text in documents(doctrine, published).items():
        page = plain(pages[f"debattre/{name.partition('.')[0]}.md"])
        told = plain(text)
        for rank, part in enumerate(KIT.restitution, 1):
            assert f"{rank}. {part.name}" in told, name
            assert f"{rank}. {part.name}" in page, name
        counts = re.findall(r"\d+ (?:contributions? reçues?|propositions?|participations?)\b", page)
        assert [count for count in counts if count not in told] == [], name
        assert counts or "exemple" not in name
        assert INVENTED in told or "exemple" not in name


def test_the_account_of_a_consultation_is_written_once_in_each_form(desk: Path) -> None:
    for end in (".md", ".html", ".pdf"):
        done = run("debate", "report", "-o", f"r{end}", cwd=desk)
        assert (done.returncode, done.stderr) == (0, "")
        again = run("debate", "report", "-o", f"r{end}", cwd=desk)
        assert "existe déjà" in again.stderr
    assert "Dire ce qui est consommé" not in (desk / "r.md").read_text(encoding="utf-8")  # nobody moderated it yet
    assert (desk / "r.pdf").read_bytes().startswith(b"%PDF")


# -- what is never published -------------------------------------------------------------------------------------------------


def everything(doctrine: Doctrine, debate: Debate) -> dict[str, str]:
    pages = render_debate(doctrine, KIT, debate, {}, TODAY) | debate_files(doctrine, debate, "https://exemple.fr/", TODAY)
    return pages | documents(doctrine, debate)


def documents(doctrine: Doctrine, debate: Debate) -> dict[str, str]:
    """The account of each consultation, as it is handed out."""
    sheets = [account(found, KIT, TODAY) for found in restitutions(doctrine, debate)]
    return {f"{one.name}{end}": form(one, "Mention.") for one in sheets for end, form in FORMS.items()}


@pytest.mark.parametrize("state", ["attente", "ecartee", "sans-accord"])
def test_words_that_are_not_published_are_nowhere(doctrine: Doctrine, published: Debate, state: str) -> None:
    one = published.contribution("exemple-temps-de-verifier")
    hidden = replace(one, theme=SECRET, **dict.fromkeys(WORDS, SECRET))  # type: ignore[arg-type]
    line = Moderation(on=TODAY, outcome="ecartee", by="Mission", because="Un motif")
    hidden = replace(
        hidden,
        consent=state != "sans-accord",
        moderation={"attente": [], "ecartee": [*hidden.moderation, line], "sans-accord": hidden.moderation}[state],
    )
    assert hidden.state == state
    others = tuple(other for other in published.contributions if other.id != hidden.id)
    debate = replace(published, contributions=(hidden, *others))
    assert [name for name, text in everything(doctrine, debate).items() if SECRET in text] == []
    back = render_pages(doctrine, TODAY, {}, Around(debate=debate))
    assert [name for name, text in back.items() if SECRET in text] == []


HOSTILE = (
    "<script>alert(1)</script>",
    "[lien](javascript:alert(1)) ![](https://exemple.fr/x.png)",
    "``` {raw} html\n<b>x</b>",
    ":::{only} html {{ x }} {% if %}",
    "# Titre\n\n---\n- liste\n: définition",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_never_becomes_markup(doctrine: Doctrine, published: Debate, text: str) -> None:
    one = published.contribution("exemple-temps-de-verifier")
    others = tuple(other for other in published.contributions if other.id != one.id)

    def rendered(said: str) -> dict[str, str]:
        spoken = replace(one, theme=said, **dict.fromkeys(WORDS, said))  # type: ignore[arg-type]
        debate = replace(published, contributions=(spoken, *others))
        return render_debate(doctrine, KIT, debate, {}, TODAY) | documents(doctrine, debate)

    pages, simple = rendered(text), rendered("Des mots simples")
    for name in (f"debattre/contribution-{one.id}.md", "debattre/restitution-exemple-2026.md", "restitution-exemple-2026.md"):
        assert _kinds(pages[name]) == _kinds(simple[name]), name
    assert "<script>" not in "".join(pages.values())


def _kinds(text: str) -> list[str]:
    """The kinds of the blocks of some Markdown, links and HTML within lines included."""
    tokens = MarkdownIt("commonmark").parse(text)
    inline = [
        child.type for token in tokens for child in token.children or () if child.type in ("html_inline", "link_open", "image")
    ]
    return [token.type for token in tokens] + sorted(inline)


# -- from a sentence to a version, and back ----------------------------------------------------------------------------------


def test_a_sentence_leads_to_the_question_it_changed_and_the_question_leads_back(doctrine: Doctrine, published: Debate) -> None:
    name, question, version = "exemple-temps-de-verifier", "travail.temps-de-verification", "exemple-2026"
    moved = {version: moved_by(doctrine, published.editions[version], REGISTER, doctrine)}
    pages = render_debate(doctrine, KIT, published, moved, TODAY)
    said, edition = pages[f"debattre/contribution-{name}.md"], pages[f"debattre/edition-{version}.md"]
    assert f"(#{question.replace('.', '-')})" in said
    assert f"(/debattre/edition-{version}.md)" in said
    assert f"(/debattre/contribution-{name}.md)" in edition
    assert "registre/maintenance-predictive-du-tramway.html" in edition
    back = render_pages(doctrine, TODAY, {}, Around(debate=published))
    assert f"(/debattre/contribution-{name}.md)" in back["criteres/travail.md"]
    assert f"(/debattre/edition-{version}.md)" in back["versions.md"]
    assert "(/debattre/contribution-exemple-guichet-humain.md)" in back["cas/agent-conversationnel-accueil.md"]


def test_a_version_leads_to_what_asked_for_it(doctrine: Doctrine) -> None:
    said = "answers:\n  - {on: 2026-04-02, reply: oui, by: x, because: x, version: '2024.1', changes: [sobriete]}\n"
    moderated = "moderation:\n  - {on: 2026-04-01, outcome: publiee, by: x, because: x}\n"
    pages = render_pages(doctrine, TODAY, {}, Around(debate=told(doctrine, said=SAID + moderated + said)))
    for name in ("versions.md", "criteres/sobriete.md"):
        assert "(/debattre/contribution-dit.md)" in pages[name]
        assert "acceptée" in pages[name]


def test_the_uses_an_edition_moves_are_those_whose_answers_obtain_another_opinion(doctrine: Doctrine, published: Debate) -> None:
    edition = published.editions["exemple-2026"]
    expected = {}
    for path in sorted(REGISTER.glob("*.yml")):
        dossier = load_dossier(path, doctrine)
        speakers = dossier.contributors
        before, after = (boussole.assess(side, dossier.answers, speakers).attainable for side in (doctrine, edition))
        if before != after:
            expected[dossier.id] = (before, after)
    assert {one.past.file: (one.before, one.after) for one in moved_by(doctrine, edition, REGISTER, doctrine)} == expected
    assert expected


def test_an_edition_is_invented_until_someone_real_asked_for_it(doctrine: Doctrine, published: Debate) -> None:
    real = tuple(replace(one, kind="real") for one in published.contributions)
    mark = "boussole-proposal boussole-invented\n"
    for debate, is_invented in ((published, True), (replace(published, contributions=real), False)):
        page = render_debate(doctrine, KIT, debate, {}, TODAY)["debattre/edition-exemple-2026.md"]
        assert (mark in page) == is_invented


def test_an_older_version_that_is_kept_tells_the_uses_that_the_new_one_moved(doctrine: Doctrine, published: Debate) -> None:
    """When a proposal is carried for good, the version before stands in ``editions``, under its own number."""
    text = (ROOT / "src/boussole/doctrines/nantes.yml").read_text(encoding="utf-8")
    new = load_text(text.replace('version: "2024.1"', 'version: "2024.2"', 1).replace("versions:\n", f"versions:\n{NEWER}", 1))
    debate = told(new, said=SAID + MODERATED + ANSWERED)
    debate = replace(debate, editions={"avant-2024-2": doctrine})
    assert debate.before(new, "2024.2") == "avant-2024-2"
    assert debate.before(new, "2024.1") == debate.before(new, "autre") == ""
    moved = moves(new, debate, REGISTER)
    assert moved == {"avant-2024-2": ()}  # nothing but the number changed
    pages = render_debate(new, KIT, debate, moved, TODAY)
    assert "(/debattre/edition-avant-2024-2.md)" in pages["debattre/contribution-dit.md"]
    assert "(/debattre/contribution-dit.md)" in pages["debattre/edition-avant-2024-2.md"]
    assert "# De la version 2024.1 à la version 2024.2" in pages["debattre/edition-avant-2024-2.md"]
    reversed_moves = moved_by(published.editions["exemple-2026"], doctrine, REGISTER, doctrine)
    assert [(one.before, one.after) for one in reversed_moves] == [(("suspendu",), ("favorable-sous-reserves",))]


NEWER = '  - {version: "2024.2", date: 2026-11-25, title: Suite, changes: [Un changement]}\n'
MODERATED = "moderation:\n  - {on: 2026-04-01, outcome: publiee, by: x, because: x}\n"
ANSWERED = "answers:\n  - {on: 2026-04-02, reply: oui, by: x, because: x, version: '2024.2', changes: [sobriete]}\n"


def test_the_edition_does_not_touch_the_published_doctrine(doctrine: Doctrine, published: Debate) -> None:
    assert published.editions["exemple-2026"].fingerprint != doctrine.fingerprint
    assert load(FOLDER / "editions/exemple-2026.yml").doctrine.notice.startswith("Édition inventée")


# -- data --------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(doctrine: Doctrine, published: Debate) -> Mapping[str, str]:
    return debate_files(doctrine, published, "https://exemple.fr/", TODAY)


def test_tables_read_back_a_line_an_element(files: Mapping[str, str], published: Debate) -> None:
    counts = {table.name: len(read_table(files[f"donnees/{table.name}.csv"])) for table in (EVENTS, CONTRIBUTIONS, ANSWERS)}
    answers = sum(len(one.answers) for one in published.published)
    expected = (len(published.events), len(published.contributions), answers)
    assert tuple(counts.values()) == expected


def test_anyone_reads_the_tables_by_their_description(files: Mapping[str, str], tmp_path: Path) -> None:
    import frictionless

    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    report = frictionless.validate(str(tmp_path / "donnees/datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])


@pytest.mark.skipif(not FOREIGN.is_dir(), reason="the schemas of others are not here")
@pytest.mark.parametrize("base", ["https://exemple.fr/", ""])
def test_the_catalogue_of_the_debate_has_the_official_shapes(doctrine: Doctrine, published: Debate, base: str) -> None:
    text = debate_files(doctrine, published, base, TODAY)["donnees/catalogue.ttl"]
    graph = Graph().parse(data=text, format="turtle", publicID="https://exemple.fr/debattre/donnees/catalogue.ttl")
    assert shape_faults(graph, FOREIGN) == []


def test_the_same_debate_gives_the_same_bytes_on_another_day(doctrine: Doctrine, published: Debate) -> None:
    days = [debate_files(doctrine, published, "", TODAY + datetime.timedelta(days=shift)) for shift in (0, 30)]
    changed = {name for name, text in days[0].items() if days[1][name] != text}
    assert all(name.endswith(".ics") for name in changed)  # a calendar says when it was made


def test_every_file_of_the_debate_follows_its_published_schema(files: Mapping[str, str], published: Debate) -> None:
    kinds = {"demarche": published.consultations, "evenement": published.events, "contribution": published.contributions}
    assert kinds.keys() == SHAPES.keys()
    for name, found in kinds.items():
        schema = json.loads(files[f"donnees/schemas/{name}.schema.json"])
        for one in found:
            jsonschema.validate(as_data(one), schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(as_data(found[0]) | {"nom": "x"}, schema)


def test_the_calendar_holds_what_has_a_day_and_only_that(files: Mapping[str, str], published: Debate) -> None:
    text = files["agenda.ics"]
    days = [event for event in published.events if len(event.starts) == 10]
    assert text.count("BEGIN:VEVENT") == len(days) < len(published.events)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "DTSTART;TZID=Europe/Paris:20260414T183000" in text
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "evenement-restitution-2024.ics" not in files  # its source gives a month


def test_the_feed_tells_what_was_said_and_answered_under_the_same_ids_anywhere(doctrine: Doctrine, published: Debate) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feeds = [debate_files(doctrine, published, base, TODAY)["debat.atom"] for base in ("", "https://exemple.fr/")]
    ids = [[entry.findtext(f"{atom}id") for entry in ElementTree.fromstring(text).iter(f"{atom}entry")] for text in feeds]
    assert ids[0] == ids[1]
    assert len(ids[0]) == len(set(ids[0])) == len(published.published) + sum(len(one.answers) for one in published.published)
    assert feeds[1].count("exemple inventé") >= len(ids[1])


# -- the command line --------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a small debate."""
    for part, name, text in (("demarches", "essai", CONSULTATION), ("evenements", "cafe", EVENT), ("contributions", "dit", SAID)):
        (tmp_path / "docs/debat" / part).mkdir(parents=True)
        (tmp_path / "docs/debat" / part / f"{name}.yml").write_text(text, encoding="utf-8")
    return tmp_path


def contribution_of(desk: Path, doctrine: Doctrine, name: str) -> Contribution:
    return load_debate(desk / "docs/debat", doctrine, KIT).contribution(name)


def test_a_contribution_is_entered_moderated_and_answered(desk: Path, doctrine: Doctrine) -> None:
    said = ("--event", "cafe", "--about", "sobriete", "--concern", "L’eau", "--proposal", "Mesurer l’eau", "--consent")
    done = run("contribution", "new", "--date", "2026-04-02", *said, cwd=desk)
    assert (done.returncode, done.stderr) == (0, "")
    name = "2026-04-02-1"
    assert contribution_of(desk, doctrine, name).state == "attente"
    told = ("--by", "Mission", "--because", "Conforme", "--on", "2026-04-03")
    assert run("contribution", "moderate", name, "--outcome", "publiee", *told, cwd=desk).returncode == 0
    assert run("contribution", "answer", name, "--reply", "plus-tard", *told, "--due", "2027", cwd=desk).returncode == 0
    last = ("--by", "Mission", "--because", "Fait", "--on", "2026-05-03", "--version", "2024.1", "--changes", "sobriete")
    assert run("contribution", "answer", name, "--reply", "oui", *last, cwd=desk).returncode == 0
    found = contribution_of(desk, doctrine, name)
    assert [answer.reply for answer in found.answers] == ["plus-tard", "oui"]
    assert found.is_published
    assert "Oui" in run("debate", "list", cwd=desk).stdout


def test_the_questions_are_asked_one_by_one_and_each_answer_is_kept(desk: Path, doctrine: Doctrine) -> None:
    typed = "cafe\n2026-04-02\noui\nrobot\nagent\n\nsobriete\n\nIl fait chaud\nL’eau\n"  # then the line is cut
    done = run("contribution", "new", "--consultation", "essai", "--id", "coupee", cwd=desk, typed=typed)
    assert done.returncode == 2
    assert "Attendu : habitant" in done.stdout.replace("\xa0", " ")
    assert "Ce qui a été répondu est dans" in done.stdout
    found = contribution_of(desk, doctrine, "coupee")
    assert (found.profile, found.about, found.words) == (
        "agent",
        ["sobriete"],
        {"observation": "Il fait chaud", "concern": "L’eau"},
    )


def test_without_consent_no_word_is_written(desk: Path, doctrine: Doctrine) -> None:
    given = ("--consultation", "essai", "--id", "tue", "--channel", "Courrier", "--concern", SECRET)
    assert run("contribution", "new", *given, cwd=desk, typed="\npeut-être\nnon\n").returncode == 0
    assert contribution_of(desk, doctrine, "tue").state == "sans-accord"
    assert SECRET not in (desk / "docs/debat/contributions/tue.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("contribution", "new", "--date", "demain", "--proposal", "x", "--consent"), "attendu un jour qui existe"),
        (("contribution", "new", "--proposal", "x", "--consent", "--about", "rien"), "identifiant-inconnu"),
        (("contribution", "new", "--proposal", "x", "--consent", "--id", "dit"), "existe déjà"),
        (("contribution", "new", "--proposal", "x", "--consent", "--consultation", "autre"), "attendu : essai"),
        (("contribution", "new", "--proposal", "06 12 34 56 78", "--consent"), "donnee-personnelle"),
        (("contribution", "answer", "dits", "--reply", "non", "--by", "x", "--because", "x"), "peut-être « dit »"),
        (("contribution", "answer", "dit", "--reply", "non", "--by", " ", "--because", "x"), "texte vide"),
        (("contribution", "answer", "dit", "--reply", "bof", "--by", "x", "--because", "x"), "valeur inconnue"),
        (
            ("contribution", "answer", "dit", "--reply", "non", "--by", "x", "--because", "x", "--on", "2020-01-01"),
            "dates-en-desordre",
        ),
        (("contribution", "moderate", "dit", "--outcome", "publiee", "--by", "x"), "il manque"),
        (("debate", "check", "ailleurs"), "introuvable"),
        (("debate", "report", "essais", "-o", "x.md"), "peut-être « essai »"),
        (("debate", "report", "-o", "x.doc"), "doit finir par .html, .md ou .pdf"),
    ],
)
def test_misuse_is_told_in_french_and_touches_nothing(desk: Path, arguments: tuple[str, ...], told: str) -> None:
    def state() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (desk / "docs/debat").rglob("*") if path.is_file()}

    before = state()
    done = run(*arguments, cwd=desk)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert state() == before


def test_the_check_counts_what_it_read(desk: Path) -> None:
    done = run("debate", "check", cwd=desk)
    assert done.stdout.replace("\xa0", " ") == "Débat correct : 1 démarche, 1 événement, 1 contribution, 0 édition.\n"


def test_a_restitution_of_nothing_says_so(doctrine: Doctrine) -> None:
    debate = Debate((told(doctrine).consultations[0],))
    found = Restitution(doctrine, debate, debate.consultations[0])
    assert (found.participants, found.raised, found.proposals, found.states) == (None, (), (), {})
    text = render_debate(doctrine, KIT, debate, {}, TODAY)["debattre/restitution-essai.md"]
    assert "Aucune contribution n’est publiée ici." in text
    assert text.count("Non renseigné.") >= 6
