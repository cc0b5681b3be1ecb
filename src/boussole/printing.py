"""Paper: one tagged PDF and one EPUB of the whole doctrine, made from what Sphinx wrote. A door, run by make.

python -m boussole.printing pdf build/print/singlehtml build/boussole.pdf
python -m boussole.printing epub build/print/epub build/boussole.epub
"""

import hashlib
import posixpath
import re
import sys
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from boussole.clock import publication_moment
from boussole.loading import load
from boussole.model import Doctrine
from boussole.templating import render
from boussole.writing import typeset

# What only maintainers read, what needs a script, what only speaks of the site.
LEFT_OUT = ("maintenir", "decisions", "recherche", "plan", "accessibilite", "ecoconception", "donnees", "registre", "usages")
INVENTED = "boussole-invented"  # a class that the pages of the debate put on the notice of an invented example
FILLED = "evaluer/tout"  # of the form's pages, the one that is filled on paper: it holds all the questions
PAGED = ("criteres", "cas")  # chapters whose parts each begin a page
LONG = 80
PUBLISHER = "Le projet boussole"
NO_PANGO = "make pdf a besoin de Pango : sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
SVG = "{http://www.w3.org/2000/svg}"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
PETALS = {
    "boussole-level-0": "#1d6b41",
    "boussole-level-1": "#75570a",
    "boussole-level-2": "#9a4a06",
    "boussole-level-3": "#9c2f1f",
    "boussole-level-4": "#6d1030",
    "boussole-open": "#5d6b70",
    "boussole-current": "#b3480a",
}
PAINT = {
    "boussole-ring": {"fill": "none", "stroke": "#b9c8c6"},
    "boussole-hub": {"fill": "#ffffff", "stroke": "#0b4f57", "stroke-width": "3"},
}
LETTERS = {
    "font-family": "Liberation Sans, DejaVu Sans, sans-serif",
    "font-weight": "bold",
    "text-anchor": "middle",
    "dominant-baseline": "central",
}
MIMETYPE = "application/epub+zip"
CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)


class PrintError(Exception):
    """What cannot be printed, said in one line."""


@dataclass(slots=True)
class Leaf:
    """One page of the site: its name, its place (a chapter is 1, a part of it 2) and its content, ready to be bound."""

    name: str
    depth: int
    nodes: list[Element]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Where it begins in the PDF."""
        return f"page-{self.name.replace('/', '-')}"

    @property
    def title(self) -> str:
        """The words of its first heading."""
        for node in self.nodes:
            for element in node.iter():
                if element.tag in HEADINGS:
                    return "".join(element.itertext()).strip()
        raise PrintError(f"la page « {self.name} » n’a pas de titre")


Outline = list[tuple[Leaf, list[Leaf]]]
Draw = Callable[[Element], str]


def make_pdf(doctrine: Doctrine, built: Path, target: Path) -> None:
    """Bind the single page Sphinx wrote into a tagged PDF, with its contents, its bookmarks and fields to fill."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 - its system libraries may be missing, and only this needs them
    except OSError:
        raise PrintError(NO_PANGO) from None
    leaves, invented = _set_apart(_unroll(_main(built / "index.html")))
    _mend_index(leaves[0])
    _give_ids(leaves)
    for leaf in leaves:
        _to_paper(leaf, doctrine, lambda anchor: f"#{anchor}", _draw_inline, fields=True)
        _level_headings(leaf)
    _resolve(leaves, invented)
    body = "".join(_bound(leaf) for leaf in leaves)
    # Parts named by whole sentences are found in their chapter and in the bookmarks.
    outline = [(leaf, parts if all(len(part.title) < LONG for part in parts) else []) for leaf, parts in _outline(leaves)]
    html = render("print/book.html", body=body, outline=outline, style=_asset("pdf.css"), **_identity(doctrine))
    document = HTML(string=html, base_url=None).render(pdf_forms=True, pdf_variant="pdf/ua-1", pdf_tags=True)
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    _write(target, document.write_pdf(finisher=_mend_fields, pdf_forms=True, pdf_variant="pdf/ua-1", pdf_identifier=identifier))


def make_epub(doctrine: Doctrine, built: Path, target: Path) -> None:
    """Bind the pages of Sphinx's EPUB again: valid XHTML without scripts, French, described, the same bytes each time."""
    bound = [Leaf(name, 1 + _is_part(name), [_main(built / f"{name}.xhtml")]) for name in _spine(built)]
    leaves, invented = _set_apart(bound)
    _mend_index(leaves[0])
    images: dict[str, str] = {}
    for leaf in leaves:
        up = "../" * leaf.name.count("/")
        places = {anchor: f"{up}{other.name}.xhtml#{anchor}" for other in leaves for anchor in _ids(other)}
        _to_paper(leaf, doctrine, places.__getitem__, lambda svg, up=up: up + _draw_file(svg, images), fields=False)  # type: ignore[misc]
    _resolve_files(leaves, invented)
    identity = _identity(doctrine)
    contents = {
        "META-INF/container.xml": CONTAINER,
        "content.opf": render("print/package.html", leaves=leaves, images=images, **identity),
    }
    contents["nav.xhtml"] = render("print/nav.html", outline=_outline(leaves))
    contents["cover.xhtml"] = render("print/leaf.html", is_cover=True, style="book.css", body="", **identity)
    for leaf in leaves:
        body = "".join(tostring(child, "unicode") for child in leaf.nodes[0])
        style = "../" * leaf.name.count("/") + "book.css"
        contents[f"{leaf.name}.xhtml"] = render("print/leaf.html", title=leaf.title, is_cover=False, style=style, body=body)
    contents["book.css"] = _asset("epub.css")
    _zip(target, contents | images)


# What Sphinx wrote.


def _main(path: Path) -> Element:
    """The content of a page, without namespaces: what stands around it belongs to the theme."""
    import tinyhtml5  # noqa: PLC0415 - comes with the extra « print », which the rest does without

    root: Element = tinyhtml5.parse(path.read_text(encoding="utf-8"), namespace_html_elements=False)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.removeprefix(SVG)
    for element in root.iter():
        if element.tag == "main" or element.get("role") == "main":
            return element
    raise PrintError(f"{path} n’a pas de contenu principal")


def _unroll(main: Element) -> list[Leaf]:
    """The pages that Sphinx nested in one another, side by side, in the order of reading."""
    leaves = [Leaf("index", 1, [main])]
    _take(main, 0, leaves)
    leaves[0].nodes = list(main)
    return [leaf for leaf in leaves if not _is_left_out(leaf.name)]


def _take(element: Element, depth: int, leaves: list[Leaf]) -> None:
    for child in list(element):
        if "toctree-wrapper" not in _classes(child):
            _take(child, depth, leaves)
            continue
        element.remove(child)
        for node in list(child):
            name = node.get("id", "")
            if node.tag == "span" and name.startswith("document-"):
                leaves.append(Leaf(name.removeprefix("document-"), depth + 1, []))
                leaf = leaves[-1]
            elif node.tag == "section":
                leaf.nodes.append(node)
                _take(node, depth + 1, leaves)


def _spine(built: Path) -> list[str]:
    """The names of the pages in the order of reading, as Sphinx's package says."""
    package = (built / "content.opf").read_text(encoding="utf-8")
    places = dict(re.findall(r'<item id="([^"]+)" href="([^"]+)\.xhtml"', package))
    order = [places[item] for item in re.findall(r'<itemref idref="([^"]+)"', package) if item in places]
    kept = [name for name in order if name not in ("index", "nav") and not _is_left_out(name)]
    return ["index", *kept]


def _is_left_out(name: str) -> bool:
    """Pages to click rather than to read: tools, data and their columns."""
    chapter, _, page = name.removesuffix(".xhtml").partition("/")
    if chapter == "evaluer" and page:
        return f"{chapter}/{page}" != FILLED
    return chapter in LEFT_OUT or page == "donnees"


def _set_apart(leaves: list[Leaf]) -> tuple[list[Leaf], set[str]]:
    """The pages to bind, and the names of those that are left out because all they tell is invented: events, contributions, their
    lists, restitutions and editions of the debate. The page says it, whatever its name."""
    invented = {leaf.name for leaf in leaves if any(INVENTED in _classes(each) for node in leaf.nodes for each in node.iter())}
    return [leaf for leaf in leaves if leaf.name not in invented], invented


def _is_part(name: str) -> bool:
    return "/" in name and not name.endswith("/index")


def _outline(leaves: list[Leaf]) -> Outline:
    outline: Outline = []
    for leaf in leaves:
        if leaf.depth == 1:
            outline.append((leaf, []))
        else:
            outline[-1][1].append(leaf)
    return outline


# From a screen to paper.


def _mend_index(leaf: Leaf) -> None:
    """The home page, once the cover has said the name: without its cards, which are another table of contents."""
    for node in leaf.nodes:
        for heading in node.iter("h1"):
            heading.clear()
            heading.text, heading.tail = typeset("La boussole en bref"), "\n"
        _drop(node, lambda element: "sd-container-fluid" in _classes(element))


def _to_paper(leaf: Leaf, doctrine: Doctrine, place: Callable[[str], str], draw: Draw, fields: bool) -> None:
    for node in leaf.nodes:
        _drop(node, lambda element: element.tag in ("script", "noscript", "button") or "hidden" in element.attrib)
        if leaf.name.startswith("criteres/"):  # « you are here » helps on a screen; on paper the running title says it
            _drop(node, lambda element: "boussole-compass" in _classes(element))
        _draw_images(node, draw)
        _drop(node, lambda element: bool({"boussole-buttons", "boussole-without-script"} & {*_classes(element)}))
        for question in [element for element in node.iter("fieldset") if "data-question" in element.attrib]:
            _print_question(question, doctrine, place, fields)
        for element in node.iter():
            for name in [name for name in element.attrib if name.startswith("data-") or name == "tabindex"]:
                del element.attrib[name]


def _draw_images(node: Element, draw: Draw) -> None:
    for parent in list(node.iter()):
        for rank, child in enumerate(list(parent)):
            if child.tag == "svg":
                parent[rank] = _image(child, draw)


def _image(svg: Element, draw: Draw) -> Element:
    image = Element(
        "img", {"alt": svg.attrib.pop("aria-label", ""), "width": svg.get("width", ""), "height": svg.get("height", "")}
    )
    image.tail, svg.tail = svg.tail, None
    svg.attrib.pop("role", None)
    svg.set("xmlns", SVG.strip("{}"))
    _paint(svg, "#0b4f57")
    image.set("src", draw(svg))
    return image


def _paint(element: Element, petal: str) -> None:
    """Colours as attributes: a drawing in a book has no theme."""
    for child in element:
        petal_here = next((colour for name, colour in PETALS.items() if name in _classes(child)), petal)
        for name in _classes(child):
            for key, value in PAINT.get(name, {}).items():
                child.set(key, value)
        if child.tag == "text":
            mark = "boussole-mark" in _classes(child)
            child.attrib.update(LETTERS | {"fill": "#ffffff" if mark else "#17262b", "font-size": "15" if mark else "14"})
        elif child.tag in ("polygon", "path"):
            half = "boussole-right" in _classes(child) and petal_here == "#0b4f57"
            child.set("fill", "#5c9197" if half else petal_here)
        _paint(child, petal_here)


def _draw_inline(svg: Element) -> str:
    return f"data:image/svg+xml;base64,{b64encode(tostring(svg)).decode()}"


def _draw_file(svg: Element, images: dict[str, str]) -> str:
    text = tostring(svg, "unicode")
    name = f"images/{hashlib.sha256(text.encode()).hexdigest()[:12]}.svg"
    images[name] = text
    return name


def _print_question(element: Element, doctrine: Doctrine, place: Callable[[str], str], fields: bool) -> None:
    """A question to answer on paper: its choices with what they weigh, a place for a note, and the page that explains."""
    question = doctrine.questions[element.attrib["data-question"]]
    element.clear()
    element.tag, element.tail = "div", "\n"
    element.set("class", "question")
    ask = typeset(question.ask)
    SubElement(element, "p", {"class": "ask"}).text = ask
    if question.parent and question.when:
        parent = doctrine.questions[question.parent]
        labels = " ou ".join(f"« {parent.label_of(name)} »" for name in question.when[question.parent])
        SubElement(element, "p", {"class": "when"}).text = typeset(f"Seulement si, à « {parent.ask} », la réponse est {labels}.")
    if question.bands:
        line = SubElement(SubElement(element, "p"), "label")
        line.text = typeset(f"Nombre ({question.unit}) : ") + ("" if fields else "…………")
        if fields:
            SubElement(
                line, "input", {"type": "text", "name": question.id, "title": typeset(f"{question.ask} ({question.unit})")}
            )
    choices = SubElement(element, "ul")
    for name, option in question.choices.items():
        label = typeset(question.label_of(name))
        weight = doctrine.level(option.effect).label if option.effect and option.effect != doctrine.levels[0] else ""
        _choice(choices, question.id, name, (ask, label, weight), fields and not question.bands, boxed=not question.bands)
    if not question.bands:
        _choice(choices, question.id, "nsp", (ask, "Je ne sais pas", ""), fields, boxed=True)
    note = SubElement(SubElement(element, "p", {"class": "note"}), "label")
    note.text = "Note" if fields else typeset("Note : ") + "…………………………"
    if fields:
        SubElement(note, "textarea", {"name": f"note-{question.id}", "title": typeset(f"Note : {question.ask}")})
    more = SubElement(element, "p", {"class": "more"})
    more.text = typeset("Pourquoi, et que faire : ")
    link = SubElement(more, "a", {"href": place(question.id.replace(".", "-"))})
    link.text = None if fields else "la question expliquée"
    link.set("class", "page")
    link.tail = "."


def _choice(choices: Element, question: str, name: str, words: tuple[str, str, str], fields: bool, boxed: bool) -> None:
    ask, label, weight = words
    line = SubElement(SubElement(choices, "li"), "label")
    if fields:
        box = SubElement(line, "input", {"type": "radio", "name": question, "value": name, "title": f"{ask} {label}"})
        box.tail = label
    else:
        line.text = f"☐ {label}" if boxed else label
    if weight:
        SubElement(line, "span", {"class": "effect"}).text = f" → {typeset(weight)}"


def _level_headings(leaf: Leaf) -> None:
    """A heading's level is how deep its section is: never a gap, whatever was nested in what."""

    def walk(element: Element, depth: int) -> None:
        for child in element:
            walk(child, depth + (child.tag == "section"))
            if child.tag in HEADINGS:
                child.tag = f"h{min(leaf.depth + depth, 6)}"

    for node in leaf.nodes:
        walk(node, 1)


# Links and ids.


def _ids(leaf: Leaf) -> Iterator[str]:
    for node in leaf.nodes:
        for element in node.iter():
            if "id" in element.attrib:
                yield element.attrib["id"]


def _give_ids(leaves: list[Leaf]) -> None:
    """Ids that several pages share, made unique; the first keeps its name."""
    taken: set[str] = {"sommaire"} | {leaf.anchor for leaf in leaves}
    for leaf in leaves:
        for name in _ids(leaf):
            free = name if name not in taken else next(f"{name}-{rank}" for rank in count(2) if f"{name}-{rank}" not in taken)
            taken.add(free)
            leaf.ids[name] = free
        for node in leaf.nodes:
            for element in node.iter():
                if "id" in element.attrib:
                    element.set("id", leaf.ids[element.attrib["id"]])


def _resolve(leaves: list[Leaf], invented: set[str]) -> None:
    """Make the links of the single page lead where they say; a link to what is left out becomes plain words."""
    known = {leaf.name: leaf for leaf in leaves}
    every = {name for leaf in leaves for name in leaf.ids.values()}
    for leaf in leaves:
        for link in _links(leaf):
            href = link.attrib["href"]
            if href.startswith("#document-"):
                name, _, target = href.removeprefix("#document-").partition("#")
            elif href[1:] in every and href.startswith("#"):
                continue
            else:
                path, _, target = href.partition("#")
                name = (
                    posixpath.normpath(posixpath.join(posixpath.dirname(leaf.name), path)).removesuffix(".html")
                    if path
                    else leaf.name
                )
            if _is_left_out(name) or name in invented:
                _unlink(link)
            elif name in known and (not target or target in known[name].ids):
                link.set("href", "#" + (known[name].ids[target] if target else known[name].anchor))
            else:
                raise PrintError(f"la page « {leaf.name} » renvoie à « {href} », qui n’existe pas")


def _resolve_files(leaves: list[Leaf], invented: set[str]) -> None:
    """The same for the pages of an EPUB, each a file."""
    known = {f"{leaf.name}.xhtml": set(_ids(leaf)) for leaf in leaves}
    for leaf in leaves:
        for link in _links(leaf):
            path, _, target = link.attrib["href"].partition("#")
            name = posixpath.normpath(posixpath.join(posixpath.dirname(leaf.name), path)) if path else f"{leaf.name}.xhtml"
            if _is_left_out(name) or name.removesuffix(".xhtml") in invented:
                _unlink(link)
            elif name not in known or (target and target not in known[name]):
                raise PrintError(f"la page « {leaf.name} » renvoie à « {link.attrib['href']} », qui n’existe pas")


def _links(leaf: Leaf) -> list[Element]:
    links = [link for node in leaf.nodes for link in node.iter("a") if "href" in link.attrib]
    return [link for link in links if not re.match(r"[a-z]+:", link.attrib["href"])]


def _unlink(link: Element) -> None:
    link.tag = "span"
    link.attrib.clear()


# Binding.


def _bound(leaf: Leaf) -> str:
    content = "".join(tostring(node, "unicode", method="html") for node in leaf.nodes)
    kind = "chapter" if leaf.depth == 1 else "part paged" if leaf.name.startswith(PAGED) else "part"
    return f'<div class="{kind}" id="{leaf.anchor}">\n{content}\n</div>\n'


def _identity(doctrine: Doctrine) -> dict[str, Any]:
    """What the cover and the metadata say. SOURCE_DATE_EPOCH fixes the day, so that the same source can give the same bytes."""
    moment = publication_moment()
    told = doctrine.doctrine
    return {
        "doctrine": told,
        "title": f"{told.name} : la doctrine de {told.authority}",
        "publisher": PUBLISHER,
        "today": moment.date(),
        "modified": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "identifier": f"urn:boussole:{told.id}:{told.version}",
    }


def _mend_fields(document: Any, pdf: Any) -> None:
    """Radio buttons belong to their group alone: WeasyPrint also lists and names each of them as a field of its own."""
    del document
    fields = pdf.catalog["AcroForm"]["Fields"]
    items: list[Any] = [item for item in pdf.objects if isinstance(item, dict)]
    for item in items:
        if item.get("FT") == "/Btn" and "Parent" in item:
            item.pop("T", None)
            if item.reference in fields:
                fields.remove(item.reference)


def _zip(target: Path, contents: dict[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    with zipfile.ZipFile(temporary, "w") as book:
        for name, text in [("mimetype", MIMETYPE), *sorted(contents.items())]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            book.writestr(entry, text)
    temporary.replace(target)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(target)


def _drop(node: Element, unwanted: Callable[[Element], bool]) -> None:
    for parent in list(node.iter()):
        for child in list(parent):
            if unwanted(child):
                parent.remove(child)


def _classes(element: Element) -> list[str]:
    return element.get("class", "").split()


def _asset(name: str) -> str:
    return files("boussole").joinpath("templates/print", name).read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Make one of the two books; 0 when it is made, 2 with one line otherwise."""
    makers = {"pdf": make_pdf, "epub": make_epub}
    kind, built, target = arguments
    try:
        makers[kind](load(), Path(built), Path(target))
    except PrintError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a door speaks
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
