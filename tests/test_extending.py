"""A doctrine told by what it changes of another one is sound like any other, and its faults stand in the file that made them."""

import random
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from boussole import Doctrine, SourceError, assess, load
from boussole.errors import CATALOGUE, MAX_TOLD, Span
from boussole.loading import MAX_BASES, comparable, embedded, load_text, open_source, read_extended
from boussole.positions import MAX_NODES, read

BASE = (Path(__file__).parent / "sources/extending/base.yml").read_text(encoding="utf-8")
IDENTITY = "doctrine: {id: ici, name: Ici, authority: Ici, version: '1', adopted: 2026-01-01, notice: À nous.}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds the base, and where commands are run."""
    (tmp_path / "base.yml").write_text(BASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def source(*overrides: str, base: str = "base.yml") -> str:
    """An extension; each override is written from its first key on."""
    listed = "".join("  - " + override.strip().replace("\n", "\n    ") + "\n" for override in overrides)
    return f"extends: {base}\n{IDENTITY}overrides:\n{listed}" if overrides else f"extends: {base}\n{IDENTITY}"


def extended(*overrides: str) -> Doctrine:
    Path("ici.yml").write_text(source(*overrides), encoding="utf-8")
    return load("ici.yml")


def told(*overrides: str) -> str:
    """Everything that is said of an extension that does not hold."""
    with pytest.raises(SourceError) as error:
        extended(*overrides)
    return str(error.value)


def places(*overrides: str) -> list[str]:
    """The first line of each fault."""
    return [line for line in told(*overrides).splitlines() if line.endswith("]")]


HARDER = "change: {question: droit.suivi}\nset: {options: {non: {effect: refuse}}}"
FOLLOWING = (
    "change: {case: compteur}\nset: {opinion: refuse}\nbecause: Il suit.",
    "remove: {level: suspendu}\nbecause: Plus rien ne suspend.",
)


def question(name: str, options: str = "{oui: {}, non: {}}") -> str:
    return f"{{id: {name}, ask: Neuve ?, why: Pour voir., asked_of: [metier], options: {options}}}"


# -- what an extension can do


def test_an_extension_that_changes_nothing_is_its_base_under_another_name(folder: Path) -> None:
    mine, base = asdict(extended()), asdict(load("base.yml"))
    assert mine.pop("doctrine") != base.pop("doctrine")
    assert (mine.pop("versions"), len(base.pop("versions"))) == ([], 1)
    assert mine == base


def test_a_change_lays_blocks_over_the_base_and_replaces_the_rest(folder: Path) -> None:
    mine = extended(f"{HARDER[:-1]}, ask: Qui suit ?}}\ndrop: [when]\nbecause: Sévère.", *FOLLOWING)
    suivi = mine.questions["droit.suivi"]
    assert (suivi.ask, suivi.why, suivi.when) == ("Qui suit ?", "Pour l’exemple.", None)
    assert asdict(suivi.choices["non"]) == asdict(load("base.yml").questions["droit.suivi"].choices["non"]) | {"effect": "refuse"}


def test_a_condition_replaces_the_former_one(folder: Path) -> None:
    mine = extended(
        "change: {question: droit.suivi}\nset: {when: {droit.visage: [non]}}\nbecause: Autrement.",
    )
    assert mine.questions["droit.suivi"].when == {"droit.visage": ["non"]}


def test_an_option_is_dropped_alone(folder: Path) -> None:
    mine = extended(
        "change: {question: profil.public}\nset: {options: {un-peu: {}}}\ndrop: [options/non]\nbecause: Plus fin.",
    )
    assert list(mine.questions["profil.public"].choices) == ["oui", "un-peu"]


def test_what_is_added_stands_where_it_was_asked(folder: Path) -> None:
    mine = extended(
        f"add: {{question: {question('droit.un')}}}\nbefore: droit.visage\nbecause: Un.",
        f"add: {{question: {question('droit.deux')}}}\nafter: droit.un\nbecause: Deux.",
        f"add: {{question: {question('droit.trois')}}}\nbecause: Trois.",
        f"add: {{section: {{id: neuve, label: Neuve, plain: Neuve., questions: [{question('neuve.a')}]}}}}\n"
        "before: droit\nbecause: Neuve.",
    )
    assert list(mine.questions) == [
        "profil.public", "neuve.a", "droit.un", "droit.deux", "droit.visage", "droit.suivi", "droit.trois",
    ]  # fmt: skip


def test_what_is_removed_is_retired_with_its_reason(folder: Path) -> None:
    mine = extended(
        "remove: {case: compteur}\nbecause: Il n’y a plus de vélos.",
        "remove: {question: droit.suivi}\nbecause: Le suivi va de soi.",
        "remove: {level: suspendu}\nbecause: Un avis suffit.",
    )
    assert mine.levels == ("favorable", "refuse")
    assert mine.retired == {"droit.voix": "Question fondue dans celle sur le visage.", "droit.suivi": "Le suivi va de soi."}


def test_a_section_goes_with_its_questions(folder: Path) -> None:
    mine = extended(
        "remove: {section: profil}\nbecause: Sans profil.",
        "change: {question: droit.suivi}\ndrop: [when]\nbecause: Toujours posée.",
        "change: {case: compteur}\ndrop: [answers/profil.public]\nbecause: Sans profil.",
    )
    assert list(mine.questions) == ["droit.visage", "droit.suivi"]
    assert mine.retired["profil.public"] == "Sans profil."


def test_an_extension_can_be_extended(folder: Path) -> None:
    extended("change: {question: droit.visage}\nset: {ask: Voit-il un visage ?}\nbecause: Plus simple.")
    text = source("remove: {guarantee: visage}\nbecause: Elle va de soi.", base="ici.yml").replace("id: ici", "id: la-bas")
    (folder / "la-bas.yml").write_text(text, encoding="utf-8")
    mine = load(folder / "la-bas.yml")
    assert (mine.questions["droit.visage"].ask, mine.guarantees) == ("Voit-il un visage ?", [])
    assert [change.id for change in mine.derivation.adaptations] == ["visage"] if mine.derivation else False
    assert [other.doctrine.id for other in comparable(mine)] == ["ici"]


def test_a_doctrine_says_what_it_changes_and_why(folder: Path) -> None:
    derivation = extended("remove: {guarantee: visage}\nbecause: Elle va de soi.").derivation
    assert derivation
    assert derivation.base.doctrine.id == "base"
    assert [(each.verb, each.kind, each.id, each.because) for each in derivation.adaptations] == [
        ("remove", "guarantee", "visage", "Elle va de soi.")
    ]
    assert load("base.yml").derivation is None


# -- faults, each in the file that made it


def test_what_no_longer_holds_in_the_base_is_told_there_with_the_way_to_mend_it(folder: Path) -> None:
    mend = "ligne de la base : la reprendre dans « overrides » de ici.yml"
    assert told("change: {question: droit.visage}\nset: {options: {oui: {effect: suspendu}}}\nbecause: Plus souple.") == (
        f"""\
base.yml:5:10: aucun dossier n’obtient l’avis « refuse » [niveau-inaccessible]
     5 |   - {{id: refuse, label: Refusé, gravity: ligne rouge, meaning: Une ligne rouge est franchie.}}
       |          ^^^^^^
  attendu : au moins un dossier possible pour chaque niveau
  conseil : {mend}

base.yml:38:74: garantie « visage » : le calcul donne suspendu [garantie-fausse]
    38 |   - {{id: visage, claim: C’est refusé., because: C’est écrit., premises: [{{droit.visage: oui}}], opinions: [refuse]}}
       |                                                                          ^
  attendu : refuse
  conseil : contre-exemple : droit.visage: oui, droit.suivi: non ; {mend}"""
    )


def test_a_case_of_the_base_that_an_override_turns_is_a_fault_until_it_is_told(folder: Path) -> None:
    always = f"{HARDER}\ndrop: [when]\nbecause: Sévère."
    assert places(f"{HARDER}\nbecause: Sévère.") == [
        "base.yml:32:9: « droit.suivi » : « non » donne l’avis « refuse », sous condition [ligne-rouge-conditionnelle]"
    ]
    assert places(always) == [
        "base.yml:4:10: aucun dossier n’obtient l’avis « suspendu » [niveau-inaccessible]",
        "base.yml:46:14: le cas « compteur » annonce « suspendu », le calcul donne refuse [cas-inexact]",
    ]
    assert extended(always, *FOLLOWING).cases[0].opinion == "refuse"


def test_a_case_that_an_override_breaks_is_told_at_the_override(folder: Path) -> None:
    assert told("change: {case: compteur}\nset: {answers: {droit.visage: oui}}\nbecause: Il voit.") == (
        """\
ici.yml:4:13: le cas « compteur » annonce « suspendu », le calcul donne refuse [cas-inexact]
     4 |   - change: {case: compteur}
       |             ^
  attendu : l’avis que donnent ses réponses
  conseil : à cause de droit.visage

ici.yml:4:13: le cas « compteur » annonce « favorable », le calcul donne refuse [cas-inexact]
     4 |   - change: {case: compteur}
       |             ^
  attendu : l’avis que donnent ses réponses
  conseil : à cause de droit.visage"""
    )


def test_an_effect_that_an_override_gives_without_a_reason_is_told_at_the_override(folder: Path) -> None:
    assert told("change: {question: profil.public}\nset: {options: {oui: {effect: suspendu}}}\nbecause: Prudence.") == (
        """\
ici.yml:5:27: effet « suspendu » sans « because » [effet-sans-raison]
     5 |     set: {options: {oui: {effect: suspendu}}}
       |                           ^^^^^^
  attendu : « because » à côté de l’effet

ici.yml:5:27: effet « suspendu » sans « remedy » [effet-sans-raison]
     5 |     set: {options: {oui: {effect: suspendu}}}
       |                           ^^^^^^
  attendu : « remedy » à côté de l’effet"""
    )


def test_a_key_misspelt_in_an_override_is_told_at_its_place(folder: Path) -> None:
    assert told("change: {question: profil.public}\nset: {asks: Public ?}\nbecause: Plus court.").startswith(
        "ici.yml:5:11: clé inconnue « asks » [cle-inconnue]"
    )


def test_a_key_that_is_needed_and_dropped_is_told_where_it_was_dropped(folder: Path) -> None:
    assert told("change: {question: profil.public}\ndrop: [why]\nbecause: Évident.").startswith(
        "ici.yml:5:12: clé manquante « why » [cle-manquante]"
    )


def test_what_depends_on_a_removed_question_is_told_in_the_base(folder: Path) -> None:
    assert places("remove: {section: profil}\nbecause: Inutile.") == [
        "base.yml:32:16: question parente inconnue « profil.public » [condition-sans-objet]",
        "base.yml:44:15: question retirée « profil.public » [identifiant-retire]",
    ]
    assert places("remove: {question: profil.public}\nbecause: Inutile.")[0] == (
        "base.yml:12:5: valeur vide pour « questions » [valeur-vide]"
    )


def test_a_fault_two_bases_away_is_told_there_and_mended_here(folder: Path) -> None:
    extended("change: {question: droit.visage}\nset: {ask: Voit-il un visage ?}\nbecause: Plus simple.")
    override = "change: {question: droit.visage}\nset: {options: {oui: {effect: suspendu}}}\nbecause: Plus souple."
    (folder / "la-bas.yml").write_text(source(override, base="ici.yml").replace("id: ici", "id: la-bas"), encoding="utf-8")
    with pytest.raises(SourceError) as error:
        load("la-bas.yml")
    assert {fault.file for fault in error.value.faults} == {"base.yml"}
    assert {fault.advice.rpartition(" ; ")[2] for fault in error.value.faults} == {
        "ligne de la base : la reprendre dans « overrides » de la-bas.yml"
    }


# -- traps


def test_an_id_that_collides_is_told(folder: Path) -> None:
    assert told(f"add: {{question: {question('droit.visage')}}}\nbecause: Neuve.") == (
        """\
ici.yml:4:26: identifiant « droit.visage » déjà pris dans la base [identifiant-en-double]
     4 |   - add: {question: {id: droit.visage, ask: Neuve ?, why: Pour voir., asked_of: [metier], options: {oui: {}, non: {}}}}
       |                          ^^^^^^^^^^^^
  attendu : un identifiant neuf
  conseil : pour le modifier : « change »"""
    )


def test_a_retired_id_is_not_taken_again(folder: Path) -> None:
    assert told(f"add: {{question: {question('droit.voix')}}}\nbecause: Neuve.").startswith(
        "ici.yml:4:26: identifiant « droit.voix » retiré [identifiant-retire]"
    )
    again = (
        "remove: {question: droit.suivi}\nbecause: Va de soi.",
        f"add: {{question: {question('droit.suivi')}}}\nbecause: Non.",
    )
    assert "ici.yml:6:26: « droit.suivi » déjà repris ligne 4 [identifiant-en-double]" in told(*again)


def test_a_neighbour_in_another_section_is_no_neighbour(folder: Path) -> None:
    assert places(f"add: {{question: {question('droit.un')}}}\nafter: profil.public\nbecause: Un.") == [
        "ici.yml:5:12: « profil.public » est dans une autre section [identifiant-inconnu]"
    ]


def test_what_is_added_without_an_id_is_told(folder: Path) -> None:
    assert places("add: {term: {term: A}}\nbecause: A.", "add: {term: {id: [b], term: B}}\nbecause: B.") == [
        "ici.yml:4:17: clé manquante « id » [cle-manquante]",
        "ici.yml:6:17: clé manquante « id » [cle-manquante]",
    ]


def test_questions_that_are_no_list_are_told_where_they_are_written(folder: Path) -> None:
    assert places("add: {section: {id: neuve, label: Neuve, plain: Neuve., questions: aucune}}\nbecause: A.") == [
        "ici.yml:4:72: « aucune » pour « questions » [mauvais-type]"
    ]


def test_the_id_of_the_base_is_not_taken(folder: Path) -> None:
    (folder / "ici.yml").write_text(source().replace("id: ici", "id: base"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"ici.yml:2:16: identifiant « base » de la base \[identifiant-en-double\]"):
        load("ici.yml")


def test_a_question_moved_to_another_section_is_told_from_both_sides(folder: Path) -> None:
    moved = BASE.replace("id: droit.visage", "id: profil.visage").replace("{droit.visage: oui}", "{profil.visage: oui}")
    start, end = moved.index("      - id: profil.visage"), moved.index("      - id: droit.suivi")
    block, rest = moved[start:end], moved[:start] + moved[end:]
    rest = rest.replace("  - id: droit\n", f"{block}  - id: droit\n", 1)
    (folder / "base.yml").write_text(
        rest.replace("retired: {", "retired: {droit.visage: Passée dans le profil., "), encoding="utf-8"
    )
    assert told("change: {question: droit.visage}\nset: {ask: Un visage ?}\nbecause: Court.") == (
        """\
ici.yml:4:24: « droit.visage » n’existe pas dans la base [identifiant-inconnu]
     4 |   - change: {question: droit.visage}
       |                        ^^^^^^^^^^^^
  attendu : un identifiant de la base
  conseil : la base l’a retiré : Passée dans le profil."""
    )
    assert told(f"add: {{question: {question('ailleurs.a')}}}\nbecause: Ailleurs.").startswith(
        "ici.yml:4:26: « ailleurs » n’existe pas dans la base [identifiant-inconnu]"
    )


def test_a_scale_with_one_more_level_must_be_used(folder: Path) -> None:
    level = (
        "add: {level: {id: reserve, label: Réserve, gravity: réserve, meaning: Avec une réserve.}}\n"
        "after: favorable\nbecause: Nuance."
    )
    assert told(level) == (
        """\
ici.yml:4:23: aucun dossier n’obtient l’avis « reserve » [niveau-inaccessible]
     4 |   - add: {level: {id: reserve, label: Réserve, gravity: réserve, meaning: Avec une réserve.}}
       |                       ^^^^^^^
  attendu : au moins un dossier possible pour chaque niveau"""
    )
    effect = (
        "change: {question: profil.public}\n"
        "set: {options: {non: {effect: reserve, because: Caché., remedy: Le dire.}}}\nbecause: Nuance."
    )
    mine = extended(level, effect)
    assert mine.levels == ("favorable", "reserve", "suspendu", "refuse")
    assert assess(mine, {"profil.public": "non", "droit.visage": "non"}).opinion == "reserve"


def test_a_scale_with_one_level_less_is_told_wherever_it_was_used(folder: Path) -> None:
    assert places("remove: {level: suspendu}\nbecause: Deux avis suffisent.") == [
        "base.yml:36:25: effet inconnu « suspendu » [identifiant-inconnu]",
        "base.yml:46:14: avis inconnu « suspendu » [identifiant-inconnu]",
    ]


# -- the base


def refused(text: str, name: str = "ici.yml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as error:
        load(name)
    return str(error.value)


def test_a_base_that_disappears_is_told(folder: Path) -> None:
    extended()
    (folder / "base.yml").unlink()
    assert refused(source()) == (
        """\
ici.yml:1:10: base introuvable « base.yml » [base-introuvable]
     1 | extends: base.yml
       |          ^^^^^^^^
  attendu : le chemin d’un fichier de ce dossier
  conseil : la remettre à sa place, ou en changer"""
    )
    assert refused(source(base="nante")) == (
        """\
ici.yml:1:10: doctrine de base inconnue « nante » [base-introuvable]
     1 | extends: nante
       |          ^^^^^
  attendu : nancy, nantes ou nantes-2019-stricte, ou le chemin d’un fichier .yml
  conseil : peut-être « nantes »"""
    )


@pytest.mark.parametrize("base", ["../base.yml", "/etc/hosts", "lien.yml", "sous/../../base.yml", "."])
def test_a_base_outside_the_folder_is_never_read(folder: Path, base: str) -> None:
    inside = folder / "dedans"
    (inside / "sous").mkdir(parents=True)
    (inside / "lien.yml").symlink_to(folder / "base.yml")
    (inside / "ici.yml").write_text(source(base=base), encoding="utf-8")
    with pytest.raises(SourceError, match=r"sort du dossier de la source \[base-introuvable\]"):
        load(inside / "ici.yml")


@pytest.mark.parametrize("base", ['"a\\u2028.yml"', f"{'x' * 5000}.yml", "ici.yml/base.yml", "~/base.yml"])
def test_a_base_with_an_impossible_name_is_told(folder: Path, base: str) -> None:
    assert "[base-introuvable]" in refused(source(base=base))


def test_a_base_in_a_folder_below_may_lean_on_one_above(folder: Path) -> None:
    (folder / "bases").mkdir()
    text = source(base="../base.yml").replace("id: ici", "id: milieu")
    (folder / "bases/milieu.yml").write_text(text, encoding="utf-8")
    (folder / "ici.yml").write_text(source(base="bases/milieu.yml"), encoding="utf-8")
    assert load("ici.yml").doctrine.id == "ici"


def test_a_loop_of_bases_is_told(folder: Path) -> None:
    (folder / "la.yml").write_text(source(base="ici.yml"), encoding="utf-8")
    assert refused(source(base="la.yml")).startswith(
        "ici.yml:1:10: la base « la.yml » ne peut pas servir : ses fautes sont dites à leur place [base-fautive]"
    )
    assert "la.yml:1:10: bases en boucle : ici.yml → la.yml → ici.yml [base-circulaire]" in refused(source(base="la.yml"))


def test_too_many_bases_are_told(folder: Path) -> None:
    for rank in range(MAX_BASES + 1):
        base = f"b{rank - 1}.yml" if rank else "base.yml"
        (folder / f"b{rank}.yml").write_text(source(base=base).replace("id: ici", f"id: b{rank}"), encoding="utf-8")
    assert load(f"b{MAX_BASES - 1}.yml").doctrine.id == f"b{MAX_BASES - 1}"
    assert f"plus de {MAX_BASES} bases l’une sur l’autre [base-circulaire]" in refused(source(base=f"b{MAX_BASES - 1}.yml"))


def test_the_faults_of_a_base_are_told_in_its_own_file(folder: Path) -> None:
    (folder / "base.yml").write_text(BASE.replace("opinion: suspendu", "opinion: refuse"), encoding="utf-8")
    assert refused(source("remove: {question: absente}\nbecause: x")) == (
        """\
base.yml:46:14: le cas « compteur » annonce « refuse », le calcul donne suspendu [cas-inexact]
    46 |     opinion: refuse
       |              ^^^^^^
  attendu : l’avis que donnent ses réponses
  conseil : à cause de droit.suivi

ici.yml:1:10: la base « base.yml » ne peut pas servir : ses fautes sont dites à leur place [base-fautive]
     1 | extends: base.yml
       |          ^^^^^^^^
  attendu : une base correcte
  conseil : boussole check base.yml"""
    )


def test_a_text_without_a_file_may_only_extend_what_comes_with_the_program() -> None:
    assert load_text(source(base="nantes"), "ici.yml").doctrine.id == "ici"
    with pytest.raises(SourceError, match="cette source n’est pas un fichier"):
        load_text(source(), "ici.yml")


def test_an_extension_and_its_base_are_bounded_together(folder: Path) -> None:
    terms = "".join(f"  - {{id: t{rank}, term: T, definition: D}}\n" for rank in range(4000))
    (folder / "base.yml").write_text(f"{BASE}glossary:\n{terms}", encoding="utf-8")
    changes = ", ".join(["a"] * (MAX_NODES // 2))
    versions = f"versions: [{{version: '1', date: 2026-01-01, title: Un, changes: [{changes}]}}]\n"
    assert extended().glossary[-1].id == "t3999"
    assert f"ici.yml:1:10: plus de {MAX_NODES} valeurs avec la base [fichier-trop-gros]" in refused(source() + versions)


def test_a_base_with_very_many_faults_still_says_whose_base_it_is(folder: Path) -> None:
    reaches = ", ".join(["a"] * 1000)
    (folder / "base.yml").write_text(BASE.replace("claim: C’est", f"reaches: [{reaches}], claim: C’est"), encoding="utf-8")
    assert "[base-fautive]" in refused(source())


def test_a_hostile_extension_is_answered_soon(folder: Path) -> None:
    overrides = [f"change: {{question: droit.x{rank}}}\nset: {{ask: x}}\nbecause: x" for rank in range(1500)]
    with pytest.raises(SourceError) as error:
        extended(*overrides)
    assert (len(error.value.faults), error.value.untold) == (MAX_TOLD, 1500 - MAX_TOLD)


def codes_of(name: str) -> set[str]:
    """The codes of what is wrong in a source; none when it loads."""
    try:
        load(name)
    except SourceError as error:
        return {fault.code for fault in error.faults}
    return set()


def test_a_spoilt_extension_is_refused_with_a_known_code_or_loads(folder: Path) -> None:
    chance = random.Random(6)
    whole = source(
        f"{HARDER}\ndrop: [when]\nbecause: Sévère.",
        *FOLLOWING,
        f"add: {{question: {question('droit.un')}}}\nbefore: droit.visage\nbecause: Un.",
        f"add: {{section: {{id: neuve, label: Neuve, plain: Neuve., questions: [{question('neuve.a')}]}}}}\nbecause: Neuve.",
        "remove: {guarantee: visage}\nbecause: Rien.",
    )
    words = re.findall(r"[\w.-]+|[^\w]", whole)
    kept = [rank for rank, word in enumerate(words) if re.match(r"\w", word)]
    outcomes: list[set[str]] = []
    for _ in range(400):
        spoilt = list(words)
        for _ in range(chance.randint(1, 3)):
            other = words[chance.choice(kept)]
            spoilt[chance.choice(kept)] = chance.choice(["x", "{}", "[]", "*a", "''", other, other, other])
        (folder / "ici.yml").write_text("".join(spoilt), encoding="utf-8")
        outcomes.append(codes_of("ici.yml"))
    assert set().union(*outcomes) <= CATALOGUE.keys()
    assert outcomes.count(set()) > 10
    assert len(set().union(*outcomes)) > 10


# -- what comes with the program


@pytest.mark.parametrize("name", ["nancy", "nantes", "nantes-2019-stricte"])
def test_every_embedded_doctrine_loads_by_name(name: str) -> None:
    assert name in embedded()
    assert load(name).doctrine.id == name


def test_an_unknown_name_is_told_with_the_nearest(folder: Path) -> None:
    with pytest.raises(SourceError) as error:
        load("nanci")
    assert str(error.value) == (
        "nanci:1:1: fichier introuvable : « nanci » [fichier-illisible]\n  attendu : un fichier lisible\n"
        "  conseil : peut-être « nancy »"
    )


def test_the_strict_reading_refuses_any_help_about_a_user_and_nothing_else_changes(doctrine: Doctrine) -> None:
    strict = load("nantes-2019-stricte")
    added = set(strict.questions) - set(doctrine.questions)
    assert added == {"regle-commune.aide-sur-un-usager"}
    assert assess(strict, {"regle-commune.aide-sur-un-usager": "oui"}).opinion == "refuse"
    assert {name: strict.fingerprints[name] for name in doctrine.questions} == dict(doctrine.fingerprints)


def test_the_words_of_official_texts_are_those_of_the_base(doctrine: Doctrine) -> None:
    strict, nancy = load("nantes-2019-stricte"), load("nancy")
    assert [asdict(text) for text in strict.texts] == [asdict(text) for text in doctrine.texts]
    assert {text.source for text in nancy.texts} == {"france-urbaine-2025"}
    shared = {source.id for source in nancy.sources} & {source.id for source in doctrine.sources}
    assert shared == {"france-urbaine-2025", "non-discrimination"}
    for name in shared:
        for key in ("citation", "date", "confidence", "checked_on", "url", "kind"):
            assert getattr(nancy.source(name), key) == getattr(doctrine.source(name), key)


def test_what_is_extended_is_read_once_and_left_as_it_was() -> None:
    source_of = open_source("nantes-2019-stricte")
    found = read_extended(source_of, read(source_of.text, source_of.name))
    before: Any = str(found.base_document.data)
    from boussole.extending import extend

    merged = extend(found.document, found.extension, found.base_document)
    assert str(found.base_document.data) == before
    assert merged.span(("doctrine", "id")) == Span(6, 7, 26)
