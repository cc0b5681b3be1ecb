"""The pages of the library of alternatives, as MyST Markdown by relative name: the list with its filters, a page a program."""

from collections.abc import Sequence

from boussole.alternatives import FACTS, FOLDER, KINDS, LEVELS, PLACES, QUALITIES, RULES, Alternative
from boussole.dependence import Dependence
from boussole.markup import esc, facts, fenced, say
from boussole.model import Doctrine
from boussole.templating import render
from boussole.wording import enumerated
from boussole.writing import french_date

READ = "Chaque fait a été lu dans une copie conservée de la page citée ; il est redit dans nos mots."


def render_alternatives(dependence: Dependence, doctrine: Doctrine, alternatives: Sequence[Alternative]) -> dict[str, str]:
    """Every page of the library, by name."""
    needs = {need.id: need for need in dependence.needs if any(one.need == need.id for one in alternatives)}
    body = render("alternatives.html", alternatives=alternatives, needs=needs, qualities=QUALITIES, levels=LEVELS)
    pages = {
        f"{FOLDER}/index.md": render(
            "pages/alternatives.md.j2",
            doctrine=doctrine,
            alternatives=alternatives,
            body=fenced(body),
            rules={QUALITIES[name]: told for name, (told, _) in RULES.items()},
        )
    }
    for one in alternatives:
        lead = f"{one.covers} Fiche revue le {french_date(one.reviewed)}."
        body = fenced(_page(dependence, one))
        pages[f"{FOLDER}/{one.id}.md"] = render(
            "pages/registre.md.j2", title=one.name, lead=lead, body=body, below=(), name="", doctrine=doctrine
        )
    return pages


def _page(dependence: Dependence, one: Alternative) -> str:
    need = next(need for need in dependence.needs if need.id == one.need)
    where = enumerated([PLACES[place] for place in one.runs])
    rows = [
        ("Besoin couvert", say(need.label)),
        ("À la place de", say(one.instead_of)),
        ("Licence", f"<code>{esc(one.license)}</code>"),
        (
            "Publié par",
            f"{esc(one.steward.name)} ({say(', '.join(filter(None, [KINDS[one.steward.kind], one.steward.country])))})",
        ),
        ("Où il s’installe", say(where)),
        ("Formats ouverts", esc(", ".join(one.formats)) or say("non vérifiés")),
        ("Limites", say(one.limits or "non renseignées")),
        ("Page d’accueil", _link(one.home)),
        ("Code source", _link(one.code)),
    ]
    judged = [(QUALITIES[name], f"<strong>{say(LEVELS[level])}</strong>") for name, level in one.qualities.items()]
    told = [(label, _fact(one, name) if name in one.facts else say("non renseigné")) for name, label in FACTS.items()]
    return (
        f'<div class="boussole-use">\n{facts(rows)}<h2>{say("Les trois qualités")}</h2>\n{facts(judged)}'
        f'<p><a href="index.html">{say("Comment ces qualités sont calculées")}</a></p>\n'
        f"<h2>{say('Les faits, et où ils ont été lus')}</h2>\n{facts(told)}"
        f"<p>{say(f'Fiche écrite par : {one.author}. {READ}')}</p>\n</div>\n"
    )


def _fact(one: Alternative, name: str) -> str:
    fact = one.facts[name]
    return f"{say(fact.says)}<br><small>{say(f'Lu le {french_date(fact.checked_on)} : ')}{_link(fact.source)}</small>"


def _link(url: str) -> str:
    """A link that says the site it leads to: the whole address is long, and often in English."""
    return f'<a href="{esc(url)}" rel="nofollow">{esc(url.split("/")[2])}</a>'
