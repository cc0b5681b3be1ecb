"""The pages of the site, as MyST Markdown by relative name. Pure: the day of publication comes in."""

from datetime import date
from functools import partial
from typing import Any

from boussole.compass import render_compass
from boussole.errors import CATALOGUE
from boussole.model import Case, Doctrine, Section
from boussole.proofs import assess_case, prove, reachable
from boussole.templating import render
from boussole.wording import Words

# Pages that list one part of the source, in the order of the menu; a page whose part is empty is not made.
LISTS = {
    "interdits": ("prohibitions", "high_risk"),
    "lectures": ("interpretations",),
    "chronologie": ("timeline",),
    "divergences": ("discrepancies", "unverified"),
    "glossaire": ("glossary",),
}


def render_pages(doctrine: Doctrine, today: date, form: str) -> dict[str, str]:
    """Every generated page. ``form`` is the HTML of the form; ``today`` decides what the law already applies."""
    words = Words(doctrine)
    common = {"doctrine": doctrine, "words": words, "today": today, "red_lines": words.red_lines()}
    common["compass"] = partial(render_compass, doctrine)
    pages = {f"{document.id}.md": render("pages/document.md.j2", document=document, **common) for document in doctrine.documents}
    pages |= _criteria(doctrine, common) | _cases(doctrine, common) | _guarantees(doctrine, common) | _sources(doctrine, common)
    lists = [name for name, parts in LISTS.items() if any(getattr(doctrine, part) for part in parts)]
    pages |= {f"{name}.md": render(f"pages/{name}.md.j2", **common) for name in lists}
    pages["evaluer.md"] = render("pages/evaluer.md.j2", form=form, **common)
    pages["maintenir/messages.md"] = render("pages/messages.md.j2", catalogue=CATALOGUE, **common)
    contents = [document.id for document in doctrine.documents] + ["criteres/index", "evaluer"]
    contents += [name for name in ("cas/index", "garanties/index") if f"{name}.md" in pages] + lists
    contents += [name for name in ("sources/index", "maintenir/index") if f"{name}.md" in pages or name == "maintenir/index"]
    pages["index.md"] = render("pages/index.md.j2", contents=contents, **common)
    return pages


def _criteria(doctrine: Doctrine, common: dict[str, Any]) -> dict[str, str]:
    pages = {"criteres/index.md": render("pages/criteres.md.j2", **common)}
    for section in doctrine.sections:
        cases = _cases_about(doctrine, section)
        pages[f"criteres/{section.id}.md"] = render("pages/section.md.j2", section=section, cases=cases, **common)
    return pages


def _cases(doctrine: Doctrine, common: dict[str, Any]) -> dict[str, str]:
    pages = {"cas/index.md": render("pages/cas.md.j2", **common)} if doctrine.cases else {}
    for case in doctrine.cases:
        assessment = assess_case(doctrine, case)
        pages[f"cas/{case.id}.md"] = render("pages/un-cas.md.j2", case=case, assessment=assessment, **common)
    return pages


def _guarantees(doctrine: Doctrine, common: dict[str, Any]) -> dict[str, str]:
    if not doctrine.guarantees:
        return {}
    pages = {"garanties/index.md": render("pages/garanties.md.j2", total=reachable(doctrine)[1], **common)}
    for guarantee in doctrine.guarantees:
        proofs = list(zip(guarantee.premises, prove(doctrine, guarantee), strict=True))
        pages[f"garanties/{guarantee.id}.md"] = render("pages/une-garantie.md.j2", guarantee=guarantee, proofs=proofs, **common)
    return pages


def _sources(doctrine: Doctrine, common: dict[str, Any]) -> dict[str, str]:
    """The sources without a topic, then a page a topic: one long page would weigh more than an old phone likes."""
    if not doctrine.sources:
        return {}
    words = common["words"]
    pages = {"sources/index.md": render("pages/sources.md.j2", sources=words.sources_of(None), **common)}
    for topic in doctrine.topics:
        found = words.sources_of(topic.id)
        pages[f"sources/{topic.id}.md"] = render("pages/des-sources.md.j2", topic=topic, sources=found, **common)
    return pages


def _cases_about(doctrine: Doctrine, section: Section) -> list[tuple[Case, bool]]:
    """The cases where this section decides: it gives a reason of the opinion, or of the turning point (then True)."""
    found = []
    for case in doctrine.cases:
        turned = _decides(doctrine, section, case, turned=True)
        if turned or _decides(doctrine, section, case):
            found.append((case, turned and not _decides(doctrine, section, case)))
    return found


def _decides(doctrine: Doctrine, section: Section, case: Case, turned: bool = False) -> bool:
    reasons = assess_case(doctrine, case, turned).reasons
    return any(doctrine.section_of(reason.question) == section for reason in reasons)
