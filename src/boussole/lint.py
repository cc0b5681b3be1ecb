"""What is allowed in a doctrine and still deserves a look: exact where the algebra decides, advice where people do.

Only sound doctrines come here: what `boussole.soundness` refuses (a level out of reach, a loop, a case that does not hold) is not
told again. It follows that every question can be asked, every level obtained and every criterion met: a criterion that nothing
meets would put the best level out of reach.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Literal

from boussole.assessment import Assessment, assess, climb, join
from boussole.errors import Explanation, PathFault, quoted
from boussole.errors import choices as listed
from boussole.model import Case, Doctrine, Forest, Question
from boussole.positions import Path
from boussole.proofs import assess_case
from boussole.readability import measure

Severity = Literal["avertissement", "conseil"]
Findings = Iterator[PathFault]

MONTHS = 12  # how long a law that was checked is taken to say the same
LONGEST_SENTENCE = 35  # words
HARDEST = 30  # Flesch calls what is below very hard
SHORTEST = 20  # words under which one long name decides the index

# Our own words, which people read; quotations are what they are, and a title or a name is no sentence.
_READ = {
    *("ask", "why", "plain", "because", "remedy", "meaning", "claim", "summary", "how", "definition", "event", "treatment"),
    *("choice", "otherwise", "evidence", "practice", "notice"),
}


@dataclass(frozen=True, slots=True)
class Advice(Explanation):
    """What the documentation says of a code, and how much it weighs."""

    severity: Severity = "conseil"


def lint(doctrine: Doctrine, today: date, months: int = MONTHS) -> list[PathFault]:
    """Everything that deserves a look, each with a code of `ADVICE`. ``today`` tells which laws were checked too long ago."""
    empty = assess(doctrine, {})
    return [
        *_weightless(doctrine, empty),
        *_twins(doctrine, empty),
        *_conditions(doctrine),
        *_criteria(doctrine, empty),
        *_uncited(doctrine),
        *_unused(doctrine),
        *_cases(doctrine),
        *_hard(doctrine),
        *_old(doctrine, today, months),
    ]


def _all_questions(doctrine: Doctrine) -> Iterator[tuple[Path, Question]]:
    for rank, section in enumerate(doctrine.sections):
        for place, question in enumerate(section.questions):
            yield ("sections", rank, "questions", place), question


def _weightless(doctrine: Doctrine, empty: Assessment) -> Findings:
    """The questions that never move the opinion; one choice alone is a number to write down, not a question that decides."""
    moving = set(empty.missing)
    for path, question in _all_questions(doctrine):
        if len(question.choices) > 1 and question.id not in moving:
            told = f"aucune réponse à {quoted(question.id)} ne change jamais l’avis"
            yield PathFault("question-sans-poids", (*path, "id"), told, advice="lui donner un effet, ou la retirer")


def _twins(doctrine: Doctrine, empty: Assessment) -> Findings:
    """Options that nothing tells apart: neither the opinion, whatever else is answered, nor what is said or asked after them."""
    forest, moving = doctrine.forest, set(empty.missing)
    _, under = climb(forest, empty.held)
    around = _best_around(forest)
    for path, question in _all_questions(doctrine):
        alike: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
        place = forest.index[question.id]
        for rank, (name, option) in enumerate(question.choices.items()):
            attained = join(1 << around[place], under[place][rank])
            said = (option.because, option.remedy, option.justify)
            alike[attained, forest.nodes[place].children[rank], said].append(name)
        for names in alike.values():
            if len(names) > 1 and question.id in moving:
                told = f"{listed([quoted(name) for name in names]).replace(' ou ', ' et ')} mènent toujours au même avis"
                part = "bands" if question.bands else "options"
                advice = "les réunir en une réponse, ou donner un effet à l’une d’elles"
                yield PathFault("reponses-equivalentes", (*path, part, names[1]), told, advice=advice, on_key=True)


def _best_around(forest: Forest) -> list[int]:
    """For each question, the best level that all the others can obtain when it is asked: its answers weigh the most there."""
    below, around = [0] * len(forest.nodes), [0] * len(forest.nodes)
    for place in reversed(forest.order):
        node = forest.nodes[place]
        below[place] = min(
            max([effect, *(below[child] for child in node.children[option])]) for option, effect in enumerate(node.effects)
        )
    for place in forest.order:
        node = forest.nodes[place]
        if node.parent < 0:
            around[place] = max((below[root] for root in forest.roots if root != place), default=0)
            continue
        parent = forest.nodes[node.parent]
        around[place] = min(
            max([around[node.parent], effect, *(below[child] for child in parent.children[option] if child != place)])
            for option, effect in enumerate(parent.effects)
            if node.via >> option & 1
        )
    return around


def _conditions(doctrine: Doctrine) -> Findings:
    """The conditions that every answer of the parent meets: only what the parent itself waits for then counts."""
    for path, question in _all_questions(doctrine):
        parent = doctrine.questions.get(question.parent or "")
        if parent is None or set((question.when or {})[parent.id]) != set(parent.choices):
            continue
        told = f"{quoted(question.id)} est posée quelle que soit la réponse à {quoted(parent.id)}"
        advice = "retirer des réponses de la condition, ou la condition"
        if parent.when and parent.parent:
            told = f"{quoted(question.id)} est posée dès que {quoted(parent.id)} l’est, quelle que soit la réponse"
            same = f"when: {{{parent.parent}: [{', '.join(parent.when[parent.parent])}]}}"
            advice = f"retirer des réponses de la condition, ou reprendre celle de {quoted(parent.id)} : « {same} »"
        yield PathFault("condition-inutile", (*path, "when"), told, advice=advice, on_key=True)


def _criteria(doctrine: Doctrine, empty: Assessment) -> Findings:
    """What each criterion can find, counting its own effects alone, over every dossier."""
    best, reserve = doctrine.levels[0], doctrine.levels[1]
    for rank, section in enumerate(doctrine.sections):
        found, path = empty.findings[section.id], ("sections", rank, "id")
        if section.number is None:
            continue
        if found == (best,):
            told = f"aucun dossier ne manque à {quoted(section.label)}"
            yield PathFault("critere-toujours-satisfait", path, told, advice="donner un effet à une réponse de ce critère")
        elif found[-1] == reserve and len(doctrine.levels) > 2:
            told = f"manquer à {quoted(section.label)} ne donne jamais plus que {quoted(doctrine.level(reserve).label)}"
            yield PathFault(
                "critere-sans-exigence", path, told, advice="vérifier qu’aucune réponse ne mérite un effet plus sévère"
            )


def _uncited(doctrine: Doctrine) -> Findings:
    cited = {text.source for text in doctrine.texts}
    cited |= {item.source for item in doctrine.prohibitions} | {item.source for item in doctrine.high_risk}
    cited |= {name for event in doctrine.timeline for name in event.sources}
    cited |= {saying.source for discrepancy in doctrine.discrepancies for saying in discrepancy.says}
    cited |= {name for question in doctrine.questions.values() for name in question.references}
    cited |= {name for section in doctrine.sections for indicator in section.indicators for name in indicator.references}
    for rank, source in enumerate(doctrine.sources):
        if source.id not in cited:
            told = f"rien ne cite la source {quoted(source.id)}"
            yield PathFault("source-non-citee", ("sources", rank, "id"), told, advice="la citer là où elle sert, ou la retirer")


def _unused(doctrine: Doctrine) -> Findings:
    """The roles nothing is asked of, and the headings under which nothing stands."""
    asked = {role for question in doctrine.questions.values() for role in question.asked_of}
    for rank, role in enumerate(doctrine.roles):
        if role.id not in asked:
            told = f"aucune question n’est posée à {quoted(role.id)}"
            advice = "lui poser une question (asked_of), ou retirer ce rôle"
            yield PathFault("role-sans-question", ("roles", rank, "id"), told, advice=advice)
    topics = {source.topic for source in doctrine.sources}
    chapters = {text.chapter for text in doctrine.texts}
    headings: list[tuple[Path, str]] = [
        (("topics", rank, "id"), topic.id) for rank, topic in enumerate(doctrine.topics) if topic.id not in topics
    ]
    headings += [
        (("documents", rank, "chapters", place, "id"), chapter.id)
        for rank, document in enumerate(doctrine.documents)
        for place, chapter in enumerate(document.chapters)
        if chapter.id not in chapters
    ]
    for path, name in headings:
        yield PathFault(
            "rubrique-vide", path, f"rien n’est rangé sous {quoted(name)}", advice="y ranger quelque chose, ou la retirer"
        )


def _cases(doctrine: Doctrine) -> Findings:
    """The cases that show nothing the ones before them do not, and the effects that none shows."""
    shown: set[Any] = set()
    for rank, case in enumerate(doctrine.cases):
        covered = _covered(doctrine, case)
        if covered <= shown:
            told = f"le cas {quoted(case.id)} ne montre rien de plus que les cas qui le précèdent"
            advice = "lui faire montrer un effet de plus, ou le retirer"
            yield PathFault("cas-redondant", ("cases", rank, "id"), told, advice=advice)
        shown |= covered
    for rank, section in enumerate(doctrine.sections if doctrine.cases else ()):
        unshown = [
            f"{question.id}: {name}"
            for question in section.questions
            for name, option in question.choices.items()
            if option.effect not in (None, doctrine.levels[0]) and (question.id, name) not in shown
        ]
        if unshown:
            told = f"{len(unshown)} effet{'s' * (len(unshown) > 1)} qu’aucun cas ne montre : {', '.join(unshown)}"
            advice = "écrire un cas, ou un point de bascule, qui donne une de ces réponses"
            yield PathFault("effet-sans-cas", ("sections", rank, "id"), told, advice=advice)


def _covered(doctrine: Doctrine, case: Case) -> set[Any]:
    """What a case shows: the effects of its answers, before and after its turning point, and the two opinions."""
    forest, best = doctrine.forest, doctrine.scale[0]
    covered: set[Any] = {(case.opinion, case.turning_point.opinion, "avis")}
    for turned in (False, True):
        assessment = assess_case(doctrine, case, turned)
        for name in assessment.asked:
            node, held = forest.nodes[forest.index[name]], assessment.held[forest.index[name]]
            taken = [option for rank, option in enumerate(node.options) if held >> rank & 1]
            covered |= {(name, option) for option in taken if doctrine.effect_of(name, option) != best}
    return covered


def _hard(doctrine: Doctrine) -> Findings:
    for path, text in _texts(doctrine, ()):
        reading = measure(text)
        if reading.longest > LONGEST_SENTENCE:
            told = f"une phrase de {reading.longest} mots"
        elif reading.words >= SHORTEST and reading.index < HARDEST:
            told = f"un indice de lisibilité de {round(reading.index)} (Kandel et Moles ; très difficile en dessous de {HARDEST})"
        else:
            continue
        yield PathFault("lecture-difficile", path, told, advice="couper la phrase, ou prendre des mots plus courts")


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of ours that people read, with its path."""
    if is_dataclass(value):
        for part in fields(value):
            yield from _texts(getattr(value, part.name), (*path, part.name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, (*path, name))
    elif isinstance(value, list):
        for rank, item in enumerate(value):
            yield from _texts(item, (*path, rank))
    elif isinstance(value, str) and path[-1] in _READ:
        yield path, value


def _old(doctrine: Doctrine, today: date, months: int) -> Findings:
    for rank, source in enumerate(doctrine.sources):
        if source.kind == "law" and (age := _months(source.checked_on, today)) >= months:
            told = f"{quoted(source.id)} n’a pas été vérifiée depuis {age} mois"
            advice = "relire la loi, puis mettre la date du jour à checked_on"
            yield PathFault("loi-a-reverifier", ("sources", rank, "checked_on"), told, advice=advice)


def _months(since: date, until: date) -> int:
    """The whole months between two days."""
    return 12 * (until.year - since.year) + until.month - since.month - (until.day < since.day)


ADVICE: dict[str, Advice] = {
    "question-sans-poids": Advice(
        "Question qui ne décide jamais",
        "Quelles que soient les autres réponses, aucune réponse à cette question ne change l’avis : elle ne sert pas.",
        "Donner un effet à une de ses réponses, en faire dépendre une autre question, ou la retirer.",
        "avertissement",
    ),
    "reponses-equivalentes": Advice(
        "Réponses qui ne se distinguent pas",
        "Deux réponses mènent au même avis dans tous les dossiers, disent la même chose et posent les mêmes questions.",
        "Les réunir, ou donner un effet à l’une. Les garder si la différence sert à connaître l’usage.",
    ),
    "condition-inutile": Advice(
        "Condition que toute réponse remplit",
        "La condition « when » cite toutes les réponses de la question parente : la question est posée dès que sa parente l’est.",
        "Retirer les réponses en trop. Ou retirer la condition ; si la parente a elle-même une condition, reprendre celle-ci.",
        "avertissement",
    ),
    "critere-toujours-satisfait": Advice(
        "Critère que rien ne peut manquer",
        "Aucune réponse aux questions de ce critère n’a d’effet : il est satisfait par tous les dossiers.",
        "Donner un effet à une réponse, ou présenter cette partie sans numéro, comme le profil.",
        "avertissement",
    ),
    "critere-sans-exigence": Advice(
        "Critère qui ne donne que des réserves",
        "Le pire manque à ce critère n’empêche pas l’usage de commencer.",
        "Vérifier que c’est voulu ; sinon donner à une réponse un effet plus sévère.",
    ),
    "source-non-citee": Advice(
        "Source que rien ne cite",
        "Cette source n’appuie ni citation, ni question, ni indicateur, ni date.",
        "La citer dans « references » là où elle sert, ou la retirer.",
    ),
    "role-sans-question": Advice(
        "Rôle à qui rien n’est demandé",
        "Aucune question ne nomme ce rôle dans « asked_of ».",
        "Lui poser une question, ou le retirer.",
    ),
    "rubrique-vide": Advice(
        "Rubrique vide",
        "Ce chapitre ne contient aucune citation, ou cette famille aucune source.",
        "Y ranger quelque chose, ou la retirer.",
        "avertissement",
    ),
    "cas-redondant": Advice(
        "Cas qui n’apprend rien",
        "Chaque effet que ce cas montre, et le passage d’un avis à l’autre, l’est déjà par les cas qui le précèdent.",
        "Lui faire montrer un effet de plus, ou le retirer. Le garder si son domaine parle à d’autres lecteurs.",
    ),
    "effet-sans-cas": Advice(
        "Effets qu’aucun cas ne montre",
        "Aucun cas, ni avant ni après son point de bascule, ne donne ces réponses, qui pèsent pourtant sur l’avis.",
        "Écrire un cas, ou changer un point de bascule, pour que le lecteur voie cet effet.",
    ),
    "lecture-difficile": Advice(
        "Texte difficile à lire",
        f"Une phrase dépasse {LONGEST_SENTENCE} mots, ou l’indice de lisibilité du texte est sous {HARDEST}. C’est l’indice "
        "de Flesch adapté au français par Kandel et Moles (1958) : 207 − 1,015 × mots par phrase − 73,6 × syllabes par mot. Il "
        "compte, il ne comprend pas.",
        "Couper la phrase, dire les choses une à une, préférer des mots courts.",
    ),
    "loi-a-reverifier": Advice(
        "Loi vérifiée il y a longtemps",
        f"Le texte n’a pas été relu depuis plus de {MONTHS} mois, ou du nombre de mois demandé : il a pu changer.",
        "Relire le texte en vigueur, corriger ce qui en dépend, puis mettre la date du jour à « checked_on ».",
        "avertissement",
    ),
}
