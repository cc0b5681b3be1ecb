"""What a published site says to machines: its feed, its map, its permanent addresses, what each page is about.

Pure: ``base`` is the address of the site, with a final slash, or nothing when it is not known. Dates come from the source.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from boussole.feed import Entry, child, document, render
from boussole.model import Doctrine
from boussole.writing import one_line, typeset

FEED = "flux.atom"
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LONGEST = 200
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_QUOTED = re.compile(r"<blockquote>.*?</blockquote>|<figure\b.*?</figure>", re.DOTALL)
_FRAMES = ("Texte officiel", "Texte cité", "Source\xa0:")  # said around a quotation


def address(base: str, name: str) -> str:
    """The absolute address of a page."""
    return base if name == "index" else f"{base}{name}.html"


def render_feed(doctrine: Doctrine, base: str) -> str:
    """The changes of the doctrine, as an Atom feed. Its ids do not depend on where it is published, as a feed reader expects."""
    identity = doctrine.doctrine
    tag = f"tag:boussole.invalid,{identity.adopted.year}:{identity.id}"
    links = (base + FEED, address(base, "versions")) if base else ("", "")
    entries = [
        Entry(
            id=f"{tag}:{version.version}",
            title=f"{version.version} : {version.title}",
            on=version.date,
            text="\n".join(f"– {change.what}" for change in version.told),
            link=f"{address(base, 'versions')}#version-{version.version.replace('.', '-')}" if base else "",
        )
        for version in doctrine.versions
    ]
    return render(tag, f"{identity.name} : versions et changements", identity.adopted, links, entries)


def render_sitemap(names: Iterable[str], base: str) -> str:
    """Every page, for search engines."""
    urls = Element("urlset", {"xmlns": _SITEMAP})
    for name in sorted(names):
        child(child(urls, "url"), "loc", address(base, name))
    return document(urls)


def render_robots(base: str) -> str:
    """Everyone may read everything; where the map is."""
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {base}sitemap.xml\n" if base else "")


def read_redirections(text: str) -> dict[str, str]:
    """The addresses that moved: an old one and a new one a line, inside the site. Raises `ValueError` on any other line."""
    moved: dict[str, str] = {}
    for rank, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if len(words) != 2 or not all(re.fullmatch(r"(?:[a-z0-9-]+/)*[a-z0-9-]+\.html", word) for word in words):
            raise ValueError(f"redirections, ligne {rank} : attendu « ancien.html nouveau.html », trouvé « {line.strip()} »")
        if words[0] in moved or words[0] == words[1]:
            raise ValueError(f"redirections, ligne {rank} : {words[0]} est déjà redirigée, ou vers elle-même")
        moved[words[0]] = words[1]
    return moved


def render_redirection(old: str, new: str, notice: str) -> str:
    """A small page at the old address that leads to the new one, with a link for those whom it does not lead."""
    link = html.escape("../" * old.count("/") + new)
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="refresh" content="0; url={link}">\n<meta name="robots" content="noindex">\n'
        "<title>Cette page a changé d’adresse</title>\n</head>\n<body>\n<main>\n<h1>Cette page a changé d’adresse</h1>\n"
        f'<p><a href="{link}">Aller à la nouvelle adresse</a></p>\n<p>{html.escape(typeset(notice))}</p>\n'
        "</main>\n</body>\n</html>\n"
    )


def describe(body: str) -> str:
    """What a page is about, from its HTML: its first sentence that is ours, never an official quotation out of its frame."""
    for paragraph in _PARAGRAPH.findall(_QUOTED.sub("", body)):
        text = one_line(html.unescape(re.sub(r"<[^>]+>", "", paragraph))).strip()
        if len(text) >= 40 and not text.startswith(_FRAMES):
            return text if len(text) <= _LONGEST else text[: text.rfind(" ", 0, _LONGEST)].rstrip(",;: ") + "…"
    return ""


def describe_data(doctrine: Doctrine, name: str, trail: Sequence[tuple[str, str]], base: str) -> list[dict[str, Any]]:
    """What schema.org calls this page, as plain data; ``trail``: the name and title of each page on the way, itself last."""
    found: list[dict[str, Any]] = []
    if name == "index":
        found.append(
            {"@type": "WebSite", "name": doctrine.doctrine.name, "inLanguage": "fr", "license": LICENCE}
            | ({"url": base} if base else {})
        )
    if name == "glossaire":
        terms = [
            {"@type": "DefinedTerm", "name": term.term, "description": term.definition}
            | ({"url": f"{address(base, name)}#terme-{term.id}"} if base else {})
            for term in doctrine.glossary
        ]
        found.append({"@type": "DefinedTermSet", "name": "Glossaire", "inLanguage": "fr", "hasDefinedTerm": terms})
    if base and len(trail) > 1:
        steps = [
            {"@type": "ListItem", "position": rank, "name": title, "item": address(base, step)}
            for rank, (step, title) in enumerate(trail, 1)
        ]
        found.append({"@type": "BreadcrumbList", "itemListElement": steps})
    return [{"@context": "https://schema.org"} | item for item in found]


def render_head(title: str, body: str, canonical: str, data: Sequence[Mapping[str, Any]]) -> str:
    """The part of a page's head that machines read."""
    description = describe(body)
    tags = [("name", "description", description), ("property", "og:title", title), ("property", "og:description", description)]
    tags += [("property", "og:type", "website"), ("property", "og:locale", "fr_FR"), ("property", "og:url", canonical)]
    lines = [f'<meta {kind}="{key}" content="{html.escape(value)}">' for kind, key, value in tags if value]
    if canonical:
        lines.append(f'<link rel="canonical" href="{html.escape(canonical)}">')
    lines += [f'<script type="application/ld+json">{_inert(item)}</script>' for item in data]
    return "\n".join(lines)


def _inert(data: Mapping[str, Any]) -> str:
    """JSON that cannot close its element nor open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
