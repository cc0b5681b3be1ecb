"""The open data of the diagnoses and of the alternatives: tables and JSON with their schemas, a Data Package, a feed, sums.

Relative to ``donnees/dependance/``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from boussole import catalogue, feed
from boussole.alternatives import FACTS, KINDS, LEVELS, QUALITIES, Alternative
from boussole.cells import GUARD, cell, line
from boussole.dependence import Dependence, Finding
from boussole.diagnosis import Diagnosis, Review, spending_of
from boussole.model import NSP, Doctrine
from boussole.schemas import DIALECT
from boussole.schemas import schema_of as json_schema_of
from boussole.tables import NATURE, TYPES, VERSION, Column, Table, resource_of, schema_of, stamp
from boussole.templating import render
from boussole.writing import french_date

NAME = "dependance"
TITLE = "Diagnostics de dépendance et alternatives"
FEED = "dependance.atom"
_ID = {"required": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"}
ROOTS: Mapping[str, tuple[str, type]] = {
    "diagnostic": ("Un diagnostic de dépendance", Diagnosis),
    "alternative": ("Une alternative", Alternative),
}


def tables(dependence: Dependence) -> list[Table]:
    """The four tables, with what each column holds."""
    needs, families = [need.id for need in dependence.needs], [family.id for family in dependence.families]
    bands = [band.id for band in dependence.bands]
    several = {"pattern": f"({'|'.join(bands)})( ({'|'.join(bands)}))*"}
    index = {"required": True, "minimum": 0, "maximum": 100}
    return [
        Table(
            "diagnostics",
            "Les revues de chaque outil",
            "Une ligne par outil et par jour de réponse, avec les bornes exactes de l’indice.",
            (
                Column("outil_id", "Outil", "Nom permanent de l’outil.", constraints=_ID),
                Column("titre", "Titre", "Ce que c’est.", constraints={"required": True}),
                Column("nature", "Nature", "« reel » ou « exemple », inventé.", constraints={"enum": list(NATURE.values())}),
                Column("famille", "Famille", "La famille de l’outil.", constraints={"required": True, "enum": families}),
                Column("date", "Date", "Jour de la réponse.", "date", {"required": True}),
                Column("depense_min", "Dépense, au moins", "Euros par an ; vide quand elle n’est pas connue.", "number"),
                Column("depense_max", "Dépense, au plus", "Euros par an ; vide quand elle n’est pas connue.", "number"),
                Column("indice_min", "Indice, au moins", "Borne basse exacte, arrondie au dixième.", "number", index),
                Column("indice_max", "Indice, au plus", "Borne haute exacte, arrondie au dixième.", "number", index),
                Column("bandes", "Dépendance", "Les bandes possibles, de la meilleure à la pire.", constraints=several),
                Column("manques", "Ne sait pas", "Combien de réponses « je ne sais pas ».", "integer", {"minimum": 0}),
                Column("usage_id", "Usage", "L’usage du registre, quand il y en a un."),
            ),
            ("outil_id", "date"),
        ),
        Table(
            "reponses",
            "Les réponses",
            "Une ligne par réponse ; plusieurs options séparées par une espace quand les avis diffèrent.",
            (
                Column("outil_id", "Outil", "Nom permanent de l’outil.", constraints=_ID),
                Column("date", "Date", "Jour de la réponse.", "date", {"required": True}),
                Column("question", "Question", "Identifiant de la question.", constraints={"enum": list(dependence.asked)}),
                Column("reponse", "Réponse", "Identifiant de l’option, ou « nsp ».", constraints={"required": True}),
                Column("note", "Note", "Ce qui est dit à côté."),
            ),
            ("outil_id", "date", "question"),
        ),
        Table(
            "alternatives",
            "Les alternatives",
            "Une ligne par logiciel libre.",
            (
                Column("id", "Identifiant", "Nom permanent de la fiche.", constraints={**_ID, "unique": True}),
                Column("nom", "Nom", "Nom du logiciel.", constraints={"required": True}),
                Column("besoin", "Besoin", "Le besoin couvert.", constraints={"required": True, "enum": needs}),
                Column("couvre", "Couvre", "Ce que le logiciel fait."),
                Column("remplace", "À la place de", "Le genre d’outil qu’il remplace."),
                Column("licence", "Licence", "Expression SPDX.", constraints={"required": True}),
                Column("editeur", "Publié par", "Qui publie le logiciel.", constraints={"required": True}),
                Column("editeur_nature", "Nature", "Ce qu’est celui qui publie.", constraints={"enum": list(KINDS)}),
                Column("editeur_pays", "Pays", "Code du pays dont le droit s’applique ; vide quand il n’est pas vérifié."),
                *(
                    Column(name, label, "« oui », « partie » ou « inconnu », calculé.", constraints={"enum": list(LEVELS)})
                    for name, label in QUALITIES.items()
                ),
                Column("accueil", "Page d’accueil", "Adresse.", constraints={"required": True}),
                Column("code", "Code source", "Adresse.", constraints={"required": True}),
                Column("verifie_le", "Vérifié le", "Le plus ancien jour de lecture d’un fait.", "date", {"required": True}),
                Column("revue_le", "Revue le", "Jour de la dernière revue de la fiche.", "date", {"required": True}),
            ),
            ("id",),
        ),
        Table(
            "faits",
            "Les faits",
            "Une ligne par fait d’une alternative, avec sa source et sa date.",
            (
                Column("alternative_id", "Alternative", "Identifiant de la fiche.", constraints=_ID),
                Column("fait", "Fait", "Ce dont il s’agit.", constraints={"required": True, "enum": list(FACTS)}),
                Column("texte", "Texte", "Ce qui est dit, dans nos mots.", constraints={"required": True}),
                Column("source", "Source", "Adresse où le fait a été lu.", constraints={"required": True}),
                Column("lu_le", "Lu le", "Jour de lecture.", "date", {"required": True}),
            ),
            ("alternative_id", "fait"),
        ),
    ]


def render_columns(dependence: Dependence, doctrine: Doctrine) -> str:
    """The page that tells what each column holds."""
    lead = "Tout ce que montrent les pages de la dépendance se télécharge, dans le dossier donnees/dependance : "
    lead += "quatre tables en CSV, les mêmes données en JSON, leurs schémas, un Data Package, un flux et les empreintes."
    return render(
        "pages/dependance-donnees.md.j2", title="Données de la dépendance", lead=lead, tables=tables(dependence), types=TYPES,
        doctrine=doctrine, published=_published(dependence), guard=GUARD, folder=NAME,
    )  # fmt: skip


def _published(dependence: Dependence) -> dict[str, str]:
    """What each file is, by name."""
    return {
        **{f"{table.name}.csv": table.description for table in tables(dependence)},
        "diagnostics.json": "Les diagnostics entiers, avec leur résultat.",
        "alternatives.json": "Les alternatives entières, avec leurs qualités calculées.",
        "questionnaire.json": "Le questionnaire : questions, points, poids, bandes.",
        "datapackage.json": "La description des tables, pour les outils (Data Package).",
        "catalogue.ttl": "La description pour les portails de données (DCAT-AP 3.0.1) ; la même en catalogue.jsonld.",
        FEED: "Les dernières revues, pour les lecteurs de flux.",
        "SHA256SUMS": "L’empreinte de chaque fichier.",
    }


def render_files(
    dependence: Dependence, diagnoses: Sequence[Diagnosis], alternatives: Sequence[Alternative], base: str
) -> dict[str, str]:
    """Every file, by name. ``base`` is the address of the site, or nothing when it is not known."""
    rows: Mapping[str, list[Sequence[str]]] = {
        "diagnostics": [_review(dependence, tool, review) for tool in diagnoses for review in tool.reviews],
        "reponses": [answer for tool in diagnoses for review in tool.reviews for answer in _answers(dependence, tool, review)],
        "alternatives": [_alternative(one) for one in alternatives],
        "faits": [
            (one.id, name, fact.says, fact.source, str(fact.checked_on))
            for one in alternatives
            for name, fact in one.facts.items()
        ],
    }
    described = tables(dependence)
    found = {f"{table.name}.csv": table.header + "".join(line(map(cell, row)) for row in rows[table.name]) for table in described}
    found |= {f"schemas/{table.name}.json": catalogue.pretty(schema_of(table)) for table in described}
    found |= {f"schemas/{kind}.json": render_schema(kind) for kind in ROOTS}
    found["diagnostics.json"] = catalogue.pretty([_told(dependence, tool) for tool in diagnoses])
    found["alternatives.json"] = catalogue.pretty([{**one.to_data(), "qualities": dict(one.qualities)} for one in alternatives])
    found["questionnaire.json"] = catalogue.pretty(_questionnaire(dependence))
    found[FEED] = _feed(dependence, diagnoses, alternatives, base)
    found["datapackage.json"] = catalogue.pretty(_package(dependence, described, found))
    found["catalogue.ttl"], found["catalogue.jsonld"] = _catalogue(dependence, diagnoses, alternatives, found, base)
    return {**found, "SHA256SUMS": "".join(f"{stamp(found[name])[1]}  {name}\n" for name in sorted(found))}


def render_schema(kind: str) -> str:
    """The JSON Schema of a kind of file, a key of `ROOTS`."""
    title, model = ROOTS[kind]
    return catalogue.pretty({"$schema": DIALECT, "title": title, **json_schema_of(model)})


def _rounded(value: Any) -> float:
    return round(float(value) * 10 + 1e-9) / 10


def _review(dependence: Dependence, tool: Diagnosis, review: Review) -> Sequence[str]:
    finding = Finding(dependence, review.answers)
    low, high = (f"{value:g}" for value in spending_of(review)) if review.spending is not None else ("", "")
    return (
        tool.id, tool.title, NATURE[tool.kind], tool.family, str(review.on), low, high, f"{_rounded(finding.least):g}",
        f"{_rounded(finding.most):g}", " ".join(band.id for band in finding.bands), str(len(finding.gaps)), tool.use or "",
    )  # fmt: skip


def _answers(dependence: Dependence, tool: Diagnosis, review: Review) -> list[Sequence[str]]:
    given = {name: review.answers[name] for name in dependence.asked if name in review.answers}
    return [
        (tool.id, str(review.on), name, " ".join(answer) if isinstance(answer, list) else answer, review.notes.get(name, ""))
        for name, answer in given.items()
    ]


def _alternative(one: Alternative) -> Sequence[str]:
    steward = (one.steward.name, one.steward.kind, one.steward.country or "")
    days = (str(one.checked_on), str(one.reviewed))
    return (
        one.id,
        one.name,
        one.need,
        one.covers,
        one.instead_of,
        one.license,
        *steward,
        *one.qualities.values(),
        one.home,
        one.code,
        *days,
    )


def _told(dependence: Dependence, tool: Diagnosis) -> dict[str, Any]:
    """A diagnosis and what its latest answers give."""
    finding = Finding(dependence, tool.latest.answers)
    result = {
        "index": [_rounded(finding.least), _rounded(finding.most)],
        "bands": [band.id for band in finding.bands],
        "priority": [_rounded(bound) for bound in finding.priority],
        "heaviest": [question.id for question in finding.heaviest],
        "changes": [{"question": question.id, "gain": _rounded(gain)} for question, gain in finding.changes],
        "unknown": [question.id for question in finding.unknown],
        "gaps": [question.id for question in finding.gaps],
    }
    return {**tool.to_data(), "result": result}


def _questionnaire(dependence: Dependence) -> dict[str, Any]:
    """What computes the index again: nothing else is needed."""
    identity = dependence.diagnostic
    return {
        "id": identity.id,
        "version": identity.version,
        "notice": identity.notice,
        "unknown": NSP,
        "most": dependence.most,
        "bands": [{"id": band.id, "label": band.label, "max": band.max} for band in dependence.bands],
        "questions": [
            {
                "id": question.id,
                "ask": question.ask,
                "weight": question.weight if question.id != dependence.urgency.id else 0,
                "options": {name: {"label": option.label, "points": option.points} for name, option in question.options.items()},
                "remedy": question.remedy,
            }
            for question in dependence.asked.values()
        ],
        "feeds": dependence.feeds.question if dependence.feeds else None,
    }


def _package(dependence: Dependence, described: Sequence[Table], found: Mapping[str, str]) -> dict[str, Any]:
    resources = [resource_of(table, *stamp(found[f"{table.name}.csv"])) for table in described]
    return catalogue.package(NAME, TITLE, dependence.diagnostic.notice, f"{dependence.diagnostic.version}+{VERSION}", resources)


def _catalogue(
    dependence: Dependence,
    diagnoses: Sequence[Diagnosis],
    alternatives: Sequence[Alternative],
    found: Mapping[str, str],
    base: str,
) -> tuple[str, str]:
    """The same files for data portals; its day is the latest one that something was reviewed."""
    described = {
        **{f"{table.name}.csv": table.title for table in tables(dependence)},
        "diagnostics.json": "Les diagnostics entiers",
        "alternatives.json": "Les alternatives entières",
        "questionnaire.json": "Le questionnaire",
        FEED: "Flux des revues",
    }
    files = [catalogue.File(name, title, *stamp(found[name])) for name, title in described.items()]
    about = f"Ce que chaque outil répond au diagnostic, et les logiciels libres qui le remplacent. {dependence.diagnostic.notice}"
    words = ("dépendance numérique", "logiciels libres", "souveraineté")
    data = catalogue.Dataset(NAME, TITLE, about, words, files, "../../dependance/donnees.html")
    days = [tool.latest.on for tool in diagnoses] + [one.reviewed for one in alternatives] + [dependence.diagnostic.date]
    return catalogue.render(TITLE, about, max(days), [data], f"{base}donnees/dependance/" if base else "")


def _feed(dependence: Dependence, diagnoses: Sequence[Diagnosis], alternatives: Sequence[Alternative], base: str) -> str:
    """The reviews of tools and of alternatives, the newest first."""
    identity = dependence.diagnostic
    tag = f"tag:boussole.invalid,{identity.date.year}:{identity.id}"
    entries = [
        feed.Entry(
            id=f"{tag}:outil:{tool.id}:{review.on}",
            title=f"{tool.title}{' (exemple)' if tool.kind == 'example' else ''} : diagnostic du {french_date(review.on)}",
            on=review.on,
            text=tool.summary or tool.title,
            link=f"{base}dependance/{tool.id}.html" if base else "",
        )
        for tool in diagnoses
        for review in tool.reviews
    ]
    entries += [
        feed.Entry(
            id=f"{tag}:alternative:{one.id}:{one.reviewed}",
            title=f"{one.name} : fiche revue",
            on=one.reviewed,
            text=one.covers,
            link=f"{base}alternatives/{one.id}.html" if base else "",
        )
        for one in alternatives
    ]
    entries.sort(key=lambda entry: (entry.on, entry.id), reverse=True)
    links = (f"{base}donnees/dependance/{FEED}", f"{base}dependance/index.html") if base else ("", "")
    return feed.render(tag, TITLE, identity.date, links, entries[:100])
