"""From typed sheets to what may be published of them: nothing that fewer than five people say, nor what would let it be found.

How it is made safe. The sheets are cut in parts that share nobody, each of five sheets or more: the groups that are large enough,
and one part for all the others, which takes the smallest large group in when it is still too small. Only the sizes of the groups
decide of it, never what people answered. Each mean is of one part, or of everybody for a question that too few answered in some
part; the total of the others is computed from the means of the parts. So whatever is added or taken away, no result ever
isolates fewer than five sheets; and no mean says that everyone answered alike (`boussole.study.Scale.bounds`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import islice

from boussole.cells import Placed, cell, line, placed
from boussole.dossier import clean
from boussole.errors import MAX_TOLD, Fault, SourceError, Span, choices, nearest, quoted
from boussole.monitoring import FEW
from boussole.results import EVERYBODY, REST, Group, Mean, Result, is_reserved
from boussole.study import OPEN, UNKNOWN, Item, Protocol, Scale
from boussole.vetting import personal

MOST = 20_000  # sheets of one wave: no use has as many agents, and a hostile table may have millions
GROUP = "groupe"  # the column of the group in the table to fill


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet says: the group, "" when its box is empty, and a value by question, turned so that more is better."""

    group: str
    answers: Mapping[str, Fraction]


@dataclass(frozen=True)
class TooFewError(ValueError):
    """Fewer sheets than may be published: nothing at all is said of them, nor how many they are."""


# -- what may be published -------------------------------------------------------------------------------------------------------


def kept_apart(counts: Mapping[str, int]) -> tuple[tuple[str, ...], int]:
    """The groups that are told, in the order of their names, and how many people all the others make together.

    These are never 1 to 4; when no group is left, everybody is told together."""
    sized = sorted((count, name) for name, count in counts.items())
    large = [name for count, name in sized if count >= FEW and name and not is_reserved(name)]
    rest = sum(counts.values()) - sum(counts[name] for name in large)
    while 0 < rest < FEW and large:
        rest += counts[large.pop(0)]
    return tuple(sorted(large)), rest


@dataclass(frozen=True)
class About:
    """What a tally is of: a use of the register, a wave closed in a month, and how many sheets were handed out."""

    use: str
    wave: int
    closed: str
    kind: str = "real"
    by: str | None = None
    handed: int | None = None


def tally(protocol: Protocol, sheets: Sequence[Sheet], about: About) -> Result:
    """What may be published of some sheets. Raises `TooFewError` when nothing may."""
    if len(sheets) < FEW:
        raise TooFewError
    told, rest = kept_apart(Counter(sheet.group for sheet in sheets))
    parts: dict[str, list[Sheet]] = {name: [] for name in (*told, *([REST] if rest and told else []))}
    for sheet in sheets if parts else ():
        parts[sheet.group if sheet.group in parts else REST].append(sheet)
    items, withheld = dict[str, list[Mean]](), list[str]()
    for item in protocol.asked(about.wave):
        if means := _means(protocol.scale_of(item), item, sheets, parts):
            items[item.id] = means
        else:
            withheld.append(item.id)
    return Result(
        id=f"{about.use}-{about.wave}",
        kind="example" if about.kind == "example" else "real",
        use=about.use,
        wave=about.wave,
        closed=about.closed,
        protocol=protocol.version,
        answered=len(sheets),
        handed=about.handed,
        by=about.by if parts else None,
        groups=[Group(group=name, count=len(part)) for name, part in parts.items()],
        items=items,
        withheld=withheld,
    )


def _means(scale: Scale, item: Item, sheets: Sequence[Sheet], parts: Mapping[str, Sequence[Sheet]]) -> list[Mean]:
    """An item by part when each has enough answers; for all when they have together; else nothing."""
    values = {name: _values(item, part) for name, part in parts.items()}
    if values and all(len(found) >= FEW for found in values.values()):
        return [Mean(group=name, count=len(found), mean=_mean(scale, found)) for name, found in values.items()]
    found = _values(item, sheets)
    return [Mean(count=len(found), mean=_mean(scale, found))] if len(found) >= FEW else []


def _values(item: Item, sheets: Sequence[Sheet]) -> list[Fraction]:
    return [sheet.answers[item.id] for sheet in sheets if item.id in sheet.answers]


def _mean(scale: Scale, values: Sequence[Fraction]) -> float:
    return scale.rounded(sum(values, Fraction(0)) / len(values))


# -- reading the sheets ----------------------------------------------------------------------------------------------------------


def blank_table(protocol: Protocol, wave: int) -> str:
    """The table to fill for a wave: its first line. The open text has no column: it is never typed."""
    return line(cell(name) for name in (GROUP, *(item.id for item in protocol.asked(wave))))


def read_sheets(text: str, name: str, protocol: Protocol, wave: int, by: str | None = None) -> list[Sheet]:
    """The sheets a table holds; ``by`` names the column of the groups, ``name`` stands for the file in messages.

    Raises `SourceError` with every fault at its place. No message repeats words that someone wrote, and the open text is dropped
    as it is read."""
    return _Reading(name, protocol, wave, by).read(text)


@dataclass
class _Reading:
    """One table as it is read."""

    name: str
    protocol: Protocol
    wave: int
    by: str | None
    faults: list[Fault] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)  # the groups that were looked at, as they were typed

    def read(self, text: str) -> list[Sheet]:
        lines = list(islice(placed(text), MOST + 2))
        if len(lines) > MOST + 1:
            told = f"plus de {MOST} feuilles"
            raise SourceError([self._fault("fichier-trop-gros", lines[-1][0], told, "une seule vague d’un seul usage")])
        if len(lines) < 2:
            told = "aucune feuille" if lines else "fichier vide"
            raise SourceError(
                [self._fault("valeur-vide", Placed(1, 1, ""), told, "une première ligne, puis une ligne par feuille")]
            )
        header = self._header(lines[0])
        sheets = list[Sheet]()
        for rank, cells in enumerate(lines[1:], 1):
            if sheet := self._sheet(header, lines[0], cells):
                sheets.append(sheet)
            if len(self.faults) > MAX_TOLD:  # what is left is counted by lines, not read
                raise SourceError(self.faults, len(lines) - 1 - rank)
        if self.faults:
            raise SourceError(self.faults)
        return _spelt_alike(sheets)

    def _fault(self, code: str, where: Placed, found: str, expected: str, advice: str = "") -> Fault:
        end = where.column + max(1, len(where.text))
        return Fault(code, found, expected, advice, self.name, Span(where.line, where.column, end))

    def _header(self, cells: Sequence[Placed]) -> list[str]:
        asked = [item.id for item in self.protocol.asked(self.wave)]
        known = list(dict.fromkeys([*asked, *([self.by] if self.by else []), GROUP, OPEN]))
        names = [cell.text.strip() for cell in cells]
        if not set(names) & set(known):  # this is somebody's sheet, and nothing of it is repeated
            told, expected = "première ligne sans aucun nom de colonne", f"les noms d’abord : {choices(known)}"
            raise SourceError([self._fault("cle-manquante", Placed(cells[0].line, 1, ""), told, expected)])
        for rank, (cell_, name) in enumerate(zip(cells, names, strict=True)):
            if name not in known:
                self.faults.append(self._unknown(cell_, name, rank, known))
            elif name in names[:rank]:
                self.faults.append(self._fault("cle-en-double", cell_, f"colonne {quoted(name)} écrite deux fois", "une seule"))
        needed = [name for name in (*asked, self.by) if name and name not in names]
        for name in needed:
            told = f"colonne manquante {quoted(name)}"
            self.faults.append(self._fault("cle-manquante", Placed(cells[0].line, 1, ""), told, "une colonne de ce nom"))
        return names

    def _unknown(self, where: Placed, name: str, rank: int, known: Sequence[str]) -> Fault:
        later = next((item for item in self.protocol.items if item.id == name), None)
        if later:
            told = f"colonne {quoted(name)}, une question posée à partir de {later.since} mois"
            return self._fault("cle-inconnue", where, told, f"les questions de la vague {self.wave}")
        advice = nearest(name, known) or "retirer cette colonne : ni nom, ni date, ni rien d’autre que les questions"
        told = f"colonne inconnue au rang {rank + 1}"  # by its rank: its name may be what somebody wrote
        return self._fault("cle-inconnue", where, told, choices(known), advice)

    def _sheet(self, names: Sequence[str], header: Sequence[Placed], cells: Sequence[Placed]) -> Sheet | None:
        if len(cells) != len(header):
            told, expected = f"ligne de {len(cells)} cellules", f"{len(header)} cellules, comme la première ligne"
            self.faults.append(self._fault("syntaxe", cells[0], told, expected))
            return None
        found = dict(zip(names, cells, strict=True))
        group = self._group(found[self.by]) if self.by in found else ""
        answers = dict[str, Fraction]()
        for item, values in self._asked:
            if item.id in found and (given := found[item.id].text.strip()) not in ("", UNKNOWN):
                if given in values:
                    answers[item.id] = values[given]
                else:
                    self._refuse(item, values, found[item.id])
        return Sheet(group, answers)

    @cached_property
    def _asked(self) -> Sequence[tuple[Item, Mapping[str, Fraction]]]:
        """The questions of the wave, each with what its codes count for."""
        return [(item, self.protocol.scale_of(item).values(item.reversed)) for item in self.protocol.asked(self.wave)]

    def _group(self, where: Placed) -> str:
        if where.text not in self.groups:
            faults = len(self.faults)
            group = self._read_group(where)
            if len(self.faults) > faults:  # each place where it stands is told
                return group
            self.groups[where.text] = group
        return self.groups[where.text]

    def _read_group(self, where: Placed) -> str:
        text = " ".join(clean(where.text).split())
        for fault in personal(text):
            expected = "le nom d’un métier ou d’un lieu"
            self.faults.append(self._fault(fault.code, where, "numéro ou adresse dans la colonne des groupes", expected))
        if is_reserved(text):
            told = f"groupe nommé {quoted(REST)}, ou {quoted(EVERYBODY)} : le résultat nomme ainsi ce qui en réunit plusieurs"
            self.faults.append(self._fault("etude-incoherente", where, told, "un autre nom pour ce groupe"))
        return text

    def _refuse(self, item: Item, codes: Iterable[str], where: Placed) -> None:
        given = where.text.strip()
        shown = quoted(given, 12) if not any(sign.isalpha() for sign in given) else "un texte"
        expected = choices([*codes, f"{UNKNOWN}, ou rien"])
        self.faults.append(self._fault("valeur-inconnue", where, f"{shown} pour {quoted(item.id)}", expected))


def _spelt_alike(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, each group spelt as most of them spell it: capitals do not make two groups of one."""
    spellings: dict[str, Counter[str]] = {}
    for sheet in sheets:
        spellings.setdefault(sheet.group.casefold(), Counter())[sheet.group] += 1
    chosen = {folded: min(found, key=lambda name: (-found[name], name)) for folded, found in spellings.items()}
    return [Sheet(chosen[sheet.group.casefold()], sheet.answers) for sheet in sheets]
