"""The pages of the site, as MyST Markdown by relative name. Pure: the day of publication comes in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from boussole.cells import GUARD
from boussole.compass import render_compass
from boussole.crosswalk import MATCHES, STANDARDS, STATES
from boussole.debate import NO_DEBATE, Debate
from boussole.document import STATUS
from boussole.errors import CATALOGUE
from boussole.lint import ADVICE
from boussole.markup import fenced
from boussole.model import SLUG, Case, Doctrine, Section
from boussole.proofs import assess_case, deciding_sections, prove, reachable
from boussole.recomputing import NEEDED
from boussole.reference import render_reference
from boussole.tables import TYPES, published, tables
from boussole.templating import render
from boussole.wording import Words

Deciding = tuple[Case, frozenset[str], frozenset[str]]
"""A case, the sections that decide its opinion, and those that decide it after its turning point."""

# Pages that list one part of the source, in the order of the menu; a page whose part is empty is not made.
LISTS = {
    "interdits": ("prohibitions", "high_risk"),
    "lectures": ("interpretations",),
    "chronologie": ("timeline",),
    "divergences": ("discrepancies", "unverified"),
    "glossaire": ("glossary",),
}

# The pages that read all the answers, after a page a section, with their titles.
READINGS = {
    "verifier": "Vérifier les réponses",
    "avis": "L’avis en détail",
    "accorder": "Réunir les dossiers",
    "tout": "Toutes les questions",
}

# Pages about the site itself: what any public site owes its readers.
ABOUT = ("plan", "signaler", "accessibilite", "ecoconception", "mentions")

# What a page weighs at most, compressed, on a first visit: `tests/test_budgets.py` measures it and a page says it.
KILOBYTES, FORM_KILOBYTES, READING_KILOBYTES, FILES, ELEMENTS = 10, 33, 47, 4, 380
SEARCH_KILOBYTES = 20  # the only page that asks for the index, which says every title of the site
USE_KILOBYTES, LIST_KILOBYTES, USE_ELEMENTS = 16, 30, 900  # a use that is measured for years says more than a page

# Pages written by hand in ``docs``, which the site plan lists too, and whose titles Sphinx knows.
BY_HAND = (
    "methode",
    "maintenir/index",
    "maintenir/ecrire",
    "maintenir/questions",
    "maintenir/changer",
    "maintenir/dossier",
    "maintenir/registre",
    "maintenir/debat",
    "maintenir/dependance",
    "maintenir/ailleurs",
    "maintenir/usages",
    "maintenir/formation",
    "maintenir/etude",
    "maintenir/publier",
    "maintenir/adopter",
    "decisions/index",
    *(f"decisions/{name}" for name in ("formes", "lecture", "manquantes", "lignes-rouges", "adaptations", "pages", "ensemble")),
)

# The groups of the site plan, and the first words of the addresses in each. Documents are in the first, all the rest in the last.
GROUPS = {
    "Comprendre": ("index", "officiel", "criteres", "garanties", *LISTS, "comparer", "ailleurs", "sources", "se-former"),
    "Évaluer": ("evaluer", "methode", "cas", "dependance", "alternatives", "conditions-de-travail"),
    "Registre": ("registre", "usages", "donnees"),
    "Débattre": ("debattre",),
    "Maintenir": ("versions", "changements", "maintenir", "decisions"),
    "Ce site": (),
}


SAID = ("debattre/contribution-", "debattre/fiches-")  # named by the account of their consultation, and endless


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the folders and the other outputs bring to the pages of a doctrine.

    ``beside`` holds pages made elsewhere; ``by_hand`` names those of `BY_HAND` that this site has; ``register``, the pages of the
    register: by name, a title, a sentence and HTML; ``changes``, by version, what it changed, as Markdown; ``debate``, what
    criteria, cases and versions lead back to; ``fed``, by question, the page that helps to answer it; ``kinds``, by case, the
    page of its kind of uses."""

    beside: Mapping[str, str] = field(default_factory=dict)
    by_hand: Sequence[str] = BY_HAND
    register: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    debate: Debate = NO_DEBATE
    fed: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def render_pages(doctrine: Doctrine, today: date, form: Mapping[str, str], around: Around | None = None) -> dict[str, str]:
    """Every generated page. ``form`` is the HTML of the form's pages; ``today`` decides what the law already applies."""
    around = around or Around()
    by_hand, debate = around.by_hand, around.debate
    words = Words(doctrine)
    common = {
        "doctrine": doctrine,
        "words": words,
        "today": today,
        "red_lines": words.red_lines(),
        "debate": debate,
        "fed": around.fed,
        "beside": around.beside,
        "kinds": around.kinds,
    }
    common["compass"] = partial(render_compass, doctrine)
    pages = {f"{document.id}.md": render("pages/document.md.j2", document=document, **common) for document in doctrine.documents}
    pages |= _criteria(doctrine, common) | _cases(doctrine, common) | _guarantees(doctrine, common) | _sources(doctrine, common)
    lists = [name for name, parts in LISTS.items() if any(getattr(doctrine, part) for part in parts)]
    pages |= {f"{name}.md": render(f"pages/{name}.md.j2", **common) for name in lists}
    pages["recherche.md"] = render("pages/recherche.md.j2", **common)
    pages |= _form(doctrine, form, common) | _register(around.register, common)
    if "maintenir/index" in by_hand:
        pages["maintenir/messages.md"] = render("pages/messages.md.j2", catalogue=CATALOGUE, advice=ADVICE, **common)
        pages |= render_reference()
    pages |= _about(doctrine, {**common, "changes": around.changes})
    pages |= dict(around.beside) | _changes(around.changes, common)
    contents = [document.id for document in doctrine.documents] + ["officiel", "criteres/index", "evaluer"]
    contents += ["methode"] if "methode" in by_hand else []
    contents += [name for name in ("cas/index", "garanties/index") if f"{name}.md" in pages] + lists
    contents += ["sources/index"] if doctrine.sources else []
    contents += [name.removesuffix(".md") for name in around.beside if "/" not in name or name.endswith("/index.md")]
    contents += ["registre/index"] if around.register else []
    pages |= _data(doctrine, common)
    contents += ["donnees/index", "versions", *(["maintenir/index"] if "maintenir/index" in by_hand else []), "recherche", *ABOUT]
    pages["index.md"] = render("pages/index.md.j2", contents=contents, **common)
    pages["plan.md"] = _plan(pages, [document.id for document in doctrine.documents], by_hand)
    return pages


def _changes(changes: Mapping[str, str], common: dict[str, Any]) -> dict[str, str]:
    """A page for each edition, of what it changed to the one before it."""
    return {
        f"changements/{version.replace('.', '-')}.md": render("pages/changement.md.j2", version=version, told=told, **common)
        for version, told in changes.items()
    }


def _form(doctrine: Doctrine, form: Mapping[str, str], common: dict[str, Any]) -> dict[str, str]:
    """The start of the form, a page a section, then the pages that read all the answers."""
    parts = {f"evaluer/{section.id}": f"Évaluer : {section.label}" for section in doctrine.sections}
    parts |= {f"evaluer/{name}": title for name, title in READINGS.items()}
    titles = {"evaluer": "Évaluer un usage"} | parts
    return {
        f"{name}.md": render(
            "pages/evaluer.md.j2", title=title, form=form.get(name, ""), parts=parts if name == "evaluer" else (), **common
        )
        for name, title in titles.items()
    }


def _data(doctrine: Doctrine, common: dict[str, Any]) -> dict[str, str]:
    """The open data: its files, what each column says, what it is called elsewhere, how to find every opinion again."""
    first, *others = tables(doctrine)
    described = {"types": TYPES, **common}
    return {
        "donnees/index.md": render("pages/donnees.md.j2", published=published(doctrine), guard=GUARD, **common),
        "donnees/registre.md": render(
            "pages/donnees-tables.md.j2",
            title="La table des usages",
            lead=f"Fichier {first.name}.csv.",
            tables=[first],
            **described,
        ),
        "donnees/tables.md": render(
            "pages/donnees-tables.md.j2",
            title="Réponses, mesures, événements",
            lead="Chaque ligne est rattachée à un usage par son identifiant.",
            tables=others,
            **described,
        ),
        "donnees/correspondances.md": render(
            "pages/donnees-correspondances.md.j2", standards=STANDARDS, matches=MATCHES, states=STATES, labels=STATUS, **common
        ),
        "registre/recalculer.md": render("pages/recalculer.md.j2", needed=NEEDED, **common),
    }


def _register(register: Mapping[str, tuple[str, str, str]], common: dict[str, Any]) -> dict[str, str]:
    """The pages of the register that have a place in the site; those of its uses are drawn around, not made here."""
    below = [name.partition("/")[2] for name in register if name != "registre/index"]
    return {
        f"{name}.md": render("pages/registre.md.j2", title=title, lead=lead, body=fenced(body), below=below, name=name, **common)
        for name, (title, lead, body) in register.items()
    }


def _about(doctrine: Doctrine, common: dict[str, Any]) -> dict[str, str]:
    """What is official, what changed, and the pages about the site; its plan comes last, when all is known."""
    quoted = [(source, sum(text.source == source.id for text in doctrine.texts)) for source in doctrine.sources]
    budgets = {
        "Une page": f"{KILOBYTES} Ko au plus",
        "Une page du formulaire": f"{FORM_KILOBYTES} Ko au plus",
        "Celles qui lisent toutes les réponses": f"{READING_KILOBYTES} Ko au plus",
        "Un usage du registre": f"{USE_KILOBYTES} Ko au plus",
        "La liste du registre, cent usages par page": f"{LIST_KILOBYTES} Ko au plus",
        "La recherche, son index compris": f"{SEARCH_KILOBYTES} Ko au plus",
        "Fichiers demandés par une page": f"{FILES} au plus",
        "Éléments dans une page, hors formulaire, registre, recherche et plan": f"{ELEMENTS} au plus",
        "Éléments dans la page d’un usage du registre": f"{USE_ELEMENTS} au plus",
        "Demandes à un autre site": "aucune",
    }
    indicators = sum(len(section.indicators) for section in doctrine.sections)
    values = {**common, "quoted": quoted, "indicators": indicators, "budgets": budgets}
    return {f"{name}.md": render(f"pages/{name}.md.j2", **values) for name in ("officiel", "versions", *ABOUT) if name != "plan"}


def _plan(pages: Mapping[str, str], documents: Sequence[str], by_hand: Sequence[str]) -> str:
    """The plan of the site: every page in its group, the pages of a folder under its index."""
    names = list(dict.fromkeys(["index", *(name.removesuffix(".md") for name in pages), *by_hand, "plan"]))
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for name in names:
        if name.startswith(SAID):
            continue
        head = name.partition("/")[0]
        found = [group for group, heads in GROUPS.items() if head in heads]
        groups["Comprendre" if head in documents else found[0] if found else "Ce site"].append(name)
    shown = [(group, _nested(members, pages)) for group, members in groups.items() if members]
    listed = {"registre/index", "debattre/index"} & set(names)
    return render("pages/plan.md.j2", groups=shown, count=sum(map(len, groups.values())), is_more=bool(listed))


def _nested(names: Sequence[str], pages: Mapping[str, str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each page with those of its folder, whose head is ``criteres/index`` or ``evaluer``."""
    heads = [name for name in names if name.endswith("/index") or any(other.startswith(f"{name}/") for other in names)]
    folders = {f"{head.removesuffix('/index')}/": head for head in heads}

    def title(name: str) -> str:
        found = re.match(r"(?:\{.*\}|\s)*# (.+)", pages.get(f"{name}.md", ""))
        return found[1] if found else ""  # Sphinx then puts the title of the page

    def below(name: str) -> list[tuple[str, str]]:
        inside = [other for other in names if folders.get(other[: other.rfind("/") + 1]) == name and other != name]
        return [(other, title(other)) for other in inside]

    tops = [name for name in names if name in heads or name[: name.rfind("/") + 1] not in folders]
    return [(name, title(name), below(name)) for name in tops]


def _criteria(doctrine: Doctrine, common: dict[str, Any]) -> dict[str, str]:
    pages = {"criteres/index.md": render("pages/criteres.md.j2", **common)}
    deciding = [
        (case, deciding_sections(doctrine, case), deciding_sections(doctrine, case, turned=True)) for case in doctrine.cases
    ]
    for section in doctrine.sections:
        cases = _cases_about(section, deciding)
        retired = {name: why for name, why in doctrine.retirements.items() if re.fullmatch(rf"{section.id}\.{SLUG}", name)}
        values = {**common, "section": section, "cases": cases, "retired": retired}
        pages[f"criteres/{section.id}.md"] = render("pages/section.md.j2", **values)
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


def _cases_about(section: Section, deciding: Sequence[Deciding]) -> list[tuple[Case, bool]]:
    """The cases where this section decides: it gives a reason of the opinion, or only of the turning point (then True)."""
    return [(case, section.id not in before) for case, before, after in deciding if section.id in before | after]
