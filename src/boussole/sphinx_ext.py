"""The door to Sphinx: writes the pages before they are read, places the theme and its files. It decides nothing."""

import hashlib
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from boussole.errors import SourceError
from boussole.files import sync
from boussole.loading import load
from boussole.outputs.form import render_form
from boussole.outputs.pages import render_pages
from boussole.version import VERSION

HERE = Path(__file__).parent


def setup(app: Sphinx) -> ExtensionMetadata:
    """Declare the extension: its setting, its theme, and when it acts."""
    app.add_config_value("boussole_doctrine", None, "env", (str, type(None)))
    app.add_html_theme("boussole", str(HERE / "theme"))
    app.connect("config-inited", write_pages)
    app.connect("builder-inited", leave_search_out)
    app.connect("source-read", remember_content)
    app.connect("env-get-outdated", find_replaced)
    app.connect("env-purge-doc", forget_content)
    app.connect("env-merge-info", merge_contents)
    app.connect("html-page-context", add_context)
    return {"version": VERSION, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def write_pages(app: Sphinx, config: Config) -> None:
    """Write the generated pages, only when their content changes; Sphinx looks for its documents after this event."""
    try:
        doctrine = load(config.boussole_doctrine)
    except SourceError as error:
        # Sphinx shows a traceback for every exception, its own included; the fault is in the reader's file, not here.
        sys.exit(f"\n{error}")
    app.boussole = doctrine  # type: ignore[attr-defined]
    sync(Path(app.srcdir), render_pages(doctrine, _today(), render_form(doctrine)))
    config.html_static_path.append(str(HERE / "static"))


def _today() -> date:
    """The day of publication; SOURCE_DATE_EPOCH fixes it, so that the same source can give the same bytes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()


def leave_search_out(app: Sphinx) -> None:
    """Leave out Sphinx's own search page, which needs inline scripts and does not know accents."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def _contents(env: BuildEnvironment) -> dict[str, str]:
    if not hasattr(env, "boussole_contents"):
        env.boussole_contents = {}  # type: ignore[attr-defined]
    contents: dict[str, str] = env.boussole_contents  # type: ignore[attr-defined]
    return contents


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
    _contents(env).pop(docname, None)


def merge_contents(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    """Bring back what a parallel reader kept."""
    _contents(env).update({name: _contents(other)[name] for name in docnames if name in _contents(other)})


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def add_context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """What the theme says on each page."""
    identity = app.boussole.doctrine  # type: ignore[attr-defined]
    context["boussole_notice"] = identity.notice
    context["boussole_version"] = identity.version
