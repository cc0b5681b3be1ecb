"""The form that assesses a use, page by page: complete HTML, readable and fillable without script, which scripts make live."""

from collections.abc import Mapping
from types import MappingProxyType

from boussole.compass import MARKS, render_live_compass
from boussole.model import Doctrine
from boussole.templating import render
from boussole.wording import Words


def render_form(doctrine: Doctrine, fed: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The pages of the form as HTML fragments, by name: the start, a page a section, then what reads all the answers.

    ``fed`` names the page that helps to answer a question, by question."""
    parents = {question.parent for question in doctrine.questions.values()}
    common = {
        "doctrine": doctrine,
        "words": Words(doctrine),
        "marks": MARKS,
        "compass": render_live_compass(doctrine),
        "parents": parents,
        "fed": fed,
    }
    names = [section.id for section in doctrine.sections]
    pages = {"evaluer": render("form-start.html", **common)}
    for rank, section in enumerate(doctrine.sections):
        around = {"preceding": names[rank - 1], "following": [*names, "verifier"][rank + 1]}
        pages[f"evaluer/{section.id}"] = render("form-section.html", section=section, step=rank + 1, **around, **common)
    shells = {"verifier": "form-check.html", "avis": "result.html", "accorder": "agreement.html", "tout": "form-all.html"}
    return pages | {f"evaluer/{name}": render(template, **common) for name, template in shells.items()}
