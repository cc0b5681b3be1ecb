"""The document of a dossier for word processors: real headings, lists and styles, so that agents can take it from there."""

import re
from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any

from boussole.document import Block, Item, Line, blocks
from boussole.dossier import Dossier
from boussole.model import Doctrine
from boussole.writing import WIDE, one_line

HEADINGS = {"title": 1, "section": 2, "part": 3}
BULLETS, NUMBERS = "List_20_1", "Numbering_20_1"
BODY, WARNING, OPINION, QUESTION, ANSWER, NOTE = "Text_20_body", "Avertissement", "Avis", "Question", "Réponse", "Note"
LABEL, HEADER = "Étiquette", "Colonne"

# By name: the parent style, what concerns the paragraph, what concerns its letters.
PARAGRAPHS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    WARNING: (BODY, {"fo:border": "1pt solid #b3480a", "fo:padding": "0.2cm"}, {"fo:font-weight": "bold"}),
    OPINION: (BODY, {}, {"fo:font-weight": "bold", "fo:font-size": "16pt"}),
    QUESTION: (BODY, {"fo:margin-bottom": "0cm", "fo:keep-with-next": "always"}, {"fo:font-weight": "bold"}),
    ANSWER: (BODY, {"fo:margin-left": "0.6cm", "fo:margin-bottom": "0.1cm"}, {}),
    NOTE: (ANSWER, {"fo:margin-left": "1.2cm"}, {"fo:font-style": "italic"}),
    HEADER: (BODY, {}, {"fo:font-weight": "bold"}),
}
HEADING_LETTERS = {
    1: {"fo:font-size": "20pt", "fo:color": "#0b4f57"},
    2: {"fo:font-size": "15pt", "fo:font-style": "normal"},
    3: {"fo:font-size": "12pt", "fo:color": "#0b4f57"},
}

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_odt(doctrine: Doctrine, dossier: Dossier) -> bytes:
    """The document as an ODT file. The findings are said in words: the compass is only drawn in HTML and PDF.

    Raises `ModuleNotFoundError` without odfdo."""
    from odfdo import Document, Element  # noqa: PLC0415 - only this needs it

    file: Any = Document("text")
    file.set_language("fr-FR")
    file.meta.title = one_line(_NOT_XML.sub("", dossier.title))
    file.meta.generator = "boussole"
    file.meta.get_element("//meta:creation-date").delete()  # the day when the empty model of odfdo was made
    _dress(file)
    file.body.clear()
    for element in (element for block in blocks(doctrine, dossier) for element in _drawn(block)):
        file.body.append(Element.from_tag(element))
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _dress(file: Any) -> None:
    """Give a file its styles, under names that word processors show."""
    from odfdo import Style  # noqa: PLC0415 - as above

    for level, letters in HEADING_LETTERS.items():
        file.get_style("paragraph", f"Heading_20_{level}").set_properties(letters, area="text")
    for name, (parent, paragraph, letters) in PARAGRAPHS.items():
        style = Style("paragraph", name=name, display_name=name, parent_style=parent)
        style.set_properties(paragraph, area="paragraph")
        style.set_properties(letters, area="text")
        file.insert_style(style)
    file.insert_style(Style("text", name=LABEL, bold=True))


# What follows writes XML itself: odfdo takes minutes over a text of many lines.


def _drawn(block: Block) -> Iterator[str]:
    """The elements of one block."""
    if block.kind in HEADINGS:
        level = HEADINGS[block.kind]
        yield f'<text:h text:outline-level="{level}" text:style-name="Heading_20_{level}">{_text(block.text)}</text:h>'
    elif block.kind in ("findings", "list", "order", "facts"):
        items = "".join(f"<text:list-item>{_item(item, block.kind)}</text:list-item>" for item in block.items)
        yield f'<text:list text:style-name="{NUMBERS if block.kind == "order" else BULLETS}">{items}</text:list>'
    elif block.kind == "answers":
        for item in block.items:
            yield _paragraph(_text(item.text), QUESTION)
            yield from map(_line, item.lines)
    elif block.kind == "table":
        yield _table(block)
    elif block.kind not in ("compass", "reopening"):
        yield _paragraph(_text(block.text), {"warning": WARNING, "opinion": OPINION}.get(block.kind, BODY))


def _item(item: Item, kind: str) -> str:
    if kind == "facts":
        return _paragraph(_label(item.text) + _text(item.lines[0].text), BODY)
    return _paragraph(_text(item.text), QUESTION if item.lines else BODY) + "".join(map(_line, item.lines))


def _line(line: Line) -> str:
    return _paragraph((_label(line.label) if line.label else "") + _text(line.text), NOTE if line.is_note else ANSWER)


def _table(block: Block) -> str:
    titles = _row([block.text, *(line.label for line in block.items[0].lines)], HEADER)
    rows = "".join(_row([item.text, *(line.text for line in item.lines)], BODY) for item in block.items)
    columns = "<table:table-column/>" * (1 + len(block.items[0].lines))
    head = f"<table:table-header-rows>{titles}</table:table-header-rows>"
    return f'<table:table table:name="{block.text}">{columns}{head}{rows}</table:table>'


def _row(texts: list[str], style: str) -> str:
    cells = [
        f'<table:table-cell office:value-type="string">{_paragraph(_text(text), style)}</table:table-cell>' for text in texts
    ]
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _label(text: str) -> str:
    return f'<text:span text:style-name="{LABEL}">{_text(text)}{WIDE}:</text:span> '


def _paragraph(content: str, style: str) -> str:
    return f'<text:p text:style-name="{style}">{content}</text:p>'


def _text(text: str) -> str:
    """Text as XML that shows exactly that text: its lines, its tabs and its spaces."""
    kept = escape(_NOT_XML.sub("", text), quote=False)
    kept = re.sub("^ +|(?<= ) +", lambda found: f'<text:s text:c="{len(found[0])}"/>', kept)
    return re.sub("\r\n|[\r\n]", "<text:line-break/>", kept).replace("\t", "<text:tab/>")
