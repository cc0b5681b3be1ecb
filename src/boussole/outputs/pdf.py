"""The document of a dossier as a tagged PDF, made from its HTML."""

import hashlib
import re
from base64 import b64encode

_COMPASS = re.compile(r'<svg (viewBox="[^"]*") (width="\d+" height="\d+") role="img" aria-label="([^"]*)">(.*?)</svg>', re.DOTALL)
_RULE = re.compile(r"\.boussole-(?:compass (?:text|\.)|ring|hub|level|open)[^{]*\{[^}]*\}")


def render_pdf(html: str) -> bytes:
    """The PDF of a document that `boussole.document.render_html` wrote: tagged for screen readers, the same bytes each time.

    Nothing is fetched: a document names nothing outside itself. Raises `ModuleNotFoundError` without WeasyPrint, `OSError`
    without the system libraries that WeasyPrint needs.
    """
    from weasyprint import HTML  # noqa: PLC0415 - slow to import, and only this needs it

    page = HTML(string=_COMPASS.sub(lambda found: _drawn(found, html), html), base_url=None)
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    written: bytes = page.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, pdf_identifier=identifier)
    return written


def _drawn(found: re.Match[str], html: str) -> str:
    """The compass as an image, the only drawing that can be told in a PDF; it takes its colours along."""
    style = html.partition("<style>")[2].partition("</style>")[0]
    light = dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6})", style.partition("}")[0]))
    rules = "".join(_RULE.findall(style.partition("@media (forced-colors")[0])).replace(".boussole-compass ", "")
    colours = re.sub(r"var\(--([a-z0-9]+)\)", lambda name: light[name[1]], rules)
    view, size, told, drawing = found.groups()
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {view} {size}><style>{colours}</style>{drawing}</svg>'
    return f'<img {size} alt="{told}" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'
