"""What is published of a wave of the study: means of five people or more, by use and wave, each a file of its own.

A file holds no sheet and no day. Everything shown beyond it (totals, indicators, signals) is computed from what it holds, so that
nothing else is told.
"""

import datetime
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from boussole.dossier import Dossier, load_dossier, slug
from boussole.errors import PathFault, SourceError, choices, quoted
from boussole.loading import data_files, read_file, read_folder, twins
from boussole.merging import number_text
from boussole.model import Doctrine, Id
from boussole.monitoring import FEW, GRACE, add_months
from boussole.parsing import build
from boussole.positions import read
from boussole.shapes import AtLeast, Matching, Sized
from boussole.study import Item, Protocol, Scale, Signal
from boussole.vetting import unfit
from boussole.writing import signed

FOLDER = "etude"
REST = "Autres groupes réunis"  # the groups too small to be told, whose names are not published either
EVERYBODY = "Ensemble"
Month = Annotated[str, Matching(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", "un mois, écrit AAAA-MM : un jour en dirait trop")]
People = Annotated[int, AtLeast(0)]
_LATEST = datetime.date(9900, 1, 1)  # a day after which some wave would have no date at all


def is_reserved(group: str) -> bool:
    """Whether a group has a name that results give to several: nobody could tell one from the other."""
    folded = slug(unicodedata.normalize("NFKC", group)).replace("-", "")
    return folded in {slug(name).replace("-", "") for name in (REST, EVERYBODY)}


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group that is told: an occupation or a place, and how many sheets it gave."""

    group: str
    count: People


@dataclass(frozen=True, kw_only=True)
class Mean:
    """The mean of an item, in the unit of its scale, the higher the better: of a group, or of all when it names none."""

    count: People
    mean: float
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """A wave of one use as it is published. ``by`` says what the groups are; ``withheld`` names the items too few answered."""

    id: Id
    kind: Literal["real", "example"]
    use: Id
    wave: Annotated[int, AtLeast(0)]
    closed: Month
    protocol: str
    answered: People
    handed: People | None = None
    by: str | None = None
    groups: list[Group] = field(default_factory=list)
    items: dict[Id, Annotated[list[Mean], Sized(1)]]
    withheld: list[Id] = field(default_factory=list)
    note: str | None = None

    @property
    def share(self) -> int | None:
        """How many answered in a hundred; None when nobody tells how many sheets were handed out."""
        return round(100 * self.answered / self.handed) if self.handed else None

    @cached_property
    def named(self) -> frozenset[str]:
        """The groups that are told."""
        return frozenset(one.group for one in self.groups)

    def to_data(self) -> dict[str, Any]:
        """What its file holds, without what is empty."""
        found: dict[str, Any] = {
            name: [_without_none(part) for part in value] if name == "groups" else value
            for name in self.__dataclass_fields__
            if (value := getattr(self, name)) not in (None, [])
        }
        found["items"] = {name: [_without_none(mean) for mean in means] for name, means in self.items.items()}
        return found


def _without_none(part: Group | Mean) -> dict[str, Any]:
    order = ("group", "count", "mean")
    told = {name: getattr(part, name, None) for name in order}
    return {name: value for name, value in told.items() if value is not None}


# -- what follows from it ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """A value of an item or of an indicator: of a group, or of all; ``count`` is the fewest people that one of its means has."""

    group: str | None
    count: int
    value: float


def overall(scale: Scale, means: Sequence[Mean | Score]) -> Score:
    """The mean of all, from the means that are published and from nothing else."""
    count = sum(one.count for one in means)
    told = [one.mean if isinstance(one, Mean) else one.value for one in means]
    total = sum((Fraction(str(value)) * one.count for value, one in zip(told, means, strict=True)), Fraction(0))
    return Score(None, count, scale.rounded(total / count))


def scores_of_item(protocol: Protocol, result: Result, name: str) -> tuple[Score, ...]:
    """An item by group, then for all; nothing when it is withheld."""
    means = result.items.get(name, [])
    if not means:
        return ()
    by_group = tuple(Score(one.group, one.count, one.mean) for one in means if one.group)
    return (*by_group, overall(protocol.scale_of(protocol.item(name)), means))


def scores_of(protocol: Protocol, result: Result, indicator: str) -> tuple[Score, ...]:
    """An indicator by group, then for all: the mean of its items, each counting as much as the others.

    Only where every item of the wave is published: otherwise two values would not be of the same thing."""
    items = protocol.made_of(indicator, result.wave)
    found = [{score.group: score for score in scores_of_item(protocol, result, item.id)} for item in items]
    if not items or not all(found):
        return ()
    scale = protocol.scale_of(items[0])
    groups = [group.group for group in result.groups] if all(len(scores) > 1 for scores in found) else []
    return tuple(_score(scale, group, [scores[group] for scores in found]) for group in (*groups, None))


def _score(scale: Scale, group: str | None, scores: Sequence[Score]) -> Score:
    mean = sum((Fraction(str(score.value)) for score in scores), Fraction(0)) / len(scores)
    return Score(group, min(score.count for score in scores), scale.rounded(mean))


def measures_of(protocol: Protocol, result: Result) -> dict[str, tuple[Score, ...]]:
    """By indicator, what the register is to hold: the groups when they are told, all of them together otherwise."""
    found = {name: scores_of(protocol, result, name) for name in protocol.measured}
    return {name: scores[:-1] or scores for name, scores in found.items() if scores}


@dataclass(frozen=True, slots=True)
class Raised:
    """What must be discussed: a signal, the group it is about, and what was read."""

    signal: Signal
    group: str | None
    told: str


def raised(protocol: Protocol, result: Result, earlier: Sequence[Result] = ()) -> tuple[Raised, ...]:
    """The signals of a wave, each group looked at.

    ``earlier`` are the waves before it of the same use, in their order: a drop is read from the last of them and from the first,
    so that what wears away slowly is seen as well as what falls."""
    return tuple(one for signal in protocol.signals for one in _raised(protocol, signal, result, earlier))


def _raised(protocol: Protocol, signal: Signal, result: Result, earlier: Sequence[Result]) -> Iterator[Raised]:
    if signal.share is not None and result.share is not None and result.share < signal.share:
        yield Raised(signal, None, f"{result.share} % de réponses")
    scores = _read(protocol, signal, result)
    if signal.most is not None:
        yield from (Raised(signal, one.group, _told(one.value)) for one in _told_apart(scores) if one.value <= signal.most)
    if signal.drop is not None:
        yield from _dropped(protocol, signal, signal.drop, result, earlier)


def _dropped(protocol: Protocol, signal: Signal, drop: float, result: Result, earlier: Sequence[Result]) -> Iterator[Raised]:
    """What lost as much as ``drop``. When some group cannot be compared, the whole that it is a part of is looked at too."""
    scores = _read(protocol, signal, result)
    read_before = [(one, {score.group: score.value for score in _read(protocol, signal, one)}) for one in earlier]
    past = {
        score.group: [
            (one.wave, values[score.group])
            for one, values in read_before
            if score.group in values and is_same(score.group, result, one)
        ]
        for score in scores
    }
    groups = _told_apart(scores)
    for score in groups if all(past[one.group] for one in groups) else scores:
        if known := past[score.group]:
            wave, then = max((known[-1], known[0]), key=lambda one: one[1])
            if Fraction(str(then)) - Fraction(str(score.value)) >= Fraction(str(drop)):
                label = protocol.wave(wave).label.lower()
                yield Raised(signal, score.group, f"{_told(then)} ({label}) puis {_told(score.value)}")


def is_same(group: str | None, result: Result, other: Result) -> bool:
    """Whether a group is the same in two waves: never the small ones put together, who may be others each time."""
    return group is None or (group != REST and result.by == other.by and group in other.named)


def uncompared(result: Result, earlier: Sequence[Result]) -> tuple[str, ...]:
    """The groups of a wave that nothing before may be compared with: renamed, new, put together. None of a first wave."""
    names = [one.group for one in result.groups] if earlier else []
    return tuple(name for name in names if not any(is_same(name, result, one) for one in earlier))


def threshold(protocol: Protocol, signal: Signal) -> str:
    """From what value on a signal is raised, in words."""
    if signal.share is not None:
        return f"moins de {_told(signal.share)} % de réponses"
    item = protocol.item(signal.item) if signal.item else next(one for one in protocol.items if one.indicator == signal.indicator)
    unit = protocol.scale_of(item).unit
    unit = unit if unit.startswith("sur ") else f"en {unit}"
    return f"{_told(signal.most)} ou moins, {unit}" if signal.most is not None else f"{_told(signal.drop or 0)} de moins, {unit}"


def _told(value: float) -> str:
    return signed(number_text(value).replace(".", ","))


def _read(protocol: Protocol, signal: Signal, result: Result) -> tuple[Score, ...]:
    if signal.indicator:
        return scores_of(protocol, result, signal.indicator)
    return scores_of_item(protocol, result, signal.item or "")


def _told_apart(scores: Sequence[Score]) -> Sequence[Score]:
    """The groups when there are some: what all of them make together says nothing more."""
    return scores[:-1] or scores


def by_use(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The results of each use, wave after wave."""
    found: dict[str, list[Result]] = {}
    for one in sorted(results, key=lambda one: (one.kind == "example", one.use, one.wave)):
        found.setdefault(one.use, []).append(one)
    return found


# -- reading -------------------------------------------------------------------------------------------------------------------

Faults = Iterator[PathFault]
Uses = Callable[[str], Dossier | None]
"""A use of the register by id; None when there is none."""


def read_result(text: str, name: str, protocol: Protocol, uses: Uses | None = None, today: datetime.date | None = None) -> Result:
    """The result a YAML or JSON text holds. Raises `SourceError`, with every fault at its place.

    ``uses`` gives the dossier of a use, which the result must not contradict; nothing is compared without it. Told the day, as
    when it is written or about to be published, the month it was closed has come and is one of its wave. What a site already
    shows is read without it: the day of a use may slip after its results, and no page stops for that."""
    return build(read(text, name), Result, lambda one: _check(one, name, protocol, uses, today), only_whole=True)


def read_results(folder: Path, protocol: Protocol, uses: Uses | None = None, today: datetime.date | None = None) -> list[Result]:
    """The results of a folder, each one use and one wave. Raises `SourceError` with the faults of all of them."""
    return read_folder(folder, lambda text, name: read_result(text, name, protocol, uses, today))


def earlier_results(folder: Path, protocol: Protocol, use: str, wave: int) -> list[Result]:
    """What a folder holds of the waves of a use before one, in their order; nothing when there is no such folder.

    Raises `SourceError` when one of them has two files: nobody could tell which is to be compared with."""
    names = {f"{use}-{month}" for month in protocol.months if month < wave}
    if faults := [fault for fault in twins(folder) if Path(fault.file).stem in names]:
        raise SourceError(faults)
    found = [read_result(read_file(path), str(path), protocol) for path in data_files(folder) if path.stem in names]
    return sorted(found, key=lambda one: one.wave)


def studied(folder: Path, protocol: Protocol) -> tuple[str, ...]:
    """The uses that a folder has results of; none while one of its files cannot be read, which `read_results` tells."""
    try:
        return tuple(by_use(read_results(folder, protocol)))
    except SourceError:
        return ()


def uses_beside(folder: Path, doctrine: Doctrine) -> Uses | None:
    """The uses of the register beside a folder, each read when it is asked for; None when there is no register."""
    register = folder.resolve().parent / "registre"

    def find(name: str) -> Dossier | None:
        found = [path for path in data_files(register) if path.stem == name]
        return load_dossier(found[0], doctrine) if found else None

    return find if register.is_dir() else None


def _check(one: Result, name: str, protocol: Protocol, uses: Uses | None, today: datetime.date | None) -> Faults:
    stem, expected = Path(name).stem, f"{one.use}-{one.wave}"
    if one.id != stem or one.id != expected:
        told = f"identifiant {quoted(one.id)} dans le fichier {quoted(stem)}"
        advice = "un fichier par usage et par vague : deux résultats de la même vague diraient, par différence, ce qu’ils cachent"
        yield PathFault("fiche-mal-nommee", ("id",), told, quoted(expected), advice)
    yield from unfit(one.to_data())
    if one.wave not in protocol.months:
        told = f"vague inconnue {quoted(one.wave)}"
        yield PathFault("valeur-inconnue", ("wave",), told, choices([str(month) for month in protocol.months]))
    if one.protocol != protocol.version:
        told = f"protocole {quoted(one.protocol)}"
        yield PathFault("valeur-inconnue", ("protocol",), told, f"{quoted(protocol.version)}, la version du protocole")
    if today and one.closed > f"{today:%Y-%m}":
        yield PathFault("date-a-venir", ("closed",), f"vague close en {one.closed}", f"un mois venu, au plus tard {today:%Y-%m}")
    if one.handed is not None and one.handed < one.answered:
        told = f"{one.answered} réponses pour {one.handed} feuilles remises"
        yield PathFault("etude-incoherente", ("handed",), told, f"au moins {one.answered}")
    yield from _few(("answered",), one.answered)
    yield from _check_groups(one)
    yield from _check_items(one, protocol)
    dossier = uses(one.use) if uses else None
    if uses and dossier is None:
        yield PathFault("identifiant-inconnu", ("use",), f"usage inconnu {quoted(one.use)}", "un usage du registre")
    elif dossier is not None:
        yield from _beside(one, protocol, dossier)
        if today and dossier.dates.started and one.wave in protocol.months:
            yield from _in_its_wave(one, protocol, dossier.dates.started)


def _few(path: tuple[str | int, ...], count: int) -> Faults:
    if count < FEW:
        advice = "dépouiller avec boussole study tally, qui réunit les petits groupes"
        expected = f"au moins {FEW} personnes : on saurait sinon qui l’a dit"
        yield PathFault("petit-groupe", path, f"résultat de {count} personnes", expected, advice)


def _check_groups(one: Result) -> Faults:
    names = [group.group for group in one.groups]
    for rank, group in enumerate(one.groups):
        yield from _few(("groups", rank, "count"), group.count)
        if group.group != REST and is_reserved(group.group):
            told = f"groupe nommé {quoted(group.group)}, comme ce qui en réunit plusieurs"
            yield PathFault("etude-incoherente", ("groups", rank, "group"), told, f"un autre nom, ou {quoted(REST)} exactement")
        if names.index(group.group) != rank:
            told = f"groupe {quoted(group.group)} écrit deux fois"
            yield PathFault("identifiant-en-double", ("groups", rank, "group"), told, "un groupe par ligne")
    if bool(one.groups) != bool(one.by):
        told = "des groupes sans dire de quoi, ou l’inverse"
        yield PathFault("etude-incoherente", ("by",), told, "« by », ce que sont les groupes, avec « groups »")
    if one.groups and (total := sum(group.count for group in one.groups)) != one.answered:
        told = f"{total} personnes dans les groupes, {one.answered} réponses"
        advice = "la différence dirait combien de personnes sont cachées"
        yield PathFault("etude-incoherente", ("groups",), told, f"{one.answered} en tout", advice)


def _check_items(one: Result, protocol: Protocol) -> Faults:
    asked = {item.id: item for item in protocol.asked(one.wave)}
    for part, named in (("items", list(one.items)), ("withheld", one.withheld)):
        for rank, name in enumerate(named):
            path = (part, name) if part == "items" else (part, rank)
            if name not in asked:
                told = f"question {quoted(name)}, qui n’est pas posée à cette vague"
                yield PathFault("identifiant-inconnu", path, told, choices(asked), alike=(name, asked), on_key=part == "items")
            elif part == "withheld" and name in one.items:
                told = f"{quoted(name)} retenue, et publiée plus haut"
                yield PathFault("etude-incoherente", path, told, "l’un ou l’autre")
    for name in asked:
        if name not in one.items and name not in one.withheld:
            told = f"rien sur la question {quoted(name)}"
            yield PathFault("etude-incoherente", ("items",), told, "son résultat, ou son nom dans « withheld »")
    for name, means in one.items.items():
        if name in asked:
            yield from _check_means(one, ("items", name), means, protocol.scale_of(asked[name]))


def _check_means(one: Result, path: tuple[str | int, ...], means: Sequence[Mean], scale: Scale) -> Faults:
    rooms = {group.group: group.count for group in one.groups}
    told = [mean.group for mean in means]
    if told != [None] and told != list(rooms):
        expected = "une ligne par groupe de « groups », dans leur ordre, ou une seule ligne sans groupe"
        shown = ", ".join(name or "tous" for name in told)
        yield PathFault("etude-incoherente", path, f"lignes pour {quoted(shown)}", expected)
    low, high = (float(bound) for bound in scale.bounds)
    for rank, mean in enumerate(means):
        yield from _few((*path, rank, "count"), mean.count)
        room = rooms.get(mean.group, one.answered) if mean.group else one.answered
        if mean.count > room:
            shown = f"{mean.count} réponses à la question, pour {room} feuilles"
            yield PathFault("etude-incoherente", (*path, rank, "count"), shown, f"au plus {room}")
        if not low <= mean.mean <= high:
            shown, advice = f"moyenne {number_text(mean.mean)}", "plus près du bout, elle dirait ce que chacun a répondu"
            expected = f"de {number_text(low)} à {number_text(high)}, en {quoted(scale.unit)}"
            yield PathFault("valeur-impossible", (*path, rank, "mean"), shown, expected, advice)
        elif round(mean.mean, scale.digits) != mean.mean:
            shown, advice = f"moyenne {number_text(mean.mean)}", "un nombre plus précis se laisse défaire"
            expected = "un seul chiffre après la virgule" if scale.digits else "un nombre entier"
            yield PathFault("valeur-impossible", (*path, rank, "mean"), shown, expected, advice)


def _beside(one: Result, protocol: Protocol, dossier: Dossier) -> Faults:
    """What the register says of the same use: the same kind, and the same measures for the same month and group."""
    if dossier.kind != one.kind:
        told = f"{quoted(one.kind)} pour un usage {quoted(dossier.kind)}"
        yield PathFault("etude-incoherente", ("kind",), told, f"{quoted(dossier.kind)} : l’inventé et le réel ne se mêlent pas")
    for indicator, scores in measures_of(protocol, one).items():
        known = [
            measure
            for measure in dossier.measures.get(indicator, ())
            if str(measure.on).startswith(one.closed) and measure.kind != "cible"
        ]
        for score in scores:
            for measure in known:
                if measure.group == score.group and (measure.value, measure.count) != (score.value, score.count):
                    told = f"{quoted(indicator)} vaut ici {number_text(score.value)} ({score.count} personnes)"
                    expected = f"{number_text(measure.value)} ({measure.count}), comme dans le registre"
                    yield PathFault("etude-incoherente", ("items", _first(protocol, indicator, one)), told, expected)


def _in_its_wave(one: Result, protocol: Protocol, started: datetime.date) -> Faults:
    """A wave is closed when the register expects its measures: from a month before its day to a month before the next one.

    What is asked before the tool opens is closed a month after that at the latest: a tool that opens late was waited for."""
    opening = min(started, _LATEST)
    if one.wave == 0:
        first, last = "", str(opening + GRACE)[:7]
    else:
        days = [add_months(opening, month) - GRACE for month in protocol.months if month >= one.wave]
        first, last = (*(str(day)[:7] for day in days[:2]), "")[:2]
    if one.closed < first or one.closed > (last or one.closed):
        told = f"vague {quoted(protocol.wave(one.wave).label.lower())} close en {one.closed}, pour un outil ouvert le {started}"
        bounds = [f"à partir de {first}" if first else "", f"au plus tard {last}" if last else ""]
        yield PathFault("etude-incoherente", ("closed",), told, ", ".join(filter(None, bounds)))


def _first(protocol: Protocol, indicator: str, one: Result) -> str:
    return next(item.id for item in protocol.made_of(indicator, one.wave))


def shown_items(protocol: Protocol, wave: int) -> dict[str, list[Item]]:
    """The questions of a wave by theme, in the order of the sheet."""
    found: dict[str, list[Item]] = {}
    for item in protocol.asked(wave):
        found.setdefault(item.theme, []).append(item)
    return found
