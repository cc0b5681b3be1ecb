"""What is said of a change of doctrine: as text, as Markdown to post on a change request, as data."""

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape as as_html

from boussole.difference import Difference, Rule, Wording, compare
from boussole.impact import Affected, CaseChange, GuaranteeChange, Impact, Levels, Report
from boussole.migration import Move
from boussole.model import NO_ROLE, Doctrine
from boussole.pairing import Pair
from boussole.wording import Words
from boussole.writing import escape, one_line, plural, typeset

SHOWN, FOLDED = (
    12,
    40,
)  # items of a list told in a terminal, and folded in a comment, which may not be long, before « et n autres »


@dataclass(frozen=True)
class _Part:
    """A heading, sentences, a list. ``rows`` say in a table what the sentences say; a long list is folded where it can be."""

    title: str
    sentences: Sequence[str] = ()
    items: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default=())
    is_folded: bool = False


Render = Callable[[Report], str]


def render_text(report: Report) -> str:
    """A change as plain text, at most 88 columns wide."""
    lines: list[str] = []
    for part in _parts(report):
        lines.append(f"\n{typeset(part.title)}\n" if lines else f"{typeset(part.title)}\n{'─' * min(len(part.title), 88)}\n")
        lines += [_wrapped(text, "    ", "    ") for text in part.sentences]
        lines += [_wrapped(text, "  • ", "    ") for text in _cut(part.items, SHOWN)]
    return "".join(lines)


def _wrapped(text: str, first: str, later: str) -> str:
    shown = typeset(one_line(text))
    return textwrap.fill(shown, 88, initial_indent=first, subsequent_indent=later, break_on_hyphens=False) + "\n"


def render_markdown(report: Report) -> str:
    """A change as Markdown: lists that may be long are folded, and no text of a doctrine or a dossier becomes markup."""
    blocks: list[str] = []
    for part in _parts(report):
        blocks.append(f"{'##' if blocks else '#'} {_marked(part.title)}")
        blocks += [_table(part.rows)] if part.rows else [_marked(text) for text in part.sentences]
        if part.items:
            listed = "\n".join(f"- {_marked(text)}" for text in _cut(part.items, FOLDED))
            summary = as_html(typeset(f"Voir le détail ({len(part.items)})"))
            blocks.append(f"<details><summary>{summary}</summary>\n\n{listed}\n\n</details>" if part.is_folded else listed)
    return "\n\n".join(blocks) + "\n"


def _marked(text: str) -> str:
    """A text that shows as it is; whoever it seems to mention is not called."""
    return escape(typeset(text)).replace("@", "@<!-- -->")


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(map(_marked, row))} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _cut(items: Sequence[str], most: int) -> list[str]:
    if len(items) <= most:
        return list(items)
    return [*items[:most], f"et {plural(len(items) - most, 'autre')}."]


def render_json(report: Report) -> str:
    """A change as JSON, by ids."""
    return json.dumps(as_data(report), ensure_ascii=False, indent=2) + "\n"


def render_page(report: Report) -> str:
    """A change as a page of the site, in Markdown without its title: a list too long for a page is cut."""
    blocks: list[str] = []
    for part in _parts(report):
        blocks += [f"## {_marked(part.title)}", *(_marked(text) for text in part.sentences)]
        blocks += ["\n".join(f"- {_marked(text)}" for text in _cut(part.items, SHOWN))] if part.items else []
    return "\n\n".join(blocks) + "\n"


def render_proof(old: Doctrine, new: Doctrine) -> str:
    """What the rules of another doctrine change of the opinions, as Markdown for a page: the verdict, which opinions the same
    answers can obtain on either side, an example of each that differs. Nothing when their rules are the same."""
    difference = compare(old, new)
    told, proof = _VERDICTS[difference.relation]
    blocks = [_marked(f"« {new.doctrine.name} », par rapport à « {old.doctrine.name} » : {told}. {proof}")]
    for part in _opinions(difference):
        blocks.append("\n".join(f"- {_marked(text)}" for text in (*part.sentences, *_cut(part.items, SHOWN))))
    return "\n\n".join(blocks) + "\n" if difference.rules else ""


FORMATS: Mapping[str, Render] = {"text": render_text, "md": render_markdown, "json": render_json}


def as_data(report: Report) -> dict[str, object]:
    """A change as plain data, by ids."""
    difference = report.difference
    sides = {name: _side_data(side) for name, side in (("old", difference.old), ("new", difference.new))}
    return sides | {
        "relation": difference.relation,
        "harmless": difference.is_harmless,
        "pairs": None if difference.pairs is None else [asdict(pair) for pair in difference.pairs],
        "rules": [asdict(rule) for rule in difference.rules],
        "wordings": [asdict(wording) for wording in difference.wordings],
        "cases": [
            {"case": item.case.id, "turned": item.is_turned, "before": item.before, "after": item.after, "aside": item.aside}
            for item in report.cases
        ],
        "guarantees": [_guarantee_data(item) for item in report.guarantees],
        "dossiers": _impact_data(report.impact) if report.impact else None,
    }


def _side_data(doctrine: Doctrine) -> dict[str, object]:
    identity = doctrine.doctrine
    return {"id": identity.id, "version": identity.version, "fingerprint": doctrine.fingerprint, "scale": doctrine.levels}


def _guarantee_data(item: GuaranteeChange) -> dict[str, object]:
    examples = [proof.counterexample for proof in item.proofs if proof.counterexample is not None]
    return {"guarantee": item.guarantee.id, "aside": item.aside, "counterexample": examples[0] if examples else None}


def _impact_data(impact: Impact) -> dict[str, object]:
    passages = [{"before": one, "after": other, "count": count} for (one, other), count in impact.passages.items()]
    affected = [
        {
            "file": item.past.file,
            "title": item.past.title,
            "before": item.before,
            "after": item.after,
            "again": item.again,
            "moves": [asdict(move) for move in item.moves],
            "aside": item.aside,
        }
        for item in impact.affected
    ]
    return {"total": impact.total, "passages": passages, "affected": affected}


# -- what is said -------------------------------------------------------------------------------------------------------


def _parts(report: Report) -> Iterator[_Part]:
    difference = report.difference
    yield _verdict(difference)
    yield from _opinions(difference)
    yield from _rules(difference)
    yield from _wordings(difference.wordings)
    yield from _cases(difference, report.cases)
    yield from _guarantees(difference, report.guarantees)
    yield from _dossiers(difference, report.impact) if report.impact else ()


_VERDICTS = {
    "equivalent": (
        "équivalente",
        "Les mêmes réponses obtiennent toujours le même avis. C’est prouvé sur toutes les façons de répondre.",
    ),
    "stricter": (
        "strictement plus exigeante",
        "Aucune réponse n’obtient un meilleur avis, et certaines en obtiennent un plus sévère. C’est prouvé sur toutes les "
        "façons de répondre.",
    ),
    "looser": (
        "strictement moins exigeante",
        "Aucune réponse n’obtient un avis plus sévère, et certaines en obtiennent un meilleur. C’est prouvé sur toutes les "
        "façons de répondre.",
    ),
    "neither": (
        "plus exigeante pour certaines réponses, moins pour d’autres",
        "Certaines réponses obtiennent un avis plus sévère, d’autres un meilleur : le tableau en donne un exemple chacune.",
    ),
    "other-scale": (
        "non comparable",
        "Les deux échelles n’ont pas les mêmes avis dans le même ordre : dire que l’une est plus exigeante n’aurait pas de sens. "
        "Le tableau dit quels avis les mêmes réponses obtiennent de part et d’autre.",
    ),
    "not-decided": (
        "comparaison non décidée",
        "Trop de questions ont changé de condition à la fois pour tout parcourir. Comparer en plusieurs étapes, une version à "
        "la fois.",
    ),
}


def _verdict(difference: Difference) -> _Part:
    old, new = difference.old.doctrine, difference.new.doctrine
    told, proof = _VERDICTS[difference.relation]
    if not difference.rules:
        told = "les règles ne changent pas"
        proof = "Seuls des textes diffèrent." if difference.wordings else "Les deux versions disent la même chose."
    counts = f"{plural(len(difference.rules), 'règle changée', 'règles changées')}, "
    counts += f"{plural(len(difference.wordings), 'changement de texte', 'changements de texte')}."
    compared = f"De « {old.id} » {old.version} ({difference.old.fingerprint[:12]}) à « {new.id} » {new.version} "
    return _Part(f"Nouvelle version : {told}", [proof, f"{compared}({difference.new.fingerprint[:12]}) : {counts}"])


def _opinions(difference: Difference) -> Iterator[_Part]:
    if difference.pairs is None or not difference.rules:
        return
    attained = {(pair.old, pair.new) for pair in difference.pairs}
    news = difference.new.scale
    rows = [["Avis avant ↓, après →", *(level.label for level in news)]]
    for level in difference.old.scale:
        rows.append([level.label, *("possible" if (level.id, other.id) in attained else "—" for other in news)])
    sentences = [
        f"{level.label} peut devenir : {', '.join(other.label for other in news if (level.id, other.id) in attained) or 'rien'}."
        for level in difference.old.scale
    ]
    moved = [pair for pair in difference.pairs if pair.old != pair.new]
    shown = [_shown(difference, pair) for pair in moved]
    yield _Part("Quels avis peuvent changer", sentences, shown, rows, is_folded=len(moved) > SHOWN)


def _shown(difference: Difference, pair: Pair) -> str:
    """A pair of opinions, with what tells its two dossiers: the answers that weigh on either side."""
    old, new = difference.old, difference.new
    head = f"{old.level(pair.old).label} → {new.level(pair.new).label}, par exemple :"
    before, after = _told_weighing(old, pair.before, pair.old), _told_weighing(new, pair.after, pair.new)
    both = [text for text in before if text in after]
    said = both + [f"avant, {text}" for text in (*before, *_answered_otherwise(difference, pair)) if text not in both]
    said += [f"après, {text}" for text in after if text not in both]
    changed = [
        f"avant, {_answer(old, name, option)}"
        for name, option in pair.before.items()
        if (name not in pair.after or pair.after[name] != option) and pair.old == old.levels[0] and name in new.questions
    ]
    return f"{head} {' ; '.join(said or changed[:3]) or 'aucune réponse ne pèse'}."


def _answered_otherwise(difference: Difference, pair: Pair) -> list[str]:
    """What the dossier of the old doctrine answers where that of the new one weighs by an answer the old one has no place for."""
    weighing = [name for name in _weighing(difference.new, pair.after, pair.new) if pair.before.get(name, "") != pair.after[name]]
    return [_answer(difference.old, name, pair.before[name]) for name in weighing if name in pair.before]


def _told_weighing(doctrine: Doctrine, answers: Mapping[str, str], level: str) -> list[str]:
    return [_answer(doctrine, name, answers[name]) for name in _weighing(doctrine, answers, level)]


def _weighing(doctrine: Doctrine, answers: Mapping[str, str], level: str) -> list[str]:
    """The questions whose answers lead to the opinion, when it is not the best one."""
    if level == doctrine.levels[0]:
        return []
    options = {name: doctrine.questions[name].option_of(answer) or answer for name, answer in answers.items()}
    return [name for name, option in options.items() if doctrine.effect_of(name, option).id == level]


def _answer(doctrine: Doctrine, name: str, answer: str) -> str:
    """An answer in words; a number, then the band it falls in."""
    question = doctrine.questions[name]
    option = question.option_of(answer) or answer
    label = question.label_of(option)
    return f"[{name}] {label}" if option == answer else f"[{name}] {answer.replace('.', ',')}, soit « {label} »"


_RULES: Mapping[str, str] = {
    "level-added": "Avis ajouté à l’échelle : « {after} ».",
    "level-removed": "Avis retiré de l’échelle : « {before} ».",
    "level-moved": "Ordre de l’échelle : « {after} » prend la place de « {before} ».",
    "added": "Question ajoutée : {ask}",
    "removed": "Question retirée, sans suite pour ses réponses : {ask}",
    "moved": "Question déplacée, ses réponses la suivent vers [{after}] : {ask}",
    "replaced": "Question remplacée par [{after}] : {ask}",
    "reparented": "Condition changée : {ask} Avant : {before}. Après : {after}.",
    "condition": "Condition changée : {ask} Posée avant si : {before}. Posée après si : {after}.",
    "hardened": "Durcie : {ask} « {option} » menait à « {before} », mène à « {after} ».",
    "softened": "Assouplie : {ask} « {option} » menait à « {before} », mène à « {after} ».",
    "redirected": "Effet changé : {ask} « {option} » menait à « {before} », mène à « {after} ».",
    "option-added": "Réponse ajoutée : {ask} « {option} » mène à « {after} ».",
    "option-removed": "Réponse retirée : {ask} « {option} ».",
    "band-moved": "Tranche déplacée : {ask} « {option} » allait de {before}, va de {after}.",
    "justification": "Justification à donner : {ask} « {option} ». Avant : {before}. Après : {after}.",
    "reordered": "Réponses rangées autrement : {ask}",
    "indicator": "Effet des mesures changé : {ask}",
}


def _rules(difference: Difference) -> Iterator[_Part]:
    if difference.rules:
        told = [_rule(difference, rule) for rule in difference.rules]
        yield _Part("Les règles qui changent", items=told, is_folded=len(told) > SHOWN)


def _rule(difference: Difference, rule: Rule) -> str:
    old, new = difference.old, difference.new
    asked = (new if rule.question in new.questions else old).questions.get(rule.question)
    before, after = (_end(difference, rule, end) for end in (rule.before, rule.after))
    option = _option_label(difference, rule) if rule.option else ""
    measured = (new if rule.question in new.indicators else old).indicators.get(rule.question)
    said = asked.ask if asked else f"{measured.name}." if measured else ""
    told = _RULES[rule.kind].format(ask=said, option=option, before=before, after=after)
    return f"{told} [{rule.question}]" if rule.question else told


def _option_label(difference: Difference, rule: Rule) -> str:
    """The words of an option, as the side that has it says them."""
    sides = [side.questions[rule.question] for side in (difference.new, difference.old) if rule.question in side.questions]
    return next((question.label_of(rule.option) for question in sides if rule.option in question.choices), rule.option)


def _end(difference: Difference, rule: Rule, end: str) -> str:
    """One end of a change, in words: a level, a question, or what is said of it as it stands."""
    if rule.kind == "reparented":
        return f"selon [{end}]" if end else "toujours posée"
    labels = {level.id: level.label for side in (difference.old, difference.new) for level in side.scale}
    return end if rule.kind in ("condition", "moved", "replaced", "justification", "band-moved") else labels.get(end, end)


_PARTS_OF = {
    "doctrine": "la doctrine",
    "scale": "avis",
    "topics": "thème",
    "sources": "source",
    "documents": "document",
    "texts": "citation",
    "roles": "rôle",
    "sections": "partie",
    "questions": "question",
    "indicators": "indicateur",
    "guarantees": "garantie",
    "cases": "cas travaillé",
    "prohibitions": "interdit",
    "high_risk": "domaine à haut risque",
    "glossary": "mot du glossaire",
    "timeline": "date",
    "discrepancies": "divergence",
    "interpretations": "lecture",
    "unverified": "point à vérifier",
    "versions": "version",
    "retired": "identifiant retiré",
}
_STATES = {"added": "ajout", "removed": "retrait", "changed": "récriture"}


def _wordings(wordings: Sequence[Wording]) -> Iterator[_Part]:
    if wordings:
        told = [f"{_PARTS_OF[item.part]} [{item.id}] : {_STATES[item.state]}{_keys(item)}" for item in wordings]
        yield _Part("Les textes qui changent, sans effet sur les avis", items=told, is_folded=True)


def _keys(item: Wording) -> str:
    return f" ({', '.join(item.keys)})" if item.keys else ""


def _names(doctrine: Doctrine, levels: Levels) -> str:
    labels = [doctrine.level(level).label for level in levels]
    return labels[0] if len(labels) == 1 else f"à compléter ({', '.join(labels)})"


def _passage(difference: Difference, before: Levels, after: Levels) -> str:
    return f"{_names(difference.old, before)} → {_names(difference.new, after)}"


def _lost(aside: Iterable[str]) -> str:
    names = ", ".join(f"[{name}]" for name in aside)
    return f" Sans place dans la nouvelle version : {names}." if names else ""


def _cases(difference: Difference, cases: Sequence[CaseChange]) -> Iterator[_Part]:
    if cases:
        told = [
            f"{item.case.title}{', après son point de bascule' if item.is_turned else ''} : "
            f"{_passage(difference, item.before, item.after)}.{_lost(item.aside)} [{item.case.id}]"
            for item in cases
        ]
        yield _Part("Cas travaillés dont l’avis change", items=told, is_folded=len(told) > SHOWN)


def _guarantees(difference: Difference, guarantees: Sequence[GuaranteeChange]) -> Iterator[_Part]:
    if guarantees:
        told = [f"{item.guarantee.claim} {_why_broken(difference.new, item)} [{item.guarantee.id}]" for item in guarantees]
        yield _Part("Garanties qui ne tiennent plus", items=told, is_folded=len(told) > SHOWN)


def _why_broken(doctrine: Doctrine, item: GuaranteeChange) -> str:
    if item.aside:
        return f"Ne peut plus être dite.{_lost(item.aside)}"
    for proof in item.proofs:
        if proof.counterexample is not None:
            outside = next(level for level in proof.attainable if level not in item.guarantee.opinions)
            weighing = _told_weighing(doctrine, proof.counterexample, outside)
            shown = f" Ce qui y pèse : {' ; '.join(weighing)}." if weighing else " Rien n’y pèse."
            return f"Un dossier obtient « {doctrine.level(outside).label} ».{shown}"
    return "Aucun dossier n’obtient plus tout ce qu’elle annonce."


def _dossiers(difference: Difference, impact: Impact) -> Iterator[_Part]:
    total = plural(impact.total, "dossier relu", "dossiers relus") + " sous les deux versions"
    sentences = [f"{total} : {', '.join(_counts(impact))}."]
    passages = [
        f"{_passage(difference, before, after)} : {plural(count, 'dossier')}."
        for (before, after), count in impact.passages.items()
        if before != after
    ]
    yield _Part("Ce que cela fait aux dossiers", sentences, passages, is_folded=len(passages) > SHOWN)
    lists: dict[str, list[str]] = {
        "Dossiers dont l’avis change": [_affected(difference, item) for item in impact.flipped],
        "Dossiers qui deviennent à compléter": [_affected(difference, item) for item in impact.opened],
        "Réponses à relire": [
            f"{_named(item)} : {', '.join(f'[{name}]' for name in item.again)}" for item in impact.affected if item.again
        ],
        "Réponses qui passent à une autre question": [
            f"{_named(item)} : {_move(difference, move)}" for item in impact.affected for move in item.moves
        ],
        "Réponses gardées de côté, sans effet": [
            f"{_named(item)} :{_lost(item.aside)}" for item in impact.affected if item.aside
        ],
    }
    for title, told in lists.items():
        if told:
            yield _Part(title, items=told, is_folded=True)


_WAYS: Mapping[str, tuple[str, str]] = {
    "kept": ("garde son avis", "gardent leur avis"),
    "flipped": ("en change", "en changent"),
    "opened": ("devient à compléter", "deviennent à compléter"),
    "settled": ("était à compléter et obtient un avis", "étaient à compléter et obtiennent un avis"),
    "shifted": ("reste à compléter, avec d’autres avis possibles", "restent à compléter, avec d’autres avis possibles"),
}
_ALWAYS_TOLD = ("kept", "flipped", "opened")


def _way(before: Levels, after: Levels) -> str:
    if before == after:
        return "kept"
    if len(before) == 1:
        return "flipped" if len(after) == 1 else "opened"
    return "settled" if len(after) == 1 else "shifted"


def _counts(impact: Impact) -> Iterator[str]:
    """How many dossiers go each way: together, all of them."""
    counts = dict.fromkeys(_WAYS, 0)
    for (before, after), count in impact.passages.items():
        counts[_way(before, after)] += count
    yield from (plural(count, *_WAYS[way]) for way, count in counts.items() if count or way in _ALWAYS_TOLD)


def _named(item: Affected) -> str:
    return f"{item.past.title} ({item.past.file})"


def _affected(difference: Difference, item: Affected) -> str:
    return f"{_named(item)} : {_passage(difference, item.before, item.after)}"


def _move(difference: Difference, move: Move) -> str:
    who = "" if move.who == NO_ROLE else f" ({Words(difference.new).contributor(move.who)})"
    return f"[{move.question}] {_given(move.given)}{who} devient [{move.successor}] {_given(move.becomes)}"


def _given(given: object) -> str:
    return " ou ".join(map(str, given)) if isinstance(given, list) else str(given)
