"""Documents to read, print and edit: the same blocks as plain Markdown and as one page of HTML."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from boussole.templating import render
from boussole.writing import escape, one_line, typeset


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: Sequence[str]
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names, each with what it is."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a source, word for word, its id and how it is cited; without words, only where what follows comes from."""

    texts: Sequence[str]
    source: str
    citation: str


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to fill by hand: a label, a hint, how many lines."""

    lines: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Command:
    """A line to type."""

    text: str


Block = Heading | Text | Command | Items | Facts | Quoted | Blanks


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document: its name in a folder, its title, what it is for, what it says."""

    name: str
    title: str
    lead: str
    blocks: tuple[Block, ...]


def md(text: str) -> str:
    """Words of ours in Markdown."""
    return escape(typeset(text))


def markdown(block: Block) -> str:
    """A block as plain Markdown, which any tool reads."""
    match block:
        case Heading(text):
            return f"## {md(text)}"
        case Text(text):
            return md(text)
        case Command(text):
            return f"`{text}`"
        case Items(items, is_ordered):
            return "\n".join(f"{f'{rank}.' if is_ordered else '-'} {md(item)}" for rank, item in enumerate(items, 1))
        case Facts(pairs):
            return "\n\n".join(f"**{md(name)}**\n: {md(told)}" for name, told in pairs)
        case Quoted(texts, _, citation):
            quoted = "".join(f"> « {md(text)} »\n>\n" for text in texts)
            return f"{quoted}> {md(citation)}"
        case Blanks(lines):
            return "\n\n".join(_blank(label, hint, count) for label, hint, count in lines)


def _blank(label: str, hint: str, count: int) -> str:
    head = f"**{md(label)}** {md(hint)}\n\n" if label else ""
    return head + ("\n\n".join(["…" * 16] * count) if count else "☐ Oui   ☐ Non")


def as_markdown(sheet: Sheet, notice: str) -> str:
    """A document as Markdown, to be edited; ``notice`` ends it."""
    body = "\n\n".join(markdown(block) for block in sheet.blocks)
    return f"# {md(sheet.title)}\n\n{md(sheet.lead)}\n\n{body}\n\n---\n\n{md(notice)}\n"


def as_html(sheet: Sheet, notice: str) -> str:
    """A document as one page of HTML, which prints on A4; ``notice`` ends it."""
    body = "\n".join(_html(block) for block in sheet.blocks)
    return render("paper/document.html", notice=notice, sheet=sheet, body=body)


def _say(text: str) -> str:
    return html.escape(one_line(typeset(text)))


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{_say(text)}</h2>"
        case Text(text):
            return f"<p>{_say(text)}</p>"
        case Command(text):
            return f"<p><code>{html.escape(text)}</code></p>"
        case Items(items, is_ordered):
            tag = "ol" if is_ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{_say(item)}</li>' for item in items)}</{tag}>"
        case Facts(pairs):
            return f"<dl>{''.join(f'<dt>{_say(name)}</dt><dd>{_say(told)}</dd>' for name, told in pairs)}</dl>"
        case Quoted(texts, _, citation):
            quoted = "".join(f"<blockquote><p>«\xa0{_say(text)}\xa0»</p></blockquote>" for text in texts)
            return f"{quoted}<p><small>Source\xa0: {_say(citation)}</small></p>"
        case Blanks(lines):
            return "".join(_html_blank(label, hint, count) for label, hint, count in lines)


def _html_blank(label: str, hint: str, count: int) -> str:
    head = f"<p><strong>{_say(label)}</strong> <small>{_say(hint)}</small></p>" if label else ""
    room = '<p class="line">&nbsp;</p>' * count or '<p><span class="box"></span> Oui &nbsp; <span class="box"></span> Non</p>'
    return f'<div class="blank">{head}{room}</div>'
