"""HTML of the register: words of ours are typeset, people's words are left as they are, and both are escaped here."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from boussole.compass import MARKS, OPEN
from boussole.merging import items
from boussole.model import NSP, Doctrine
from boussole.wording import UNKNOWN, Words
from boussole.writing import one_line, typeset

NBSP = "\xa0"
_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]]")


def esc(text: object) -> str:
    """What people wrote, as HTML that shows exactly that."""
    return html.escape(str(text))


@lru_cache(maxsize=8192)
def say(text: str) -> str:
    """Words of ours, or of the doctrine, as they are published; the same ones come back on every page."""
    return html.escape(one_line(typeset(text)))


def fenced(body: str) -> str:
    """HTML that closes neither of the fences it stands in on a page of Markdown."""
    return body.replace("`", "&#96;").replace(":::", "&#58;&#58;&#58;")


def linked(text: str) -> str:
    """What people wrote, where an address of the web becomes a link; nothing else does."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        href = html.escape(found[0])
        parts += [html.escape(text[end : found.start()]), f'<a href="{href}" rel="nofollow">{href}</a>']
        end = found.end()
    return "".join(parts) + html.escape(text[end:])


def listed(items: Iterable[str], tag: str = "ul", kind: str = "") -> str:
    """A list of items that are HTML already; nothing when there is none."""
    body = "".join(f"<li>{item}</li>\n" for item in items)
    return f"<{tag}{_class(kind)}>\n{body}</{tag}>\n" if body else ""


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Labels of ours, each with a value that is HTML already."""
    body = "".join(f"<dt>{say(label)}</dt><dd>{value}</dd>\n" for label, value in rows)
    return f'<dl class="boussole-facts">\n{body}</dl>\n'


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "", kind: str = "") -> str:
    """A table whose first column names its rows; all is HTML already, and each cell says its column for narrow screens."""
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    told = f"<caption>{caption}</caption>\n" if caption else ""
    body = []
    for first, *rest in rows:
        cells = "".join(f'<td data-label="{title}">{cell}</td>' for title, cell in zip(titles[1:], rest, strict=True))
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>\n')
    return f"<table{_class(kind)}>\n{told}<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(body)}</tbody>\n</table>\n"


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


@dataclass(frozen=True)
class Phrases:
    """The words of one doctrine as HTML, made once for all the pages that say them."""

    doctrine: Doctrine

    @cached_property
    def words(self) -> Words:
        return Words(self.doctrine)

    @cached_property
    def asks(self) -> Mapping[str, str]:
        """Every question."""
        return {name: say(question.ask) for name, question in self.doctrine.questions.items()}

    @cached_property
    def answers(self) -> Mapping[str, Mapping[str, str]]:
        """Every option, by question."""
        return {
            name: {option: say(question.label_of(option)) for option in question.choices} | {NSP: say(UNKNOWN)}
            for name, question in self.doctrine.questions.items()
        }

    @cached_property
    def answered(self) -> Mapping[str, Mapping[str, str]]:
        """Every question followed by its answer, by question and option: what most lines of a page are."""
        return {
            name: {option: f"{self.asks[name]} <b>{label}</b>" for option, label in labels.items()}
            for name, labels in self.answers.items()
        }

    @cached_property
    def levels(self) -> Mapping[str, str]:
        """Every level of the scale."""
        return {level.id: say(level.label) for level in self.doctrine.scale}

    def level(self, name: str) -> str:
        """A level, which this doctrine may not know."""
        return self.levels.get(name) or esc(name)

    def state(self, attainable: Sequence[str]) -> tuple[str, str]:
        """The class and the mark of some opinions."""
        if len(attainable) != 1:
            return "boussole-open", OPEN
        rank = self.doctrine.levels.index(attainable[0])
        return f"boussole-level-{rank}", MARKS[min(rank, len(MARKS) - 1)]

    def sign(self, attainable: Sequence[str]) -> str:
        """The mark of some opinions, beside words that say the same."""
        state, mark = self.state(attainable)
        return f'<span class="boussole-sign {state}" aria-hidden="true">{mark}</span>'

    def opinion(self, attainable: Sequence[str]) -> str:
        """An opinion in two words."""
        return self.level(attainable[0]) if len(attainable) == 1 else "À compléter"

    def marked(self, attainable: Sequence[str]) -> str:
        """An opinion and its mark."""
        return f"{self.sign(attainable)} {self.opinion(attainable)}"

    def either(self, levels: Iterable[str]) -> str:
        """Several levels, one or another."""
        return " ou ".join(f"«{NBSP}{self.level(level)}{NBSP}»" for level in levels)

    def answer(self, question: str, given: Any) -> str:
        """One position: options, a number with its unit, or « je ne sais pas »."""
        known = self.answers[question]
        return " ou ".join(known.get(item) or say(self.words.answer_label(question, item)) for item in items(given))


@cache
def phrases(doctrine: Doctrine) -> Phrases:
    """The words of a doctrine, the same ones each time they are asked for."""
    return Phrases(doctrine)
