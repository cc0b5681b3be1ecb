"""What the columns of the register are called elsewhere: our own reading; "" where a standard has no such field."""

from typing import NamedTuple


class Match(NamedTuple):
    """Columns of the register, and what holds the same thing in each standard."""

    columns: tuple[str, ...]
    dutch: str
    british: str
    european: str
    card: str


STANDARDS = {
    "dutch": "Standard néerlandais 1.0",
    "british": "ATRS britannique 1.1",
    "european": "Annexe VIII du règlement européen",
    "card": "Carte du système 0.1a13",
}
MATCHES = (
    Match(("id",), "source_id, lars", "", "A4", "labels"),
    Match(("Nom de l'algorithme",), "name", "name", "A4", "name"),
    Match(("resume",), "description_short", "description", "A5", "description"),
    Match(("Nom de l'administration concernée",), "organization", "organisation", "C1", "owners.organization"),
    Match(("Direction/service porteur",), "", "team", "", "owners.role"),
    Match(("Contact au sein de l'administration concernée",), "contact_email", "contact_email", "C1", "owners.email"),
    Match(("Finalité de l'algorithme",), "goal", "scope, benefit", "A5", "goal_and_impact"),
    Match(
        ("Comment et quand l'algorithme intervient-il dans la prise de décision ?",),
        "human_intervention",
        "process_integration",
        "A6",
        "technical_design",
    ),
    Match(("statut",), "status", "phase", "A7", "status"),
    Match(("date_debut", "date_fin"), "begin_date, end_date", "", "", "begin_date, end_date"),
    Match(("Date de mise à jour des informations",), "publication_dt", "date_published", "", ""),
    Match(("Public concerné par la décision",), "goal", "", "", "goal_and_impact"),
    Match(("Nombre de décisions administratives prises par an",), "", "frequency_usage", "", ""),
    Match(("Fondements juridiques",), "lawful_basis", "", "", "legal_base"),
    Match(("Données traitées", "Source des données traitées"), "source_data", "source_data", "A6", "used_data"),
    Match(("Mode de collecte des données traitées",), "source_data", "data_collection", "A6", "used_data"),
    Match(("Type d'algorithme", "modele"), "methods_and_models", "model_type", "A4", "technical_design"),
    Match(("fournisseur",), "provider", "external_supplier", "A1", "external_providers"),
    Match(("controle_humain",), "human_intervention", "human_decisions", "", "human_intervention"),
    Match(("recours",), "", "appeals_and_review", "", ""),
    Match(("Ressources connexes",), "url, website", "website", "A13", "references"),
    Match(("motif_non_publication",), "", "", "", ""),
    Match(("avis", "conditions", "decision"), "", "", "", "labels"),
)
# How each state of a use is called elsewhere; no register read so far has a word for what was refused.
STATES = {
    "etude": ("In ontwikkeling", "pre-deployment"),
    "experimentation": ("In ontwikkeling", "private-beta, public-beta, beta-pilot"),
    "service": ("In gebruik", "production"),
    "arrete": ("Buiten gebruik", "retired"),
    "refuse": ("", ""),
    "abandonne": ("", ""),
}
