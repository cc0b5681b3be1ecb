"""The door to Sphinx: writes the pages before they are read, places the theme and its files. It decides nothing."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import clean_astext
from sphinx.util.typing import ExtensionMetadata

from boussole.clock import publication_day
from boussole.concertation import Kit, load_kit
from boussole.debate import Debate
from boussole.debating import load_debate, moves
from boussole.editions import FOLDER as EDITIONS
from boussole.editions import read_editions, report_editions
from boussole.errors import SourceError
from boussole.files import sync, write
from boussole.gathering import gather
from boussole.loading import comparable, load
from boussole.model import Doctrine
from boussole.outputs.changes import render_page, render_proof
from boussole.outputs.comparison import render_comparison
from boussole.outputs.data import render_data
from boussole.outputs.debate import Moved, render_debate
from boussole.outputs.debatedata import debate_files
from boussole.outputs.form import render_form
from boussole.outputs.kit import render_kit_pages
from boussole.outputs.live import alone, cover, uncover
from boussole.outputs.pages import BY_HAND, Around, render_pages
from boussole.outputs.publication import (
    FEED,
    address,
    describe_data,
    read_redirections,
    render_feed,
    render_head,
    render_redirection,
    render_robots,
    render_sitemap,
)
from boussole.outputs.scripts import bundle, compact
from boussole.outputs.search import Entry, render_index
from boussole.publishing import BODY, FOLDER, HEAD, TITLE, Frame, read_register, say_beside, write_register
from boussole.version import VERSION
from boussole.writing import typeset

HERE = Path(__file__).parent
DEBATE = "debat"  # the folder of the debate, beside the register's
# What each page runs, in one file: the scripts it is made of, after the doctrine as data, whole or light.
KEEPING = ("assessment", "dossier", "links", "keeping", "showing")
OPENING = (*KEEPING, "merging", "opening")
BUNDLES = {
    "start.js": (False, (*OPENING, "reading", "counting", "start")),
    "form.js": (False, (*KEEPING, "counting", "questions")),
    "verify.js": (False, (*KEEPING, "counting", "reading", "verify")),
    "result.js": (True, (*KEEPING, "saving", "document", "reading", "result")),
    "agreement.js": (False, (*OPENING, "reading", "agreement")),
}
DEPENDENCE = {
    "dependence.js": ("showing", "points", "links", "opening", "dependence"),
    "alternatives.js": ("alternatives",),
    "library.js": ("library",),
}  # with no doctrine
REGISTER = ("search", "register")  # the list of the register reads its own data, and no doctrine
SCRIPTS = {
    "recherche": "search-index.js",
    "evaluer": "start.js",
    "evaluer/verifier": "verify.js",
    "evaluer/avis": "result.js",
    "evaluer/accorder": "agreement.js",
    "registre/recalculer": "recompute.js",
    "debattre/contribuer": "contribute.js",
    f"{FOLDER}/index": "register.js",
    f"{FOLDER}/page": "register.js",
    "dependance/diagnostic": "dependence.js",
    "alternatives/index": "alternatives.js",
    "usages/comparer": "library.js",
}
EXERCISE = 'class="boussole-exercise"'  # what a page holds that runs the script of exercises
# How it looks, in one file too: most pages need neither the form nor the result.
STYLES = {
    "boussole.css": ("boussole",),
    "sheet.css": ("boussole", "fields", "sheet"),
    "form.css": ("boussole", "fields", "form"),
    "result.css": ("boussole", "fields", "form", "result"),
    "register.css": ("boussole", "register"),
    "library.css": ("boussole", "register", "library"),
    "training.css": ("boussole", "training"),
    "dependence.css": ("boussole", "fields", "form", "dependence"),
}
OF_TABLES = ("ailleurs/lignes-rouges", "se-former/couverture")  # pages of tables, drawn as those of the register
OF_REGISTER = ("recompute.js", "register.js")
SERVED = {"boussole.svg", "search-index.js", "contribute.js", "training.js", *OF_REGISTER, *BUNDLES, *DEPENDENCE, *STYLES}
# Found from the page that leads to them, but for those that many look for by their name: the index has a size to keep.
LED_TO = (
    "debattre/contribution-",
    "debattre/evenement-",
    "debattre/fiches-",
    "conditions-de-travail/questions-",
    "conditions-de-travail/usage-",
)
NOT_SEARCHED = {"recherche", "plan"}  # they only say what other pages are called
FOUND_BY_TITLE = (
    "maintenir/",
    "decisions/",
    "donnees/",
    "debattre/",
    "dependance/",
    "alternatives/",
    "ailleurs/",
    "usages/",
    "se-former/",
    "conditions-de-travail/",
)  # few look for them; their words would take the place of the rest
FOUND_BY_WORDS = {
    "ailleurs/index",
    "ailleurs/hors-de-france",
    "alternatives/index",
    "debattre/kit",
}  # of those, what names others


def setup(app: Sphinx) -> ExtensionMetadata:
    """Declare the extension: its setting, its theme, and when it acts."""
    app.add_config_value("boussole_doctrine", None, "env", (str, type(None)))
    app.add_config_value("boussole_downloads", "", "html", str)
    app.add_config_value("boussole_kit", False, "env", bool)
    app.add_config_value("boussole_live", False, "html", bool)
    app.add_html_theme("boussole", str(HERE / "theme"))
    app.connect("config-inited", write_pages)
    app.connect("builder-inited", leave_search_out)
    app.connect("source-read", remember_content)
    app.connect("env-get-outdated", find_replaced)
    app.connect("env-purge-doc", forget_content)
    app.connect("env-merge-info", merge_contents)
    app.add_transform(Typography)
    app.connect("doctree-read", collect_entries)
    app.connect("doctree-resolved", lighten)
    app.connect("html-page-context", add_context)
    app.connect("build-finished", write_static)
    app.connect("html-page-context", add_head)
    app.connect("build-finished", publish)
    app.connect("build-finished", forget_faults)
    return {"version": VERSION, "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}


def write_pages(app: Sphinx, config: Config) -> None:
    """Write the generated pages, only when their content changes; Sphinx looks for its documents after this event."""
    try:
        doctrine = load(config.boussole_doctrine)
    except SourceError as error:
        _stop(app, str(error))
    app.boussole = doctrine  # type: ignore[attr-defined]
    try:
        folder, cache = Path(app.srcdir) / FOLDER, Path(app.doctreedir) / "registre.sqlite"
        kit = load_kit()
        debate = load_debate(Path(app.srcdir) / DEBATE, doctrine, kit)
        moved = _moves(doctrine, debate, folder)
        said = say_beside(Path(app.srcdir), doctrine, debate, moved)
        register = read_register(folder, doctrine, publication_day(), cache, _base(app), said)
        editions = report_editions(read_editions(Path(app.srcdir) / EDITIONS, doctrine), doctrine, folder)
        parts = gather(Path(app.srcdir), doctrine, _base(app))
    except SourceError as error:
        _stop(app, str(error))
    app.boussole_register = register  # type: ignore[attr-defined]
    pages = {name: (page.title, page.lead, page.body) for name, page in register.pages().items()}
    app.boussole_debate = debate  # type: ignore[attr-defined]
    app.boussole_parts = parts  # type: ignore[attr-defined]
    try:
        beside = render_comparison(doctrine, comparable(doctrine), render_proof)
        beside |= _debate_pages(app, doctrine, debate, kit, moved, parts.places)
        beside |= parts.pages
        changes = {version: render_page(report) for version, report in editions.items()}
        by_hand = [name for name in BY_HAND if (Path(app.srcdir) / f"{name}.md").is_file()]
        form = render_form(doctrine, parts.fed)
        around = Around(
            beside=beside, by_hand=by_hand, register=pages, changes=changes, debate=debate, fed=parts.fed, kinds=parts.kinds
        )
        sync(Path(app.srcdir), render_pages(doctrine, publication_day(), form, around))
    except FileExistsError as error:
        _stop(app, f"{error.filename} : {error.strerror}. Le déplacer, ou le retirer s’il avait été écrit par une construction.")


def _moves(doctrine: Doctrine, debate: Debate, folder: Path) -> Moved:
    """What each edition of the debate moves; nothing while a dossier cannot be read, which reading the register tells."""
    try:
        return moves(doctrine, debate, folder)
    except SourceError:
        return {}


def _debate_pages(
    app: Sphinx, doctrine: Doctrine, debate: Debate, kit: Kit, moved: Moved, places: Mapping[str, str]
) -> dict[str, str]:
    """The pages of the debate and of its kit, which `make publish` puts beside them; none without a folder for it."""
    if not (Path(app.srcdir) / DEBATE).is_dir():
        return {}
    sheets = render_kit_pages(doctrine, kit, is_printed=app.config.boussole_kit, places=places)
    pages = render_debate(doctrine, kit, debate, moved, publication_day(), list(sheets))
    return pages | {f"debattre/{name}.md": text for name, text in sheets.items()}


def _stop(app: Sphinx, told: str) -> NoReturn:
    """Stop the build, and while the site is being served say why above its last pages.

    Sphinx shows a traceback for every exception, its own included; the fault is in the reader's file, not here."""
    if app.config.boussole_live:
        out = Path(app.outdir)
        for page in out.rglob("*.html"):
            write(page, cover(page.read_text(encoding="utf-8"), told))
        if not (out / "index.html").exists():
            write(out / "index.html", alone(told))
    sys.exit(f"\n{told}")


def forget_faults(app: Sphinx, exception: Exception | None) -> None:
    """Take away what was said above the pages that this build had no need to write again."""
    if app.config.boussole_live and not exception:
        for page in Path(app.outdir).rglob("*.html"):
            write(page, uncover(page.read_text(encoding="utf-8")))


def leave_search_out(app: Sphinx) -> None:
    """Leave out Sphinx's own search page, which needs inline scripts and does not know accents."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def _kept(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """What is kept from one build to the next, by page."""
    if not hasattr(env, name):
        setattr(env, name, {})
    kept: dict[str, Any] = getattr(env, name)
    return kept


def _contents(env: BuildEnvironment) -> dict[str, str]:
    return _kept(env, "boussole_contents")


def _entries(env: BuildEnvironment) -> dict[str, list[Entry]]:
    return _kept(env, "boussole_entries")


def remember_content(app: Sphinx, docname: str, content: list[str]) -> None:
    """Keep what was read of each page: Sphinx only compares times, and a restored page may be older than the one it replaces."""
    del content  # what other extensions may have made of it; the file is what counts
    _contents(app.env)[docname] = _digest(Path(app.env.doc2path(docname)))


def find_replaced(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The pages whose content is not the one that was read, whatever their date; what was built of removed ones goes."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        for docname in removed:
            Path(app.builder.get_outfilename(docname)).unlink(missing_ok=True)
    known = _contents(env)
    candidates = env.found_docs - added - changed
    return sorted(name for name in candidates if known.get(name) != _digest(Path(env.doc2path(name))))


def forget_content(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop what was kept of a page that is read again or gone."""
    for name in ("boussole_contents", "boussole_entries"):
        _kept(env, name).pop(docname, None)


def merge_contents(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    """Bring back what a parallel reader kept."""
    for name in ("boussole_contents", "boussole_entries"):
        read = _kept(other, name)
        _kept(env, name).update({docname: read[docname] for docname in docnames if docname in read})


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Typography(SphinxTransform):
    """The French spaces and apostrophes of our pages written by hand: those that are generated have theirs already."""

    default_priority = 870  # once all is text, and before Sphinx reads titles, at 880

    def apply(self, **kwargs: Any) -> None:
        if self.env.current_document.docname not in BY_HAND:
            return
        for text in list(self.document.findall(nodes.Text)):
            shown = typeset(text)
            if shown != text and not _is_exact(text):
                text.parent.replace(text, nodes.Text(shown))


def _is_exact(text: nodes.Text) -> bool:
    """Whether a text is code, or markup, which is shown as it was written."""
    node: nodes.Node | None = text
    while node is not None:
        if isinstance(node, (nodes.literal, nodes.FixedTextElement, nodes.raw)):
            return True
        node = node.parent
    return False


def collect_entries(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what can be searched of a page: its title, then its sections and its terms, each with what it says itself."""
    docname = app.env.current_document.docname
    if not _is_searched(docname):
        return
    entries = [_entry(node) for node in doctree.findall(nodes.Element) if _is_part(node)]
    is_beside = docname.startswith(FOUND_BY_TITLE) and docname not in FOUND_BY_WORDS
    _entries(app.env)[docname] = [replace(entries[0], text="")] if is_beside else entries


def _is_searched(docname: str) -> bool:
    """Whether a page is in the search: some may be endless, and are found from the page that leads to them."""
    return docname not in NOT_SEARCHED and not docname.startswith(LED_TO)


def _is_part(node: nodes.Node) -> bool:
    is_term = isinstance(node, nodes.definition_list) and any(name.startswith("terme-") for name in node["ids"])
    return is_term or isinstance(node, nodes.section)


def _entry(part: nodes.Element) -> Entry:
    title = next(node for node in part.findall(nodes.TextElement) if isinstance(node, (nodes.title, nodes.term)))
    is_page = isinstance(part.parent, nodes.document)
    return Entry("" if is_page else f"#{part['ids'][0]}", clean_astext(title), _text(part, title))


def _text(node: nodes.Node, title: nodes.Node) -> str:
    """What a node says, without its title, the parts that are entries themselves and what is not text."""
    if isinstance(node, nodes.Text):
        return node.astext()
    left_out = (nodes.raw, nodes.comment, nodes.Invisible)
    said = [child for child in node.children if child is not title and not isinstance(child, left_out) and not _is_part(child)]
    return ("" if isinstance(node, nodes.TextElement) else " ").join(_text(child, title) for child in said)


def lighten(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave out what Sphinx adds and nothing here reads, for a page has a weight to keep: a span in each link, and the id made of
    the words of a title that has an id of its own. One that somebody wrote stays, were it made of the same words."""
    written = {doctree.nameids.get(name) for name, is_explicit in doctree.nametypes.items() if is_explicit}
    for link in doctree.findall(nodes.reference):
        if len(link) == 1 and isinstance(link[0], nodes.inline) and "std" in link[0]["classes"]:
            link[:] = link[0].children
    for part in doctree.findall(nodes.section):
        title = next(node for node in part.findall(nodes.title))
        spare = {nodes.make_id(title.astext())} - written
        part["ids"] = [name for name in part["ids"] if name not in spare] or part["ids"]


def write_static(app: Sphinx, error: Exception | None) -> None:
    """Write what the search page reads, in the order of the menu; a part is found at its page's address."""
    if error or app.builder.name not in {"html", "dirhtml"}:
        return
    kept = _entries(app.env)
    order = [name for name in dict.fromkeys([*app.env.collect_relations(), *sorted(kept)]) if name in kept]
    page = app.builder.get_target_uri
    entries = [replace(entry, address=page(name) + entry.address) for name in order for entry in kept[name]]
    static = Path(app.outdir) / "_static"
    for name, parts in STYLES.items():
        write(static / name, compact("".join(map(_style, parts))))
    for name, (is_full, parts) in BUNDLES.items():
        write(static / name, render_data(app.boussole, is_full) + bundle(*map(_script, parts)))  # type: ignore[attr-defined]
    write(static / "register.js", bundle(*map(_script, REGISTER)))
    for name, parts in DEPENDENCE.items():
        write(static / name, bundle(*map(_script, parts)))
    write(static / "search-index.js", render_index(entries) + bundle(_script("search")))
    for name in ("recompute", "contribute", "training"):
        write(static / f"{name}.js", bundle(_script(name)))
    for path in static.iterdir():  # what Sphinx and its extensions put there, and no page of ours asks for
        if path.name not in SERVED:
            path.unlink()


def _script(name: str) -> str:
    return (HERE / "static" / f"{name}.js").read_text(encoding="utf-8")


def _style(name: str) -> str:
    return (HERE / "theme" / "static" / f"{name}.css").read_text(encoding="utf-8")


def add_context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """What the theme says on each page."""
    identity = app.boussole.doctrine  # type: ignore[attr-defined]
    context["boussole_notice"] = identity.notice
    context["boussole_version"] = identity.version
    context["boussole_live"] = app.config.boussole_live
    script = SCRIPTS.get(pagename, "form.js" if pagename.startswith("evaluer/") else "")
    script = "training.js" if EXERCISE in context.get("body", "") else script
    context["boussole_script"] = script
    is_broad = script in {"form.js", "register.js", "dependence.js", "alternatives.js"}
    context["boussole_broad"] = is_broad or pagename.startswith("usages/")
    is_register = pagename.startswith((f"{FOLDER}/", "dependance/", "conditions-de-travail/", *OF_TABLES))
    is_form, is_result = pagename.split("/", maxsplit=1)[0] == "evaluer", script in {"result.js", "agreement.js"}
    context["boussole_style"] = (
        "dependence.css"
        if script == "dependence.js"
        else "result.css"
        if is_result
        else "form.css"
        if is_form
        else "sheet.css"
        if pagename.startswith(("debattre/contribuer", "debattre/kit-"))
        else "library.css"
        if pagename.startswith(("alternatives/", "usages/"))
        else "register.css"
        if is_register
        else "training.css"
        if pagename.startswith("se-former/")
        else "boussole.css"
    )
    # The files that are published beside the pages: `make publish` makes them, and says so.
    context["boussole_downloads"] = [name for name in app.config.boussole_downloads.split(",") if name]


def _base(app: Sphinx) -> str:
    """The address of the site, with a final slash, or nothing when `html_baseurl` does not say it."""
    base: str = app.config.html_baseurl or ""
    return base.rstrip("/") + "/" if base else ""


def add_head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """What each page says to machines; a frame says it later."""
    context["boussole_feed"] = FEED
    if context["title"] == TITLE:
        context["boussole_head"] = HEAD
        return
    titles, base = app.env.titles, _base(app)
    folder = pagename.rpartition("/")[0]
    names = ["index", f"{folder}/index", folder, pagename]
    trail = [(name, titles[name].astext()) for name in dict.fromkeys(names) if name in titles]
    data = describe_data(app.boussole, pagename, trail, base)  # type: ignore[attr-defined]
    title = trail[-1][1] if pagename in titles else app.config.project
    context["boussole_head"] = render_head(title, context.get("body", ""), address(base, pagename) if base else "", data)


def publish(app: Sphinx, exception: Exception | None) -> None:
    """Write what goes with the pages: the feed, the map of the site, and a page at each address that moved."""
    if exception or not isinstance(app.builder, StandaloneHTMLBuilder) or app.builder.name != "html":
        return
    doctrine, base, out = app.boussole, _base(app), Path(app.outdir)  # type: ignore[attr-defined]
    write(out / FEED, render_feed(doctrine, base))
    write(out / "robots.txt", render_robots(base))
    for name, text in app.boussole_parts.files.items():  # type: ignore[attr-defined]
        write(out / name, text)
    uses = write_register(app.boussole_register, out, _frame(app), app.env.titles["index"].astext())  # type: ignore[attr-defined]
    if "debattre/index" in app.env.found_docs:
        for name, text in debate_files(doctrine, app.boussole_debate, base, publication_day()).items():  # type: ignore[attr-defined]
            write(out / "debattre" / name, text)
    if base:
        write(out / "sitemap.xml", render_sitemap({*app.env.found_docs, *uses}, base))
    moved = Path(app.srcdir) / "redirections.txt"
    for old, new in (read_redirections(moved.read_text(encoding="utf-8")) if moved.exists() else {}).items():
        if old.removesuffix(".html") in app.env.found_docs or not (out / new).is_file():
            raise ExtensionError(f"redirections.txt : {old} existe encore, ou {new} n’existe pas")
        write(out / old, render_redirection(old, new, doctrine.doctrine.notice))


def _frame(app: Sphinx) -> Frame:
    """What stands around the pages of the register that Sphinx does not make, as Sphinx draws it around the others."""
    return Frame(_drawn(app, f"{FOLDER}/usage"), _drawn(app, f"{FOLDER}/page"))


def _drawn(app: Sphinx, name: str) -> str:
    builder: Any = app.builder
    drawn = Path(app.doctreedir) / "cadre.html"
    parents = [{"link": "index.html", "title": app.env.titles[f"{FOLDER}/index"].astext()}]
    builder.handle_page(name, {"title": TITLE, "body": BODY, "parents": parents}, outfilename=drawn)
    text = drawn.read_text(encoding="utf-8")
    drawn.unlink()
    return text
