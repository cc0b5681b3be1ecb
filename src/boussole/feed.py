"""An Atom feed as text. Its ids do not depend on where it is published, as a feed reader expects; its links do, so that it has
none until the site says its address (``BOUSSOLE_URL``): a feed is read far from the pages beside it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from boussole.writing import typeset

AUTHOR = "Le projet boussole"
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; ``link`` is the address of its page, or "" when the site has none."""

    id: str
    title: str
    on: date
    text: str
    link: str = ""


def render(tag: str, title: str, default: date, links: tuple[str, str], entries: Iterable[Entry]) -> str:
    """A feed; ``links``: its own address and its page's, "" when the site has none; ``default``: its day when it is empty."""
    entries, root = list(entries), Element("feed", {"xmlns": _ATOM, "xml:lang": "fr"})
    child(root, "id", tag)
    child(root, "title", title)
    child(root, "updated", _instant(max((entry.on for entry in entries), default=default)))
    child(child(root, "author"), "name", AUTHOR)
    own, page = links
    if own:
        child(root, "link", rel="self", type="application/atom+xml", href=own)
        child(root, "link", rel="alternate", type="text/html", href=page)
    for entry in entries:
        _entry(child(root, "entry"), entry)
    return document(root)


def _entry(node: Element, entry: Entry) -> None:
    child(node, "id", entry.id)
    child(node, "title", entry.title)
    child(node, "updated", _instant(entry.on))
    if entry.link:
        child(node, "link", rel="alternate", type="text/html", href=entry.link)
    child(node, "content", entry.text, type="text")


def child(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """A new element, its text typeset and without what XML does not hold."""
    made = SubElement(parent, name, attributes)
    made.text = _NOT_XML.sub("", typeset(text)) or None
    return made


def document(root: Element) -> str:
    """A whole document."""
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
