"""The pages of the site, as MyST Markdown by relative name. Pure: the day of publication comes in."""

from datetime import date

from boussole.errors import CATALOGUE
from boussole.model import Case, Doctrine, Section
from boussole.proofs import assess_case, prove, reachable
from boussole.templating import render
from boussole.wording import Words

PLAIN = ("index", "doctrine", "charte", "interdits", "glossaire", "chronologie", "divergences", "lectures", "sources")


def render_pages(doctrine: Doctrine, today: date, form: str) -> dict[str, str]:
    """Every generated page. ``form`` is the HTML of the form; ``today`` decides what the law already applies."""
    common = {"doctrine": doctrine, "words": Words(doctrine), "today": today, "red_lines": Words(doctrine).red_lines()}
    pages = {f"{name}.md": render(f"pages/{name}.md.j2", **common) for name in PLAIN}
    pages["criteres/index.md"] = render("pages/criteres.md.j2", **common)
    for section in doctrine.sections:
        cases = _cases_about(doctrine, section)
        pages[f"criteres/{section.id}.md"] = render("pages/section.md.j2", section=section, cases=cases, **common)
    pages["cas/index.md"] = render("pages/cas.md.j2", **common)
    for case in doctrine.cases:
        assessment = assess_case(doctrine, case)
        pages[f"cas/{case.id}.md"] = render("pages/un-cas.md.j2", case=case, assessment=assessment, **common)
    proofs = [(guarantee, [proof.completions for proof in prove(doctrine, guarantee)]) for guarantee in doctrine.guarantees]
    pages["garanties.md"] = render("pages/garanties.md.j2", proofs=proofs, total=reachable(doctrine)[1], **common)
    pages["evaluer.md"] = render("pages/evaluer.md.j2", form=form, **common)
    pages["maintenir/messages.md"] = render("pages/messages.md.j2", catalogue=CATALOGUE, **common)
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
