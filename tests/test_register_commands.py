"""The commands of the register: measures added safely, uses checked before they are published, the mention of decisions."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import boussole
from boussole.dossier import Condition, Dates, Decision, Dossier, Happening, Measure, Notice, load_dossier, new_dossier
from boussole.filing import save_dossier
from boussole.model import ACCORD
from boussole.outputs.mention import DECIDES, lacking, render_mention, shown_mention
from boussole.vetting import alike, vet
from tests.commands import run
from tests.test_monitoring import NANTES, TODAY, USAGE, day, measure, used

SOURCE = ("--source", "journal d’exemple")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A use in service, followed once."""
    path = tmp_path / "essai.yml"
    save_dossier(used({USAGE: [measure("2026-03-01", 90)]}), path, NANTES)
    return path


def measures(path: Path, name: str = USAGE) -> list[Measure]:
    return load_dossier(path, NANTES).measures[name]


# -- boussole measure --------------------------------------------------------------------------------------------------------


def test_a_measure_is_added_and_what_it_changes_is_told(file: Path) -> None:
    done = run("measure", file, USAGE, "170 %", "--on", "2026-06-01", *SOURCE)
    assert done.returncode == 0, done.stderr
    assert [(str(found.on), found.value) for found in measures(file)] == [("2026-03-01", 90), ("2026-06-01", 170)]
    told = done.stdout.replace("\u00a0", " ").replace("\u202f", " ")
    assert "170 (% de l’usage prévu), le 01/06/2026 : enregistrée." in told
    assert "Effet : Favorable sous réserves (réserve)." in told
    assert "Avis du jour : favorable sous réserves, suspendu, à retravailler, refusé ; il était : favorable," in told


def test_the_same_measure_is_kept_once(file: Path) -> None:
    for _ in range(2):
        done = run("measure", file, USAGE, "95", "--on", "2026-06-01", *SOURCE)
    assert "déjà enregistrée" in done.stdout
    assert len(measures(file)) == 2


def test_a_target_and_a_group_are_kept_with_the_measure(file: Path) -> None:
    run("measure", file, USAGE, "80,5", "--on", "2026-01-02", *SOURCE, "--target")
    run(
        "measure",
        file,
        "travail.charge-et-sens",
        "3,4",
        "--on",
        "2026-02-02",
        *SOURCE,
        "--group",
        "agents d’accueil",
        "--count",
        "12",
    )
    assert [(found.value, found.kind) for found in measures(file)] == [(80.5, "cible"), (90, None)]
    [found] = measures(file, "travail.charge-et-sens")
    assert (found.group, found.count) == ("agents d’accueil", 12)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([USAGE, "beaucoup", "--on", "2026-06-01"], "attendu un nombre"),
        ([USAGE, "-3", "--on", "2026-06-01"], "aucune tranche"),
        (["sobriete.usage-rel", "90", "--on", "2026-06-01"], "peut-être « sobriete.usage-reel »"),
        ([USAGE, "90", "--on", "2026-02-30"], "un jour qui existe"),
        ([USAGE, "90", "--on", "20260601"], "écrit AAAA-MM-JJ"),
        ([USAGE, "90", "--on", "2999-01-01"], "dans l’avenir"),
        ([USAGE, "90", "--on", "2026-06-01", "--count", "4"], "moins de 5 personnes"),
        ([USAGE, "90", "--on", "2026-06-01", "--source", " "], "une mesure a une source"),
        (["travail.charge-et-sens", "3", "--on", "2026-06-01", "--group", "accueil"], "combien de personnes du groupe"),
        (["sobriete.energie-annuelle", "-3", "--on", "2026-06-01"], "ne descend pas sous zéro"),
    ],
)
def test_a_measure_that_cannot_be_is_refused_and_the_file_is_as_it_was(file: Path, given: list[str], told: str) -> None:
    before = file.read_bytes()
    given = given if "--source" in given else [*given, *SOURCE]
    name, value, *options = given
    done = run("measure", *options, "--", file, name, value)
    assert done.returncode == 2
    assert told in done.stderr.replace("\u00a0", " ")
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == before


def test_measures_added_at_once_by_several_programs_are_all_kept(file: Path) -> None:
    command = [sys.executable, "-c", "from boussole.cli import main; main()", "measure", str(file), USAGE]
    started = [subprocess.Popen([*command, str(100 + rank), "--on", "2026-06-01", *SOURCE]) for rank in range(6)]
    assert [program.wait() for program in started] == [0] * 6
    assert sorted(found.value for found in measures(file)) == [90, 100, 101, 102, 103, 104, 105]
    assert [path.name for path in file.parent.iterdir()] == ["essai.yml"]


def test_a_measure_is_added_to_a_document_too(tmp_path: Path) -> None:
    path = tmp_path / "essai.html"
    save_dossier(used({}), path, NANTES)
    assert run("measure", path, USAGE, "90", "--on", "2026-06-01", *SOURCE).returncode == 0
    assert [found.value for found in measures(path)] == [90]


# -- boussole register check ---------------------------------------------------------------------------------------------------


def said(**given: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    dossier = replace(new_dossier(NANTES, "essai", "Essai"), **given)
    return [(fault.code, fault.path) for fault in vet(dossier, "essai", NANTES, TODAY)]


@pytest.mark.parametrize(
    "text",
    [
        "Appeler le 06 12 34 56 78.",
        "tél. 02.40.12.34.56",
        "+33 6 12 34 56 78",
        "+33(0)240123456",
        "0240123456",
        "écrire à x@ville.fr",
        "06\u00a012\u00a034\u00a056\u00a078",
        "06\u202f12\u202f34\u202f56\u202f78",
        "06‑12–34‑56‑78",
        "0612 345 678",
        "0612.345.678",
        "06  12  34  56  78",
        "06/12/34/56/78",
        "00 33 6 12 34 56 78",
        "+32 475 12 34 56",
        "０６１２３４５６７８",
        "jean.dupont\uff20ville.fr",
        "jean.dupont @ ville.fr",
        "jean.dupont (at) ville.fr",
    ],
)
def test_a_phone_number_or_an_address_in_a_text_is_a_fault(text: str) -> None:
    assert said(summary=text) == [("donnee-personnelle", ("summary",))]
    assert said(notes={"droit.aipd": {"dpo": ["Vu.", text]}}) == [("donnee-personnelle", ("notes", "droit.aipd", "dpo", 1))]


@pytest.mark.parametrize(
    "text",
    [
        "En 2024, 5 866 foyers et 407 153 €.",
        "Article L. 311-3-1",
        "1 024 000 000 réponses",
        "0,4 Wh",
        "Du 01/02/2026 au 03/04/2026.",
        "+ 12 000 000 kWh",
    ],
)
def test_figures_are_not_phone_numbers(text: str) -> None:
    assert said(summary=text) == []


def test_a_long_word_is_read_in_no_time() -> None:
    """An address is looked for without going back over the whole text for each of its letters."""
    assert seconds_of("a" * 200_000, "a." * 100_000 + "@") < 20 * seconds_of("mot " * 100_000)


def seconds_of(*summaries: str) -> float:
    """Processor time, told beside another in the same run, since machines differ and are shared."""
    began = time.process_time()
    for summary in summaries:
        assert said(summary=summary) == []
    return time.process_time() - began


@pytest.mark.parametrize(
    ("contact", "is_sound"),
    [
        ("registre@collectivite.example", True),
        ("direction.numerique@collectivite.example", True),
        ("camille.durand@collectivite.example", False),
        ("camille.anne.durand@collectivite.example", False),
        ("service-courrier@gmail.com", False),
        ("accueil@orange.fr", False),
    ],
)
def test_the_contact_is_a_service_and_nobody(contact: str, is_sound: bool) -> None:
    assert (said(contact=contact) == []) is is_sound


def test_dates_go_forward() -> None:
    dates = Dates(opened=day("2025-02-01"), started=day("2025-01-01"), ended=day("2024-01-01"))
    decision = Decision(outcome="refuse", by="la direction", on=day("2024-12-31"))
    wrong = [("dates-en-desordre", ("dates", "ended")), ("dates-en-desordre", ("decision", "on"))]
    assert said(dates=dates, decision=decision) == wrong
    assert said(dates=replace(dates, ended=day("2026-01-01")), decision=replace(decision, on=day("2025-03-01"))) == []


def test_what_a_few_people_said_is_a_fault() -> None:
    assert said(measures={USAGE: [measure("2026-01-01", 90, count=4)]}) == [("petit-groupe", ("measures", USAGE, 0, "count"))]


def test_a_group_that_answers_without_its_count_is_a_fault_unless_it_is_a_target() -> None:
    charge = "travail.charge-et-sens"
    alone = [measure("2026-01-01", 3, group="accueil"), measure("2026-01-01", 4, group="accueil", kind="cible")]
    assert said(measures={charge: alone}) == [("groupe-sans-effectif", ("measures", charge, 0, "group"))]
    assert said(measures={charge: [measure("2026-01-01", 3, group="accueil", count=12)]}) == []
    assert said(measures={"sobriete.energie-annuelle": [measure("2026-01-01", 3, group="serveur")]}) == []


def test_no_fact_is_ahead_of_the_day_but_what_is_due_may_be() -> None:
    later = day("2026-11-26")
    facts: dict[str, Any] = {
        "dates": Dates(opened=later, started=later, updated=later),
        "decision": Decision(outcome="refuse", by="la direction", on=later),
        "measures": {USAGE: [measure("2026-11-25", 90), measure("2026-11-26", 90), measure("2026-11-26", 90, kind="cible")]},
        "conditions": [Condition(what="Former", owner="dpo", done=later)],
        "history": [Happening(on=later, what="Essai.")],
    }
    places = [
        *(("dates", name) for name in ("opened", "started", "updated")),
        ("decision", "on"),
        ("measures", USAGE, 1, "on"),
        ("measures", USAGE, 2, "on"),
        ("conditions", 0, "done"),
        ("history", 0, "on"),
    ]
    assert said(**facts) == [("date-a-venir", place) for place in places]
    due = [Condition(what="Former", owner="dpo", due=later)]
    assert said(dates=Dates(next_review=later, ended=later), conditions=due) == []


@pytest.mark.parametrize(
    ("name", "is_sound"),
    [
        ("sobriete.energie-annuelle", False),
        ("sobriete.energie-unitaire", False),
        ("sobriete.emissions", False),
        ("sobriete.materiel-neuf", False),
        ("service-public.abandons", False),
        ("biometrie.ecart-entre-groupes", True),
        ("travail.temps-net", True),
        ("alternative.ecart-d-empreinte", True),
        ("alternative.ecart-de-cout", True),
    ],
)
def test_an_amount_is_not_below_zero_and_a_difference_may_be(name: str, is_sound: bool) -> None:
    wrong = [] if is_sound else [("valeur-impossible", ("measures", name, 0, "value"))]
    assert said(measures={name: [measure("2026-01-01", -1)]}) == wrong
    assert said(measures={name: [measure("2026-01-01", 0)]}) == []


def test_each_fault_of_the_register_is_told_at_its_place(tmp_path: Path) -> None:
    dossier = replace(new_dossier(NANTES, "autre", "Essai"), summary="Appeler le 06 12 34 56 78.", contact="jean.dupont@free.fr")
    save_dossier(dossier, tmp_path / "essai.yml", NANTES)
    done = run("register", "check", tmp_path)
    assert done.returncode == 2
    assert "essai.yml:1:5: identifiant « autre » dans le fichier « essai » [fiche-mal-nommee]" in done.stderr
    assert "essai.yml:4:10: numéro de téléphone « 06 12 34 56 78 » [donnee-personnelle]" in done.stderr
    assert "[donnee-personnelle]\n" in done.stderr.split("jean.dupont@free.fr")[1]


COPIED = "Répond aux questions courantes des habitants à partir des pages publiques, et propose un agent à tout moment."


def test_a_description_that_is_another_s_is_noticed_whatever_its_accents() -> None:
    texts = {
        "un": COPIED,
        "deux": COPIED.upper().replace("É", "E"),
        "trois": "Prévoit l’usure des portes du tramway à partir de capteurs.",
    }
    assert [(found.one, found.other) for found in alike(texts)] == [("un", "deux")]
    assert alike({**texts, "deux": "Répond aux questions courantes des agents sur leurs congés et leur paie."}) == ()


def test_two_uses_with_one_description_are_told(tmp_path: Path) -> None:
    for name in ("un", "deux"):
        save_dossier(replace(new_dossier(NANTES, name, f"Usage {name}"), summary=COPIED), tmp_path / f"{name}.yml", NANTES)
    done = run("register", "check", tmp_path)
    assert done.returncode == 2
    assert "descriptions semblables à 100% : « Usage deux » [deux] et « Usage un » [un]" in done.stderr


def test_a_link_that_leads_to_no_page_is_told_when_there_is_a_site(tmp_path: Path) -> None:
    folder, built = tmp_path / "registre", tmp_path / "site"
    folder.mkdir()
    (built / "criteres").mkdir(parents=True)
    (built / "criteres/droit.html").write_text("", encoding="utf-8")
    dossier = replace(new_dossier(NANTES, "essai", "Essai"), summary="Voir /criteres/droit.html et /criteres/perdu.html.")
    save_dossier(dossier, folder / "essai.yml", NANTES)
    assert run("register", "check", folder).returncode == 0
    done = run("register", "check", folder, "--site", built)
    assert done.returncode == 2
    assert "« /criteres/perdu.html », qui n’est pas dans le site, dans « summary »" in done.stderr
    assert "droit.html" not in done.stderr


def test_what_is_outdated_is_a_warning(tmp_path: Path) -> None:
    dossier = replace(new_dossier(NANTES, "essai", "Essai"), dates=Dates(next_review=day("2025-01-01")))
    save_dossier(dossier, tmp_path / "essai.yml", NANTES)
    done = run("register", "check", tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "essai.yml : date d’examen passée" in done.stdout


def test_uses_are_listed(file: Path) -> None:
    done = run("register", "list", file)
    assert done.stdout.split() == ["À", "compléter", "En", "service", "Essai", "(exemple)", "[essai]"]


# -- the mention -------------------------------------------------------------------------------------------------------------


def decided(**notice: Any) -> Dossier:
    return replace(
        new_dossier(NANTES, "tarif", "Tarif"),
        authority="Collectivité d’exemple",
        contact="algorithmes@collectivite.example",
        notice=Notice(**{"automation": "aide", "scope": "externe", "purpose": "calculer le tarif de l’eau", **notice}),
    )


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_mention_says_the_four_things_the_law_asks() -> None:
    assert plain(render_mention(decided(), "https://registre.example/tarif.html")) == (
        "Cette décision a été prise à l’aide d’un traitement algorithmique. Collectivité d’exemple en est responsable.\n\n"
        "À quoi sert ce traitement : calculer le tarif de l’eau.\n\n"
        "La fiche publique de cet usage est à l’adresse https://registre.example/tarif.html. Vous avez le droit d’obtenir les "
        "règles qui définissent ce traitement, et comment elles ont été appliquées à votre cas. Pour l’exercer, écrire à "
        "algorithmes@collectivite.example.\n\n"
        "En cas de refus, ou sans réponse un mois après la réception de votre demande, vous avez deux mois pour saisir la "
        "Commission d’accès aux documents administratifs (www.cada.fr).\n\n"
        "Code des relations entre le public et l’administration, articles L. 311-3-1, R. 311-3-1-1 et R. 311-3-1-2.\n"
    )


def test_a_decision_without_any_person_says_so() -> None:
    assert "prise par un traitement algorithmique, sans intervention humaine" in render_mention(decided(automation="entiere"))


def test_the_mention_makes_nothing_up() -> None:
    bare = replace(decided(purpose=None), authority=None, contact=None)
    assert plain(render_mention(bare)).count(" : à compléter]") == 3
    assert lacking(bare) == ("la collectivité", "la finalité", "le contact")
    assert lacking(decided()) == ()


def test_a_use_whose_decisions_are_counted_has_a_mention_even_inside() -> None:
    assert render_mention(decided(scope="interne")) == ""
    assert render_mention(decided(scope="interne", decisions_per_year=12))


def test_a_use_that_takes_no_individual_decision_has_no_mention(tmp_path: Path) -> None:
    dossier = decided(automation=None)
    assert render_mention(dossier) == ""
    save_dossier(dossier, tmp_path / "tarif.yml", NANTES)
    done = run("register", "mention", tmp_path / "tarif.yml")
    assert done.returncode == 2
    assert "ni la réponse à « profil.decision-individuelle », ni la notice ne disent" in plain(done.stderr)


def test_a_use_that_answers_that_it_helps_to_decide_has_a_mention_in_the_words_of_the_law() -> None:
    silent = decided(automation=None)
    yes = silent.answer(NANTES, DECIDES, "oui")
    assert "prise sur le fondement d’un traitement algorithmique" in render_mention(yes)
    assert render_mention(silent.answer(NANTES, DECIDES, "oui", "dpo").answer(NANTES, DECIDES, "non", "os"))
    assert render_mention(yes.answer(NANTES, DECIDES, "non", ACCORD).answer(NANTES, DECIDES, "oui", "dpo")) == ""
    assert render_mention(silent.answer(NANTES, DECIDES, "non")) == ""


@pytest.mark.parametrize("name", ["tarification-solidaire-eau", "tarification-solidaire-transports"])
def test_the_genuine_uses_have_a_mention(name: str) -> None:
    done = run("register", "mention", f"docs/registre/{name}.yml")
    assert done.returncode == 1
    assert "Nantes Métropole en est responsable" in plain(done.stdout)
    assert "À compléter avant l’emploi : le contact." in done.stderr


def test_the_page_shows_a_mention_to_copy_only_while_decisions_are_taken_with_the_use() -> None:
    shown: dict[Any, str] = {
        status: shown_mention(replace(decided(), status=status))
        for status in ("etude", "experimentation", "service", "refuse", "abandonne", "arrete")
    }
    whole = render_mention(decided())
    assert (shown["experimentation"], shown["service"]) == (whole, whole)
    assert (shown["etude"], shown["refuse"], shown["abandonne"]) == ("", "", "")
    assert "devaient porter une mention" in shown["arrete"]
    assert shown_mention(replace(decided(automation=None), status="arrete")) == ""


@pytest.mark.parametrize(("status", "told"), [("refuse", "refusé"), ("abandonne", "abandonné"), ("arrete", "arrêté")])
def test_no_mention_is_written_for_a_use_that_is_over(tmp_path: Path, status: Any, told: str) -> None:
    save_dossier(replace(decided(), status=status), tmp_path / "tarif.yml", NANTES)
    done = run("register", "mention", tmp_path / "tarif.yml")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"usage {told} : aucune décision ne se prend avec lui" in done.stderr.replace("\u00a0", " ")


def test_the_mention_is_written_by_a_command(tmp_path: Path) -> None:
    boussole.save_dossier(decided(), tmp_path / "tarif.yml", NANTES)
    done = run("register", "mention", tmp_path / "tarif.yml", "--address", "https://registre.example/t.html")
    assert (done.returncode, done.stdout) == (0, render_mention(decided(), "https://registre.example/t.html"))
