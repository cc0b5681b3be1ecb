"""What makes a doctrine sound: ids that exist and are unique, conditions that can be met, cases and guarantees that hold."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from types import MappingProxyType
from typing import Any

from boussole.assessment import Assessment, read_answers
from boussole.errors import PathFault, choices, quoted
from boussole.model import ACCORD, NO_ROLE, NSP, Band, Case, Doctrine, Guarantee, Indicator, Option, Question
from boussole.positions import Path
from boussole.proofs import assess_case, prove, reachable

Faults = Iterator[PathFault]

# Pages that are made whatever the doctrine says; their names are taken.
RESERVED = {
    *("index", "evaluer", "recherche", "plan", "mentions", "accessibilite", "ecoconception", "signaler", "officiel", "versions"),
    *(
        "interdits",
        "lectures",
        "chronologie",
        "divergences",
        "glossaire",
        "comparer",
        "sources",
        "garanties",
        "criteres",
        "cas",
        "maintenir",
    ),
}
FORM_PAGES = {"tout", "verifier", "avis", "accorder"}  # stand beside one page a section
MAX_ROLES = 100
MAX_CHOICES = 30  # the browser holds the options of a question in the 32 bits of a number
MAX_STEPS = 100_000  # options and conditions looked at to recompute every case and guarantee: less than a second


def check_names(doctrine: Doctrine, left_out: Mapping[str, Set[str]] = MappingProxyType({})) -> list[PathFault]:
    """Everything wrong that needs no computing.

    ``left_out`` holds, by part of the doctrine, the ids that were declared in what could not be read of it.
    """
    if len(doctrine.roles) > MAX_ROLES:
        told = f"{len(doctrine.roles)} rôles"
        return [PathFault("fichier-trop-gros", ("roles",), told, f"au plus {MAX_ROLES}", on_key=True)]
    known = _Known(doctrine, left_out)
    checks = (
        _unique,
        _reserved,
        _addresses,
        _sections,
        _versions,
        _questions,
        _indicators,
        _conditions,
        _red_lines,
        _loops,
        _documents,
        _dates,
        _promises,
        _successors,
    )
    return [fault for check in checks for fault in check(doctrine, known)]


def check_claims(doctrine: Doctrine, skipped: Container[Path] = ()) -> list[PathFault]:
    """What the doctrine says of itself and what computing shows to be false: levels, worked cases, guarantees.

    ``skipped`` holds the paths of the cases and guarantees already known to be wrong.
    """
    cases = [(rank, case) for rank, case in enumerate(doctrine.cases) if ("cases", rank) not in skipped]
    guarantees = [(rank, each) for rank, each in enumerate(doctrine.guarantees) if ("guarantees", rank) not in skipped]
    steps = _steps(doctrine, len(cases), [premise for _, guarantee in guarantees for premise in guarantee.premises])
    if steps > MAX_STEPS:
        told = "trop de questions, de cas et de garanties à la fois"
        return [PathFault("fichier-trop-gros", (), told, f"au plus {MAX_STEPS} calculs, et non {steps}")]
    return [*_levels(doctrine), *_cases(doctrine, cases), *_guarantees(doctrine, guarantees)]


def _steps(doctrine: Doctrine, cases: int, premises: Sequence[Mapping[str, Any]]) -> int:
    """How long computing will be: each claim walks the whole forest, and each answer of a premise climbs to its root."""
    forest = doctrine.forest
    depth = [1] * len(forest.nodes)
    for place in forest.order:
        if forest.nodes[place].parent >= 0:
            depth[place] += depth[forest.nodes[place].parent]
    climbs = sum(depth[forest.index[name]] for premise in premises for name in premise)
    walk = sum(len(node.options) + sum(map(len, node.children)) for node in forest.nodes)
    return climbs + (2 * cases + len(premises)) * walk


class _Known:
    """The ids declared, by kind, read or not; ``refer`` tells the references that lead nowhere."""

    def __init__(self, doctrine: Doctrine, left_out: Mapping[str, Set[str]]) -> None:
        def declared(part: str, ids: Iterable[str]) -> dict[str, None]:
            return dict.fromkeys([*ids, *sorted(left_out.get(part, ()))])

        self.levels = declared("scale", doctrine.levels)
        self.topics = declared("topics", (topic.id for topic in doctrine.topics))
        self.sources = declared("sources", (source.id for source in doctrine.sources))
        self.chapters = declared("documents", (chapter.id for document in doctrine.documents for chapter in document.chapters))
        self.texts = declared("texts", (text.id for text in doctrine.texts))
        self.references = self.sources | self.texts
        self.roles = declared("roles", (role.id for role in doctrine.roles))
        self.questions = declared("sections", doctrine.questions)

    def refer(self, what: str, name: str | None, known: Collection[str], path: Path, on_key: bool = False) -> Faults:
        if name is None or name in known:
            return
        expected = choices(known) if 0 < len(known) <= 12 else "un identifiant déclaré dans la source"
        yield PathFault("identifiant-inconnu", path, f"{what} {quoted(name)}", expected, alike=(name, known), on_key=on_key)


def _unique(doctrine: Doctrine, known: _Known) -> Faults:
    def ids(*parts: str) -> list[tuple[Path, str]]:
        return [((part, rank, "id"), item.id) for part in parts for rank, item in enumerate(getattr(doctrine, part))]

    families = [ids("sources", "texts")] + [ids(part) for part in _LISTS]
    nested = [
        [
            ((whole, rank, part, place, "id"), item.id)
            for rank, owner in enumerate(getattr(doctrine, whole))
            for place, item in enumerate(getattr(owner, part))
        ]
        for whole, part in (("sections", "questions"), ("sections", "indicators"), ("documents", "chapters"))
    ]
    families.append([(("versions", rank, "version"), item.version) for rank, item in enumerate(doctrine.versions)])
    for family in families + nested:
        seen: set[str] = set()
        for path, name in family:
            if name in seen:
                yield PathFault("identifiant-en-double", path, f"identifiant {quoted(name)} déjà pris", "un identifiant neuf")
            seen.add(name)
    for path, name in nested[0]:
        if name in doctrine.retired:
            why = doctrine.retirements[name].sentence
            yield PathFault("identifiant-retire", path, f"identifiant {quoted(name)} retiré", "un identifiant neuf", why)


def _reserved(doctrine: Doctrine, known: _Known) -> Faults:
    """Names that pages of the site or words of the dossiers have taken."""
    taken = {
        "roles": ((ACCORD, NO_ROLE), "un mot des dossiers"),
        "documents": (("index", *RESERVED), _PAGE),
        "sections": (("index", *FORM_PAGES), _PAGE),
        **dict.fromkeys(("cases", "guarantees", "topics"), (("index",), _PAGE)),
    }
    for part, (names, why) in taken.items():
        for rank, item in enumerate(getattr(doctrine, part)):
            if item.id in names:
                told = f"identifiant {quoted(item.id)} réservé à {why}"
                yield PathFault("identifiant-en-double", (part, rank, "id"), told, "un identifiant neuf")


_PAGE = "une page du site"

# What stands before an id in the address of a place of the site.
_PLACES = {
    "texts": "texte",
    "sources": "source",
    "glossary": "terme",
    "timeline": "date",
    "discrepancies": "divergence",
    "interpretations": "lecture",
    "prohibitions": "interdit",
    "high_risk": "haut-risque",
}


def _addresses(doctrine: Doctrine, known: _Known) -> Faults:
    """Ids that an address no longer tells apart: the dot of « section.question » is a hyphen there."""
    taken = {f"{word}-{item.id}": item.id for part, word in _PLACES.items() for item in getattr(doctrine, part)}
    places: list[tuple[Path, str]] = [((*path, "id"), question.id) for path, question in _all_questions(doctrine)]
    places += [(("retired", name), name) for name in doctrine.retired]
    for path, name in places:
        other = taken.setdefault(name.replace(".", "-"), name)
        if other != name:
            told = f"{quoted(name)} et {quoted(other)} donnent la même adresse, « #{name.replace('.', '-')} »"
            yield PathFault("identifiant-en-double", path, told, "un identifiant neuf", on_key=path[0] == "retired")
    measured: dict[str, str] = {}
    for rank, section in enumerate(doctrine.sections):
        for place, indicator in enumerate(section.indicators):
            other = measured.setdefault(indicator.id.replace(".", "-"), indicator.id)
            if other != indicator.id:
                told = f"{quoted(indicator.id)} et {quoted(other)} donnent la même adresse"
                yield PathFault(
                    "identifiant-en-double", ("sections", rank, "indicators", place, "id"), told, "un identifiant neuf"
                )


_LISTS = (
    "scale",
    "topics",
    "documents",
    "roles",
    "sections",
    "guarantees",
    "cases",
    "prohibitions",
    "high_risk",
    "glossary",
    "timeline",
    "discrepancies",
    "interpretations",
    "unverified",
)


def _sections(doctrine: Doctrine, known: _Known) -> Faults:
    for rank, section in enumerate(doctrine.sections):
        yield from known.refer("citation inconnue", section.text, known.texts, ("sections", rank, "text"))
        parts: dict[str, Sequence[Question | Indicator]] = {"questions": section.questions, "indicators": section.indicators}
        for part, items in parts.items():
            for place, item in enumerate(items):
                path: Path = ("sections", rank, part, place)
                if item.id.partition(".")[0] != section.id:
                    told = f"identifiant {quoted(item.id)} dans la section {quoted(section.id)}"
                    yield PathFault(
                        "forme-identifiant", (*path, "id"), told, f"un identifiant qui commence par « {section.id}. »"
                    )
                for number, reference in enumerate(item.references):
                    yield from known.refer("référence inconnue", reference, known.references, (*path, "references", number))


def _versions(doctrine: Doctrine, known: _Known) -> Faults:
    for rank, version in enumerate(doctrine.versions):
        for place, change in enumerate(version.told):
            for number, reference in enumerate(change.references):
                path: Path = ("versions", rank, "changes", place, "references", number)
                yield from known.refer("référence inconnue", reference, known.references, path)


def _questions(doctrine: Doctrine, known: _Known) -> Faults:
    for path, question in _all_questions(doctrine):
        for number, role in enumerate(question.asked_of):
            yield from known.refer("rôle inconnu", role, known.roles, (*path, "asked_of", number))
        yield from _choices_of(path, question)
        part = "bands" if question.bands else "options"
        for name, option in question.choices.items():
            yield from _option(doctrine, known, (*path, part, name), option)


def _choices_of(path: Path, question: Question) -> Faults:
    if (question.options is None) == (question.bands is None):
        told = "ni options ni tranches" if question.options is None else "des options et des tranches à la fois"
        yield PathFault("question-sans-choix", path, f"{quoted(question.id)} : {told}", "« options » ou « bands »")
    part = "bands" if question.bands else "options"
    if len(question.choices) > MAX_CHOICES:
        told = f"{len(question.choices)} réponses possibles à {quoted(question.id)}"
        yield PathFault("question-sans-choix", (*path, part), told, f"au plus {MAX_CHOICES}", on_key=True)
    if NSP in question.choices:
        told = f"option {quoted(NSP)}"
        expected = "aucune option de ce nom : « nsp » se dit partout et ne prend pas position"
        yield PathFault("question-sans-choix", (*path, part, NSP), told, expected, on_key=True)
    yield from _bands(path, question.bands or {})


def _bands(path: Path, bands: Mapping[str, Band]) -> Faults:
    highest = -float("inf")
    for rank, (name, band) in enumerate(bands.items()):
        last, misplaced = rank == len(bands) - 1, rank > 0 and band.min is not None
        low = band.min if band.min is not None else highest
        if misplaced or (band.max is None and not last) or (band.max is not None and (band.max < low or band.max <= highest)):
            yield PathFault(
                "question-sans-choix", (*path, "bands", name), f"tranche {quoted(name)} mal placée", "des max croissants"
            )
        highest = band.max if band.max is not None else highest


def _indicators(doctrine: Doctrine, known: _Known) -> Faults:
    for rank, section in enumerate(doctrine.sections):
        for place, indicator in enumerate(section.indicators):
            path: Path = ("sections", rank, "indicators", place)
            yield from _bands(path, indicator.bands or {})
            for name, band in (indicator.bands or {}).items():
                yield from _option(doctrine, known, (*path, "bands", name), band)


def _option(doctrine: Doctrine, known: _Known, path: Path, option: Option | Band) -> Faults:
    yield from known.refer("effet inconnu", option.effect, known.levels, (*path, "effect"))
    if option.effect in doctrine.levels[1:]:
        for key in ("because", "remedy"):
            if getattr(option, key) is None:
                told = f"effet {quoted(option.effect)} sans « {key} »"
                yield PathFault("effet-sans-raison", path, told, f"« {key} » à côté de l’effet", on_key=True)


def _conditions(doctrine: Doctrine, known: _Known) -> Faults:
    for path, question in _all_questions(doctrine):
        for parent, options in (question.when or {}).items():
            place = (*path, "when", parent)
            if parent in doctrine.questions:
                yield from _accepted(parent, doctrine.questions[parent].choices, options, place)
            elif parent not in known.questions:
                told = f"question parente inconnue {quoted(parent)}"
                near = (parent, known.questions)
                yield PathFault("condition-sans-objet", place, told, "une question de la source", alike=near, on_key=True)


def _red_lines(doctrine: Doctrine, known: _Known) -> Faults:
    """What refuses is always asked (docs/decisions/lignes-rouges.md)."""
    for path, question in _all_questions(doctrine):
        red = [name for name, option in question.choices.items() if option.effect == doctrine.levels[-1]]
        if question.when and red and len(doctrine.levels) > 2:
            told = f"{quoted(question.id)} : « {red[0]} » donne l’avis {quoted(doctrine.levels[-1])}, sous condition"
            yield PathFault("ligne-rouge-conditionnelle", (*path, "when"), told, "une question toujours posée", on_key=True)


def _accepted(parent: str, accepted: Collection[str], options: Sequence[str], path: Path) -> Faults:
    seen: set[str] = set()
    for rank, option in enumerate(options if accepted else []):
        if option not in accepted:
            told = f"{quoted(parent)} n’a pas d’option {quoted(option)}"
            yield PathFault("condition-sans-objet", (*path, rank), told, choices(accepted), alike=(option, accepted))
        elif option in seen:
            yield PathFault("identifiant-en-double", (*path, rank), f"option {quoted(option)} déjà citée", "une seule fois")
        seen.add(option)


def _loops(doctrine: Doctrine, known: _Known) -> Faults:
    places = {question.id: path for path, question in _all_questions(doctrine)}
    settled: set[str] = set()
    for start in places:
        walked: dict[str, int] = {}
        name: str | None = start
        while name in places and name not in settled and name not in walked:
            walked[name] = len(walked)
            name = doctrine.questions[name].parent
        settled |= walked.keys()
        if name in walked:
            yield _loop(list(walked)[walked[name] :], places)


def _loop(loop: list[str], places: Mapping[str, Path]) -> PathFault:
    """One fault for the whole loop, at its first question."""
    first = min(range(len(loop)), key=lambda rank: places[loop[rank]])
    turned = [*loop[first:], *loop[:first], loop[first]]
    shown = turned if len(turned) <= 6 else [*turned[:5], "…", turned[-1]]
    told = f"condition en boucle : {' → '.join(map(quoted, shown))}"
    return PathFault(
        "condition-circulaire", (*places[loop[first]], "when"), told, "une question parente posée avant", on_key=True
    )


def _documents(doctrine: Doctrine, known: _Known) -> Faults:
    """The references to a source, a chapter or a question outside the sections."""
    for rank, text in enumerate(doctrine.texts):
        yield from known.refer("chapitre inconnu", text.chapter, known.chapters, ("texts", rank, "chapter"))
    for rank, source in enumerate(doctrine.sources):
        yield from known.refer("famille inconnue", source.topic, known.topics, ("sources", rank, "topic"))
    for part in ("texts", "prohibitions", "high_risk"):
        for rank, item in enumerate(getattr(doctrine, part)):
            yield from known.refer("source inconnue", item.source, known.sources, (part, rank, "source"))
    for rank, event in enumerate(doctrine.timeline):
        for place, name in enumerate(event.sources):
            yield from known.refer("source inconnue", name, known.sources, ("timeline", rank, "sources", place))
    for rank, discrepancy in enumerate(doctrine.discrepancies):
        for place, saying in enumerate(discrepancy.says):
            path: Path = ("discrepancies", rank, "says", place, "source")
            yield from known.refer("source inconnue", saying.source, known.sources, path)
    for rank, prohibition in enumerate(doctrine.prohibitions):
        yield from known.refer("question inconnue", prohibition.question, known.questions, ("prohibitions", rank, "question"))


def _dates(doctrine: Doctrine, known: _Known) -> Faults:
    """A partial date has the right shape; a whole one must also be a day that exists."""
    for part in ("sources", "timeline"):
        for rank, item in enumerate(getattr(doctrine, part)):
            if item.date and len(item.date) == len("AAAA-MM-JJ") and not _exists(item.date):
                told = f"{quoted(item.date)} pour « date »"
                yield PathFault("mauvais-type", (part, rank, "date"), told, "une date qui existe")


def _exists(written: str) -> bool:
    try:
        return bool(date.fromisoformat(written))
    except ValueError:
        return False


def _promises(doctrine: Doctrine, known: _Known) -> Faults:
    for rank, guarantee in enumerate(doctrine.guarantees):
        path: Path = ("guarantees", rank)
        yield from known.refer("citation inconnue", guarantee.text, known.texts, (*path, "text"))
        for key in ("opinions", "reaches"):
            for place, level in enumerate(getattr(guarantee, key)):
                yield from known.refer("avis inconnu", level, known.levels, (*path, key, place))
        for place, premise in enumerate(guarantee.premises):
            yield from _answers(doctrine, known, premise, (*path, "premises", place))
    for rank, case in enumerate(doctrine.cases):
        path = ("cases", rank)
        yield from known.refer("avis inconnu", case.opinion, known.levels, (*path, "opinion"))
        yield from known.refer("avis inconnu", case.turning_point.opinion, known.levels, (*path, "turning_point", "opinion"))
        yield from _answers(doctrine, known, case.answers, (*path, "answers"))
        yield from _answers(doctrine, known, case.turning_point.answers, (*path, "turning_point", "answers"))
        for name in case.notes:
            yield from known.refer("question inconnue", name, known.questions, (*path, "notes", name), on_key=True)
        yield from check_justified(doctrine, case.answers, case.notes, path)


def _successors(doctrine: Doctrine, known: _Known) -> Faults:
    """What takes the place of a retired question is asked, and has the options its answers become."""
    for name, retired in doctrine.retirements.items():
        for successor, table in (retired.becomes or {}).items():
            path: Path = ("retired", name, "becomes", successor)
            if successor in doctrine.retired:
                why = f"écrire ce qui la remplace à son tour : {doctrine.retirements[successor].sentence}"
                yield PathFault(
                    "identifiant-retire",
                    path,
                    f"question retirée {quoted(successor)}",
                    "une question en vigueur",
                    why,
                    on_key=True,
                )
            elif question := doctrine.questions.get(successor):
                yield from _kept_options(question, table, path)
            else:
                yield from known.refer("question inconnue", successor, known.questions, path, on_key=True)


def _kept_options(question: Question, table: Mapping[str, str], path: Path) -> Faults:
    for option, becomes in table.items():
        if becomes not in question.choices:
            told, expected = f"réponse {quoted(becomes)} à la question {quoted(question.id)}", choices(question.choices)
            alike = (becomes, question.choices)
            yield PathFault("reponse-inconnue", (*path, option), told, expected, alike=alike)


def check_justified(doctrine: Doctrine, answers: Mapping[str, Any], notes: Mapping[str, str], path: Path) -> Faults:
    """The answers that ask for a justification and have no note."""
    for name, answer in answers.items():
        question = doctrine.questions.get(name)
        given = list(answer.values()) if isinstance(answer, Mapping) else [answer]
        taken = {item for value in given for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}
        if (
            question
            and name not in notes
            and any(option in taken and question.choices[option].justify for option in question.choices)
        ):
            told = f"{quoted(name)} sans objet, sans note"
            yield PathFault(
                "justification-manquante", (*path, "answers", name), told, f"une note pour {quoted(name)}", on_key=True
            )


def _answers(doctrine: Doctrine, known: _Known, answers: Mapping[str, Any], path: Path) -> Faults:
    for answer in _one_by_one(doctrine, known, answers):
        yield from (fault.under(path) for fault in read_answers(doctrine, answer)[1])


def _one_by_one(doctrine: Doctrine, known: _Known, answers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each answer alone, and each role alone in it; but for the questions and the roles that could not be read."""
    roles = {role.id for role in doctrine.roles}
    for name, answer in answers.items():
        question = doctrine.questions.get(name)
        if question and question.choices and isinstance(answer, Mapping) and answer:
            yield from ({name: {role: given}} for role, given in answer.items() if role in roles or role not in known.roles)
        elif question.choices if question else name not in known.questions:
            yield {name: answer}


def _all_questions(doctrine: Doctrine) -> Iterator[tuple[Path, Question]]:
    for rank, section in enumerate(doctrine.sections):
        for place, question in enumerate(section.questions):
            yield ("sections", rank, "questions", place), question


def _levels(doctrine: Doctrine) -> Faults:
    attained, _ = reachable(doctrine)
    for rank, level in enumerate(doctrine.levels):
        if level not in attained:
            told = f"aucun dossier n’obtient l’avis {quoted(level)}"
            yield PathFault("niveau-inaccessible", ("scale", rank, "id"), told, "au moins un dossier possible pour chaque niveau")


def _cases(doctrine: Doctrine, cases: Iterable[tuple[int, Case]]) -> Faults:
    for rank, case in cases:
        for turned, path, expected in (
            (False, ("cases", rank, "opinion"), case.opinion),
            (True, ("cases", rank, "turning_point", "opinion"), case.turning_point.opinion),
        ):
            assessment = assess_case(doctrine, case, turned)
            if assessment.opinion != expected:
                told = f"le cas {quoted(case.id)} annonce {quoted(expected)}, le calcul donne {choices(assessment.attainable)}"
                yield PathFault("cas-inexact", path, told, "l’avis que donnent ses réponses", _cause(assessment))


def _cause(assessment: Assessment) -> str:
    if assessment.missing:
        return f"sans réponse : {choices(assessment.missing, 4)}"
    return f"à cause de {choices([reason.question for reason in assessment.reasons], 4)}" if assessment.reasons else ""


def _guarantees(doctrine: Doctrine, guarantees: Iterable[tuple[int, Guarantee]]) -> Faults:
    for rank, guarantee in guarantees:
        proofs = prove(doctrine, guarantee)
        attained = {level for proof in proofs for level in proof.attainable}
        provable = all(proof.completions for proof in proofs)
        for place, proof in enumerate(proofs):
            path: Path = ("guarantees", rank, "premises", place)
            if not proof.attainable:
                told = f"garantie {quoted(guarantee.id)} : aucun dossier ne remplit cette hypothèse"
                yield PathFault("garantie-vide", path, told, "une hypothèse possible")
            if proof.counterexample is not None:
                yield _refutation(path, guarantee.id, proof.attainable, guarantee.opinions, proof.counterexample, doctrine)
        for place, level in enumerate(guarantee.reaches):
            if provable and level not in attained:
                told = f"garantie {quoted(guarantee.id)} : aucun dossier n’obtient {quoted(level)}"
                yield PathFault(
                    "garantie-fausse", ("guarantees", rank, "reaches", place), told, f"au moins un dossier {quoted(level)}"
                )


def _refutation(
    path: Path, name: str, attained: Collection[str], promised: Collection[str], example: Mapping[str, str], doctrine: Doctrine
) -> PathFault:
    told = f"garantie {quoted(name)} : le calcul donne {choices(attained)}"
    weighing = [
        f"{question}: {option}"
        for question, option in example.items()
        if doctrine.effect_of(question, option) != doctrine.scale[0]
    ]
    shown = ", ".join(weighing[:6]) or ", ".join(f"{question}: {option}" for question, option in list(example.items())[:6])
    return PathFault("garantie-fausse", path, told, choices(promised), f"contre-exemple : {shown}")
