"""The register as tables: what each column holds, and the lines of one use. What few people say has no value in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from boussole.cells import cell, line
from boussole.document import CHOICES, STATUS
from boussole.events import KINDS, WITHHELD
from boussole.merging import number_text
from boussole.model import ACCORD, NO_ROLE, NSP, Doctrine
from boussole.register import ALERTS, ENERGY, Use

NATURE = {"real": "reel", "example": "exemple"}


Stamp = tuple[int, str]
"""How many bytes a file has, and their digest."""


@dataclass(frozen=True)
class Column:
    """A column: its name, what it is called, what it holds, and what its values must be."""

    name: str
    title: str
    description: str
    type: str = "string"
    constraints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table of the register; ``key`` tells its lines apart, and each line is about one use of the first table."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def header(self) -> str:
        """Its first line."""
        return line(cell(column.name) for column in self.columns)


Told = tuple[Column, Callable[[Use], str]]
_ID = {"required": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"}


def _notice(name: str) -> Callable[[Use], str]:
    choices = CHOICES.get(name, {})

    def told(use: Use) -> str:
        value = getattr(use.dossier.notice, name)
        return "" if value is None else cell(choices.get(value, str(value)))

    return told


def _said(name: str) -> Callable[[Use], str]:
    return lambda use: cell(getattr(use.dossier, name) or "")


def _day(name: str) -> Callable[[Use], str]:
    return lambda use: str(getattr(use.dossier.dates, name) or "")


# The nineteen pieces of information of the sheet that Etalab wrote for inventories of algorithms: its words, in its order.
_INVENTORY: tuple[tuple[str, str, str, Callable[[Use], str]], ...] = (
    ("Nom de l'administration concernée", "La collectivité qui répond de l’usage.", "string", _said("authority")),
    ("Direction/service porteur", "Le service qui porte l’usage.", "string", _said("service")),
    (
        "Contact au sein de l'administration concernée",
        "À qui écrire : l’adresse d’une fonction, jamais d’une personne.",
        "string",
        _said("contact"),
    ),
    ("Date de mise à jour des informations", "Jour où le dossier a été mis à jour.", "date", _day("updated")),
    ("Nom de l'algorithme", "Ce que c’est, dans les mots des habitants.", "string", _said("title")),
    ("Contexte global", "Dans quelle situation l’usage prend place.", "string", _notice("context")),
    ("Finalité de l'algorithme", "À quoi il sert.", "string", _notice("purpose")),
    (
        "Comment et quand l'algorithme intervient-il dans la prise de décision ?",
        "Sa place dans la décision.",
        "string",
        _notice("place_in_decision"),
    ),
    ("Niveau d'automatisation de la décision", "Entière, ou aide à la décision.", "string", _notice("automation")),
    ("Fondements juridiques", "Ce qui autorise la décision et le traitement des données.", "string", _notice("legal_basis")),
    ("Ressources connexes", "Liens et documents utiles : démarche, code source, schéma.", "string", _notice("resources")),
    (
        "Nombre de décisions administratives prises par an",
        "Combien de décisions sont prises avec lui chaque année.",
        "integer",
        _notice("decisions_per_year"),
    ),
    ("Portée de la décision", "Externe, pour un usager, ou interne.", "string", _notice("scope")),
    ("Public concerné par la décision", "Qui est touché par ces décisions.", "string", _notice("public")),
    ("Données traitées", "Les données que l’outil lit ou produit.", "string", _notice("data")),
    ("Source des données traitées", "Qui fournit ces données.", "string", _notice("data_source")),
    ("Mode de collecte des données traitées", "Comment elles ont été recueillies.", "string", _notice("collection")),
    ("Type d'algorithme", "Règles écrites par des personnes, ou apprentissage.", "string", _notice("algorithm")),
    ("Opérations effectuées par l'algorithme", "Ce que l’outil calcule.", "string", _notice("operations")),
)
INVENTORY = tuple(Column(name, name, description, kind) for name, description, kind, _ in _INVENTORY)
_LISTED = {
    "Niveau d'automatisation de la décision": "automation",
    "Portée de la décision": "scope",
    "Type d'algorithme": "algorithm",
}


def _inventory() -> Iterator[Told]:
    for column, (name, _, _, told) in zip(INVENTORY, _INVENTORY, strict=True):
        listed = {"enum": list(CHOICES[_LISTED[name]].values())} if name in _LISTED else {}
        least = {"minimum": 0} if column.type == "integer" else {}
        required = {"required": True} if name == "Nom de l'algorithme" else {}
        yield Column(name, name, column.description, column.type, {**required, **listed, **least}), told


def levels_text(levels: Iterable[str]) -> str:
    """Several opinions in one cell."""
    return " ".join(levels)


def _conditions(use: Use) -> str:
    told = (
        f"{found.what} ({found.owner}{f', avant le {found.due}' if found.due else ''}) : "
        f"{f'remplie le {found.done}' if found.done else 'à remplir'}"
        for found in use.dossier.conditions
    )
    return cell("\n".join(told))


def _decided(name: str) -> Callable[[Use], str]:
    return lambda use: cell(str(getattr(use.dossier.decision, name) or "")) if use.dossier.decision else ""


def _energy(use: Use) -> str:
    found = [reading.measure.value for reading in use.current.readings if reading.indicator.id == ENERGY]
    return number_text(sum(found)) if found else ""


@cache
def _register(doctrine: Doctrine) -> tuple[Told, ...]:
    """Every column of the first table, and how a use fills it."""
    levels, several = list(doctrine.levels), {"pattern": _several(doctrine.levels)}

    def criterion(name: str) -> Callable[[Use], str]:
        return lambda use: levels_text(use.current.findings[name])

    return (
        *_inventory(),
        (
            Column("id", "Identifiant", "Nom permanent de l’usage, jamais réutilisé.", constraints={**_ID, "unique": True}),
            _raw("id"),
        ),
        (
            Column("page", "Page", "Adresse de sa page, à partir de la racine du site.", constraints={"required": True}),
            lambda use: f"registre/{use.dossier.id}.html",
        ),
        (
            Column(
                "nature",
                "Nature",
                "« reel » : un usage qui existe ; « exemple » : un usage inventé, pour montrer.",
                constraints={"required": True, "enum": list(NATURE.values())},
            ),
            lambda use: NATURE[use.dossier.kind],
        ),
        (
            Column(
                "statut",
                "État de l’usage",
                "; ".join(f"« {name} » : {label.lower()}" for name, label in STATUS.items()) + ".",
                constraints={"required": True, "enum": list(STATUS)},
            ),
            _raw("status"),
        ),
        (Column("resume", "Résumé", "L’usage en quelques phrases."), _said("summary")),
        (
            Column(
                "avis",
                "Avis du jour",
                "L’avis que donnent les réponses et les dernières mesures ; vide tant que plusieurs restent possibles.",
                constraints={"enum": levels},
            ),
            lambda use: use.current.opinion or "",
        ),
        (
            Column(
                "avis_possibles",
                "Avis encore possibles",
                "Tous les avis que l’on obtiendrait en complétant le dossier, du meilleur au pire, séparés par une espace.",
                constraints={"required": True, **several},
            ),
            lambda use: levels_text(use.current.attainable),
        ),
        (
            Column(
                "avis_des_reponses",
                "Avis des réponses seules",
                "Les avis possibles sans compter les mesures.",
                constraints={"required": True, **several},
            ),
            lambda use: levels_text(use.current.assessment.attainable),
        ),
        *(
            (
                Column(
                    f"avis_critere_{section.number}",
                    f"Critère {section.number} : {section.label}",
                    "Les avis possibles si seules comptaient les réponses et les mesures de ce critère.",
                    constraints={"required": True, **several},
                ),
                criterion(section.id),
            )
            for section in doctrine.criteria
        ),
        (
            Column(
                "avis_doctrine",
                "Doctrine de l’avis",
                "La version de la doctrine sous laquelle l’avis du jour est calculé.",
                constraints={"required": True},
            ),
            lambda use: use.doctrine.doctrine.version,
        ),
        (
            Column(
                "doctrine_version",
                "Doctrine du dossier",
                "La version sous laquelle les réponses ont été données.",
                constraints={"required": True},
            ),
            lambda use: cell(use.dossier.doctrine.version),
        ),
        (
            Column("decision", "Décision", "Ce que des personnes ont décidé : l’avis conseille.", constraints={"enum": levels}),
            _decided("outcome"),
        ),
        (Column("decision_date", "Décidée le", "Jour de la décision.", "date"), _decided("on")),
        (Column("decision_par", "Décidée par", "La fonction qui a décidé, jamais un nom."), _decided("by")),
        (Column("decision_motif", "Motif de la décision", "Pourquoi, surtout si elle s’écarte de l’avis."), _decided("because")),
        (Column("conditions", "Conditions", "Une par ligne : ce qui est demandé, à quelle fonction, pour quand."), _conditions),
        (Column("date_ouverture", "Dossier ouvert le", "Jour où l’évaluation a commencé.", "date"), _day("opened")),
        (Column("date_debut", "Usage commencé le", "Premier jour d’emploi, essai compris.", "date"), _day("started")),
        (Column("date_fin", "Usage terminé le", "Dernier jour d’emploi.", "date"), _day("ended")),
        (Column("date_prochain_examen", "Prochain examen le", "Jour où l’usage sera réexaminé.", "date"), _day("next_review")),
        (Column("controle_humain", "Contrôle humain", "Qui surveille l’outil, et peut passer outre."), _notice("oversight")),
        (Column("fournisseur", "Fournisseur", "Qui fournit l’outil."), _notice("supplier")),
        (Column("modele", "Modèle", "Le modèle d’intelligence artificielle employé."), _notice("model")),
        (Column("recours", "Recours", "Comment contester une décision."), _notice("appeal")),
        (
            Column("motif_non_publication", "Ce qui n’est pas publié", "Ce qui n’est pas publié, et pourquoi."),
            _notice("withheld"),
        ),
        (
            Column(
                "energie_annuelle", "Énergie en kWh par an", "La dernière mesure de l’énergie annuelle.", "number", {"minimum": 0}
            ),
            _energy,
        ),
        (
            Column(
                "alertes",
                "Alertes",
                "Ce qui est dépassé, séparé par une espace : "
                + " ; ".join(f"« {name} » : {label.lower()}" for name, label in ALERTS.items())
                + ".",
            ),
            lambda use: " ".join(use.alerts),
        ),
    )


def _raw(name: str) -> Callable[[Use], str]:
    return lambda use: str(getattr(use.dossier, name))


def _several(levels: Sequence[str]) -> str:
    """A pattern of one or several opinions."""
    one = "|".join(levels)
    return f"({one})( ({one}))*"


_USE = Column("usage_id", "Usage", "L’identifiant de l’usage, dans la table registre.", constraints=_ID)


def _counted(what: str) -> Column:
    return Column("rang", "Rang", what, "integer", {"required": True, "minimum": 1})


@cache
def tables(doctrine: Doctrine) -> tuple[Table, ...]:
    """The tables of the register of a doctrine; the first one is the register itself."""
    return (
        Table(
            "registre",
            "Les usages",
            "Une ligne par usage évalué, refusé ou abandonné compris. Les dix-neuf premières colonnes sont celles de la fiche "
            "d’inventaire des algorithmes publics d’Etalab, dans son ordre et ses mots. Une cellule vide : non renseigné.",
            tuple(column for column, _ in _register(doctrine)),
            ("id",),
        ),
        Table(
            "evaluations",
            "Les réponses",
            "Une ligne par réponse de chaque personne à chaque question : de quoi retrouver l’avis.",
            (
                _USE,
                _counted("Rang de la ligne dans l’usage."),
                Column(
                    "doctrine_version",
                    "Doctrine",
                    "La version sous laquelle la réponse a été donnée.",
                    constraints={"required": True},
                ),
                Column(
                    "critere_id",
                    "Partie",
                    "La partie de la doctrine qui pose la question.",
                    constraints={"required": True, "enum": [section.id for section in doctrine.sections]},
                ),
                Column(
                    "question_id",
                    "Question",
                    "L’identifiant permanent de la question.",
                    constraints={"required": True, "enum": list(doctrine.questions)},
                ),
                Column(
                    "auteur",
                    "Auteur",
                    f"Qui répond : un rôle, éventuellement précisé ; « {ACCORD} » : l’issue de la discussion, qui l’emporte ; "
                    f"« {NO_ROLE} » : non dit.",
                    constraints={"required": True},
                ),
                Column(
                    "role",
                    "Rôle",
                    "Le rôle de l’auteur.",
                    constraints={"required": True},
                ),
                Column(
                    "reponse",
                    "Réponse",
                    f"L’identifiant de l’option, un nombre avec un point, ou « {NSP} » : ne sait pas. Vide : une note seule.",
                ),
                Column("note", "Note", "La note de l’auteur sur la question."),
                Column("preuves", "Preuves", "Liens et documents cités, un par ligne."),
                Column(
                    "empreinte",
                    "Empreinte",
                    "Le début de l’empreinte de la question quand on y a répondu.",
                    constraints={"pattern": "[0-9a-f]{6,64}( [0-9a-f]{6,64})*"},
                ),
                Column("date", "Date", "Jour où le dossier a été mis à jour.", "date"),
            ),
            ("usage_id", "rang"),
        ),
        Table(
            "mesures",
            "Les mesures",
            "Une ligne par mesure ou par cible. Une mesure publiée n’est ni changée ni retirée : une autre la suit.",
            (
                _USE,
                Column(
                    "indicateur_id",
                    "Indicateur",
                    "L’identifiant permanent de l’indicateur.",
                    constraints={"required": True, "enum": list(doctrine.indicators)},
                ),
                _counted("Rang de la mesure parmi celles de l’indicateur."),
                Column("indicateur", "Nom", "Ce qui est mesuré.", constraints={"required": True}),
                Column("date", "Date", "Jour de la mesure.", "date", {"required": True}),
                Column(
                    "genre",
                    "Genre",
                    "« mesure » : ce qui a été mesuré ; « cible » : ce qui est visé.",
                    constraints={"required": True, "enum": ["mesure", "cible"]},
                ),
                Column("groupe", "Groupe", "Le métier ou le lieu mesuré ; vide : l’ensemble."),
                Column("effectif", "Effectif", "De combien de personnes vient la valeur.", "integer", {"minimum": 5}),
                Column("valeur", "Valeur", "La valeur, avec un point ; vide si elle n’est pas publiée.", "number"),
                Column("unite", "Unité", "L’unité de l’indicateur.", constraints={"required": True}),
                Column(
                    "effet",
                    "Effet",
                    "L’avis auquel mène cette valeur ; vide si l’indicateur ne pèse pas.",
                    constraints={"enum": list(doctrine.levels)},
                ),
                Column("source", "Source", "D’où vient la valeur ; vide si elle n’est pas publiée."),
                Column(
                    "motif_non_publication",
                    "Motif",
                    f"Pourquoi la valeur n’est pas publiée : « {WITHHELD} », on saurait qui l’a dite. Elle ne pèse pas non plus.",
                    constraints={"enum": [WITHHELD]},
                ),
            ),
            ("usage_id", "indicateur_id", "rang"),
        ),
        Table(
            "evenements",
            "Les événements",
            "Une ligne par fait daté de la vie d’un usage : ce que le flux annonce.",
            (
                _USE,
                Column(
                    "evenement_id", "Événement", "Ce qui le distingue des autres du même usage.", constraints={"required": True}
                ),
                Column("date", "Date", "Jour du fait.", "date", {"required": True}),
                Column(
                    "genre",
                    "Genre",
                    " ; ".join(f"« {name} » : {label.lower()}" for name, label in KINDS.items()) + ".",
                    constraints={"required": True, "enum": list(KINDS)},
                ),
                Column("texte", "Fait", "Ce qui s’est passé, en une phrase.", constraints={"required": True}),
            ),
            ("usage_id", "evenement_id"),
        ),
    )


def cells_of(use: Use) -> Iterator[str]:
    """What a use says in each column of the first table."""
    return (told(use) for _, told in _register(use.doctrine))


TYPES = {"date": " AAAA-MM-JJ.", "integer": " Un nombre entier.", "number": " Un nombre."}


def published(doctrine: Doctrine) -> dict[str, str]:
    """What each file about the whole register is, by name."""
    return {
        **{f"{table.name}.csv": table.description for table in tables(doctrine)},
        "datapackage.json": "La description des tables, pour les outils (Data Package).",
        "doctrine.json": "La doctrine entière : règles, textes, sources, empreintes.",
        "registre.atom": "Les derniers événements, pour les lecteurs de flux.",
        "registre.zip": "Tous les fichiers de cette liste, en un seul.",
        "catalogue.ttl": "La description pour les portails de données (DCAT-AP 3.0.1) ; la même en catalogue.jsonld.",
        "schemas/CHANGELOG.md": "Les versions des schémas, qui sont dans le même dossier.",
        "SHA256SUMS": "L’empreinte de chaque fichier, sauf de registre.zip, qui contient ses propres empreintes.",
    }


def stamp(text: str) -> Stamp:
    """What a text is, once written."""
    content = text.encode()
    return len(content), sha256(content).hexdigest()


def resource_of(table: Table, size: int, digest: str) -> dict[str, Any]:
    """A table as a resource of a Data Package, in a file of its name: ``size`` octets, whose SHA-256 is ``digest``."""
    return {
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "path": f"{table.name}.csv",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "dialect": {
            "$schema": "https://datapackage.org/profiles/2.0/tabledialect.json",
            "delimiter": ",",
            "lineTerminator": "\r\n",
        },
        "schema": f"schemas/{table.name}.json",
    }


def schema_of(table: Table, *, is_beside_register: bool = True) -> dict[str, Any]:
    """The Table Schema of a table; only in the package of the register may it lead to the table of uses."""
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "version": VERSION,
        "fields": [field_of(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if is_beside_register and "usage_id" in table.key:
        schema["foreignKeys"] = [{"fields": ["usage_id"], "reference": {"resource": "registre", "fields": ["id"]}}]
    return schema


def field_of(column: Column) -> dict[str, Any]:
    """A column as a Table Schema says it."""
    found = {"name": column.name, "title": column.title, "description": column.description, "type": column.type}
    return {**found, "constraints": dict(column.constraints)} if column.constraints else found


VERSION = "1.0.0"
CHANGES = ((VERSION, "2026-11-25", ("Première version : quatre tables, un schéma par usage, un profil d’inventaire.",)),)
