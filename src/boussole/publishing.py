"""The door of the register: dossiers are read one by one, what was made of each is kept, pages and data are written from it.

Nothing holds all the dossiers: a use leaves one row and its events; its page and its data wait in the cache until they are
written. A use is read and rendered again when its dossier, the doctrine, the day or this software changed, and then only.
"""

import contextlib
import datetime
import hashlib
import json
import operator
import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from boussole.debate import Debate
from boussole.errors import Fault, SourceError, quoted
from boussole.files import in_pieces, sweep, write
from boussole.follow_up import Event, events_of
from boussole.impact import Affected
from boussole.library import FOLDER as LIBRARY
from boussole.library import kinds_of_uses
from boussole.loading import data_files
from boussole.markup import esc
from boussole.model import Doctrine
from boussole.outputs.calendar import render_calendar
from boussole.outputs.dashboard import render_dashboard
from boussole.outputs.listing import ordered, page_name, pages_of_list, render_browsing, render_list, summary_of
from boussole.outputs.mention import shown_mention
from boussole.outputs.opendata import ARCHIVE, SUMS, register_files, sum_line, sum_of, use_files, use_lines
from boussole.outputs.publication import address, describe_data, render_head
from boussole.outputs.register import Beside, describe_use, render_use, title_of
from boussole.outputs.yearly import render_year, years_of
from boussole.packing import pack
from boussole.register import Row, Use, open_dossier, row_of
from boussole.results import FOLDER as STUDY
from boussole.results import studied
from boussole.study import load_protocol
from boussole.tables import Stamp, tables
from boussole.writing import one_line

FOLDER = "registre"
DATA = "donnees"
# What a frame has in place of what each page says; no text can hold them, since no NUL is ever read.
TITLE, HEAD, BODY = "\0titre\0", "\0tete\0", "\0corps\0"
_BETWEEN = "\0"  # between the files of a use, and between its lines in each table, as they are kept
_MARKED = re.compile(f"{TITLE}|{HEAD}|{BODY}")
# The names of the pages that are not those of a use.
RESERVED = re.compile(r"index|page-\d+|tableau-de-bord|bilan-\d+|revues|recalculer|liste")


_ROW = operator.attrgetter(*(one.name for one in fields(Row)))
_EVENT = operator.attrgetter(*(one.name for one in fields(Event)))


@dataclass(frozen=True, slots=True)
class Frame:
    """The pages of a site around what each says: HTML that holds the three marks, for uses and for pages of the list."""

    use: str
    listing: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the site makes itself: its title, a sentence, and its HTML."""

    title: str
    lead: str
    body: str


@dataclass
class Register:
    """The uses of a folder, as they were read on a day."""

    doctrine: Doctrine
    today: datetime.date
    cache: Path
    base: str = ""
    beside: Mapping[str, Beside] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)
    read: int = 0  # how many dossiers were read again

    def pages(self) -> dict[str, Page]:
        """The pages that have a place in the site: the list, the dashboard, a report a year."""
        rows = ordered(self.rows)
        found = {"index": Page("Registre", summary_of(rows) if rows else "", render_list(self.doctrine, rows))}
        if rows:
            lead = "Ce que disent ensemble tous les usages du registre. Les exemples inventés sont comptés à part."
            found["tableau-de-bord"] = Page(
                "Tableau de bord du registre", lead, render_dashboard(self.doctrine, rows, self.today)
            )
        for year in years_of(self.events):
            lead = f"Ce qui a été évalué, décidé, mesuré et arrêté en {year}, d’après les dossiers du registre."
            found[f"bilan-{year}"] = Page(f"Bilan {year} du registre", lead, render_year(self.doctrine, self.events, year))
        return {f"{FOLDER}/{name}": page for name, page in found.items()}


# -- reading


def read_register(
    folder: Path,
    doctrine: Doctrine,
    today: datetime.date,
    cache: Path,
    base: str = "",
    beside: Mapping[str, Beside] = MappingProxyType({}),
) -> Register:
    """Read the dossiers of a folder, those that changed only; ``beside`` is what other folders say of them, by use.

    Raises `SourceError` with the faults of all of them."""
    register = Register(doctrine, today, cache, base, beside)
    paths = data_files(folder)
    context = _digest(repr(doctrine), software(), today.isoformat(), base)
    faults, untold = list[Fault](), 0
    with _opened(cache) as kept:
        known = dict(kept.execute("SELECT file, key FROM uses"))
        for path in paths:
            try:
                _keep(kept, register, path, context, known.pop(path.name, ""))
            except SourceError as error:
                faults, untold = [*faults, *error.faults], untold + error.untold
                known[path.name] = ""  # what is kept of it says nothing any more
        kept.executemany("DELETE FROM uses WHERE file = ?", [(name,) for name in known])
        _gather(kept, register)
        faults += _unusable_names(kept, folder)
    if faults:
        raise SourceError(faults, untold)
    return register


def say_beside(source: Path, doctrine: Doctrine, debate: Debate, moved: Mapping[str, Sequence[Affected]]) -> dict[str, Beside]:
    """What the other folders of a site say of the uses of its register, by use; ``moved`` tells, by edition of the debate, those
    whose opinion it changes."""
    found = {use: Beside(kind=kind) for use, kind in kinds_of_uses(source / LIBRARY).items()}
    for use in studied(source / STUDY, load_protocol()):
        found[use] = replace(found.get(use, Beside()), study=f"conditions-de-travail/usage-{use}")
    for name, uses in moved.items():
        page = (f"debattre/edition-{name}", debate.title_of(doctrine, name))
        for use in (one.past.file for one in uses):
            before = found.get(use, Beside())
            found[use] = replace(before, editions=(*before.editions, page))
    return found


def _keep(kept: sqlite3.Connection, register: Register, path: Path, context: str, known: str) -> None:
    """Read one dossier and keep what is made of it, unless it is known already."""
    beside = register.beside.get(path.stem, Beside())
    key = _digest(context, _digest_of(path), repr(beside))
    if key == known:
        return
    use = Use(register.doctrine, open_dossier(path, register.doctrine), register.today)
    name, lines = use.dossier.id, use_lines(use)
    data = {f"{DATA}/{file}": text for file, text in use_files(use).items()}
    where = address(register.base, f"{FOLDER}/{name}") if register.base else ""
    links = [(f"../{file}", f"Données de l’usage : {file.rpartition('/')[2]}") for file in data]
    values = (
        json.dumps(_ROW(row_of(use)), ensure_ascii=False),
        json.dumps([_EVENT(event) for event in events_of(use)], ensure_ascii=False),
        _BETWEEN.join(lines[table.name] for table in tables(register.doctrine)),
        "".join(sum_of(file.removeprefix(f"{DATA}/"), text) for file, text in data.items()),
        title_of(use),
        describe_use(use),
        render_use(use, replace(beside, mention=_mention(use, where), files=links)),
        json.dumps(list(data)),
        _BETWEEN.join(data.values()),
    )
    kept.execute("INSERT OR REPLACE INTO uses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (path.name, key, name, *values))
    register.read += 1


def _mention(use: Use, where: str) -> str:
    """The mention of a use as HTML, one paragraph after the other."""
    return "".join(f"<p>{esc(text)}</p>\n" for text in shown_mention(use.dossier, where).split("\n\n") if text)


def _gather(kept: sqlite3.Connection, register: Register) -> None:
    """Bring back the row, the events and the sums of every use; what thousands of them say is held once."""
    known = dict[Any, Any]()
    for row, events, summed in kept.execute("SELECT row, events, sums FROM uses ORDER BY id"):
        register.rows.append(Row(*(_once(value, known) for value in json.loads(row))))
        register.events += [Event(*(_once(value, known) for value in event)) for event in json.loads(events)]
        register.sums.append(summed)


def _once(value: Any, known: dict[Any, Any]) -> Any:
    """A value from JSON, which knows no tuples, or the same one met before; numbers stay, since 1 and 1.0 would be one."""
    if isinstance(value, list):
        value = tuple(_once(one, known) for one in value)
    return known.setdefault(value, value) if isinstance(value, str | tuple) else value


def _unusable_names(kept: sqlite3.Connection, folder: Path) -> list[Fault]:
    """The dossiers whose page would be another's."""
    faults, files = [], dict[str, str]()
    for file, name in kept.execute("SELECT file, id FROM uses ORDER BY file"):
        if name in files or RESERVED.fullmatch(name):
            other = f"déjà celui de {files[name]}" if name in files else "celui d’une page du registre"
            told = f"identifiant {quoted(name)} : {other}"
            faults.append(Fault("identifiant-en-double", told, "un identifiant par usage", file=str(folder / file)))
        files[name] = file
    return faults


@cache
def software() -> str:
    """The digest of this software: what is kept was made by it, and changes with it."""
    here = Path(__file__).parent
    found = sorted(path for suffix in ("py", "html") for path in here.rglob(f"*.{suffix}"))
    return _digest(*map(_digest_of, found))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _digest_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""  # reading it will tell why


# -- what is kept


# What is made of a use fits in three pages rather than in twenty that are linked one to the next.
_TABLES = """
PRAGMA page_size = 32768;
CREATE TABLE IF NOT EXISTS uses
  (file TEXT PRIMARY KEY, key TEXT, id TEXT, row TEXT, events TEXT, lines TEXT, sums TEXT,
   title TEXT, about TEXT, body TEXT, names TEXT, data TEXT);
SELECT names FROM uses LIMIT 0; -- one of another shape cannot be read
CREATE TABLE IF NOT EXISTS written
  (site TEXT, name TEXT, key TEXT, time INTEGER, size INTEGER, PRIMARY KEY (site, name)) WITHOUT ROWID;
"""


@contextlib.contextmanager
def _opened(cache: Path) -> Iterator[sqlite3.Connection]:
    """The cache, in one transaction; one that cannot be read is made anew, since all of it can be made again."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    kept = sqlite3.connect(cache)
    try:
        kept.executescript(_TABLES)
    except sqlite3.DatabaseError:
        kept.close()
        cache.unlink()
        kept = sqlite3.connect(cache)
        kept.executescript(_TABLES)
    with contextlib.closing(kept), kept:
        yield kept


# -- writing


def write_register(register: Register, out: Path, frame: Frame, home: str) -> tuple[str, ...]:
    """Write the pages and the data of a register in a site, what changed only; what is of no use any more goes.

    Returns the names of its pages. ``home`` is the title of the site's first page."""
    with _opened(register.cache) as kept:
        writer = _Writer(kept, out)
        pages = [*_write_uses(kept, writer, register, frame, home)]
        for rank, body in pages_of_list(register.doctrine, ordered(register.rows)):
            title, name = f"Registre, page {rank}", f"{FOLDER}/{page_name(rank)}"
            head = _head(
                register, name, title, f"Page {rank} de la liste des usages du registre, du plus récent au plus ancien.", home
            )
            writer.put(f"{name}.html", _framed(frame.listing, title, head, body))
            pages.append(name)
        _write_browsing(writer, register)
        _write_data(writer, register, _write_tables(kept, writer, register.doctrine))
        writer.forget()
    return tuple(pages)


def _write_browsing(writer: "_Writer", register: Register) -> None:
    """The data of the list, and the calendar."""
    if register.rows:
        for name, text in render_browsing(register.doctrine, register.rows).items():
            writer.put(f"{FOLDER}/liste/{name}", text)
    calendar = render_calendar(register.doctrine, register.events, register.today, register.base)
    writer.put(f"{FOLDER}/revues.ics", calendar)


def _write_tables(kept: sqlite3.Connection, writer: "_Writer", doctrine: Doctrine) -> dict[str, Stamp]:
    """All the tables at once, use after use: they are the heaviest, and memory never holds them. What each is, by file name."""
    names = [f"{table.name}.csv" for table in tables(doctrine)]
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(writer.in_pieces(f"{DATA}/{name}")) for name in names]
        for file, table in zip(files, tables(doctrine), strict=True):
            file.write(table.header.encode())
        for (told,) in kept.execute("SELECT lines FROM uses ORDER BY id"):
            for file, lines in zip(files, told.split(_BETWEEN), strict=True):
                file.write(lines.encode())
    return {name: _weighed(writer.out / DATA / name) for name in names}


def _weighed(path: Path) -> Stamp:
    """What a file is, read by pieces."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _write_data(writer: "_Writer", register: Register, written: dict[str, Stamp]) -> None:
    """The open data of all the uses but the tables, which are already written, then all of them in an archive."""
    folder = writer.out / DATA
    with (folder / "evenements.csv").open(encoding="utf-8", newline="") as events:
        data = register_files(register.doctrine, register.rows, written, events, register.base, register.today)
    for name, text in data.items():
        writer.put(f"{DATA}/{name}", text)
    summed = {name: sum_line(name, digest) for name, (_, digest) in written.items()}
    summed |= {name: sum_of(name, text) for name, text in data.items()}
    told = "".join([*register.sums, *summed.values()]).splitlines(keepends=True)
    writer.put(f"{DATA}/{SUMS}", "".join(sorted(told, key=lambda line: line.partition("  ")[2])))
    packed = {**{name: folder / name for name in written}, **data, SUMS: "".join(summed[name] for name in sorted(summed))}
    with writer.in_pieces(f"{DATA}/{ARCHIVE}") as archive:
        pack(archive, packed)


def _write_uses(kept: sqlite3.Connection, writer: "_Writer", register: Register, frame: Frame, home: str) -> Iterator[str]:
    """The page and the data of each use; those that stand as they were written are not even made."""
    framed = _digest(frame.use, home)
    for file, key, name, listed in kept.execute("SELECT file, key, id, names FROM uses ORDER BY id").fetchall():
        page, whole = f"{FOLDER}/{name}", _digest(key, framed)
        yield page
        names: list[str] = json.loads(listed)
        if writer.stands(f"{page}.html", whole) and all(writer.stands(one, key) for one in names):
            continue
        title, about, body, data = kept.execute("SELECT title, about, body, data FROM uses WHERE file = ?", (file,)).fetchone()
        head = _head(register, page, title, about, home)
        writer.put(f"{page}.html", _framed(frame.use, title, head, body), whole)
        for one, text in zip(names, data.split(_BETWEEN), strict=True):
            writer.put(one, text, key)


def _head(register: Register, name: str, title: str, about: str, home: str) -> str:
    trail = [("index", home), (f"{FOLDER}/index", "Registre"), (name, title)]
    base = register.base
    return render_head(
        title, f"<p>{esc(about)}</p>", address(base, name) if base else "", describe_data(register.doctrine, name, trail, base)
    )


def _framed(frame: str, title: str, head: str, body: str) -> str:
    """A page: what it says in place of the marks of its frame."""
    said = {TITLE: esc(one_line(title)), HEAD: head, BODY: body}
    return _MARKED.sub(lambda found: said[found[0]], frame)


class _Writer:
    """Writes in one site, and knows what it wrote there before."""

    def __init__(self, kept: sqlite3.Connection, out: Path) -> None:
        self.kept, self.out, self.site = kept, out, str(out.resolve())
        found = kept.execute("SELECT name, key, time, size FROM written WHERE site = ?", (self.site,))
        self.known = {name: (key, time, size) for name, key, time, size in found}
        self.seen = set[str]()

    def stands(self, name: str, key: str) -> bool:
        """Whether a file is the one that was written for this key."""
        self.seen.add(name)
        known = self.known.get(name)
        return known is not None and known[0] == key and known[1:] == _stamp(self.out / name)

    def put(self, name: str, text: str, key: str = "") -> None:
        """Write a file, unless it says the same already."""
        write(self.out / name, text, is_swept=True)
        self._remember(name, key)

    @contextlib.contextmanager
    def in_pieces(self, name: str) -> Iterator[IO[bytes]]:
        """Write a file by pieces, unless it says the same already."""
        with in_pieces(self.out / name) as file:
            yield file
        self._remember(name)

    def _remember(self, name: str, key: str = "") -> None:
        self.seen.add(name)
        values = (self.site, name, key, *_stamp(self.out / name))
        self.kept.execute("INSERT OR REPLACE INTO written VALUES (?, ?, ?, ?, ?)", values)

    def forget(self) -> None:
        """Take away what was written before and is not any more, and what killed builds left."""
        for name in self.known.keys() - self.seen:
            (self.out / name).unlink(missing_ok=True)
            self.kept.execute("DELETE FROM written WHERE site = ? AND name = ?", (self.site, name))
        names = defaultdict[str, set[str]](set)
        for name in self.seen:
            folder, _, file = name.rpartition("/")
            names[folder].add(file)
        for folder, files in names.items():
            sweep(self.out / folder, files, time.time())


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, -1
    return found.st_mtime_ns, found.st_size
