"""What each key of a file says, in French: the one place where editors, the format reference and the schema find it."""

from collections.abc import Mapping
from dataclasses import dataclass

from boussole import dossier as use
from boussole import model


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a file: its title, what it is for, what each of its keys says, and a YAML example of it."""

    title: str
    plain: str
    keys: Mapping[str, str]
    example: str


_ID = "Identifiant : minuscules sans accent, chiffres et traits d’union. Il apparaît dans les adresses et ne change jamais."
_REFERENCES = "Ce sur quoi on s’appuie : identifiants de sources ou de citations."
_CONFIDENCE = "Confiance qu’on lui accorde : high (élevée), medium (moyenne) ou low (faible)."
_SOURCE = "Identifiant de la source qui le dit."
_BECAUSE = "Pourquoi, en une ou deux phrases."

_OPTION = {
    "label": "Ce que lit la personne qui répond ; sinon l’identifiant, avec une majuscule.",
    "effect": "Niveau de l’échelle auquel mène cette réponse ; sans effet, le meilleur.",
    "because": "Pourquoi cette réponse pèse. Obligatoire dès qu’il y a un effet.",
    "remedy": "Ce qu’il faut faire pour pouvoir répondre autrement. Obligatoire dès qu’il y a un effet.",
    "justify": "true si la réponse demande une note qui la justifie ; false sinon.",
}

_DOCTRINE: dict[type, Part] = {
    model.Doctrine: Part(
        "Source d’une doctrine",
        "Tout ce qui est normatif, en un fichier : l’échelle, les critères, les questions, les cas et les garanties.",
        {
            "doctrine": "Quelle doctrine : son nom, la collectivité, sa version.",
            "scale": "Les avis possibles, du meilleur au plus sévère : de 2 à 16 niveaux.",
            "topics": "Les familles de sources, une page chacune.",
            "sources": "Chaque document cité, avec sa date et le jour où il a été vérifié.",
            "documents": "Les pages de textes officiels : quels chapitres, dans quel ordre.",
            "texts": "Les citations, mot à mot, avec leur source.",
            "roles": "Qui répond aux questions : 100 rôles au plus.",
            "sections": "Le profil de l’usage, la règle commune et les critères, dans l’ordre de lecture.",
            "guarantees": "Les promesses, prouvées sur tous les dossiers possibles.",
            "cases": "Les cas travaillés : réponses, avis attendu, point de bascule.",
            "prohibitions": "Les pratiques interdites par l’article 5 du règlement européen.",
            "high_risk": "Les domaines à haut risque de l’annexe III qui peuvent concerner la collectivité.",
            "glossary": "Les mots expliqués.",
            "timeline": "Les dates.",
            "discrepancies": "Là où les sources se contredisent.",
            "interpretations": "Les choix de lecture, et ce qu’une autre collectivité peut choisir.",
            "unverified": "Ce qui n’a pas pu être vérifié, et n’est donc pas publié comme un fait.",
            "versions": "Chaque édition du fichier, la plus récente d’abord.",
            "retired": "Les identifiants retirés, pourquoi, et ce que deviennent leurs réponses : ils ne servent plus jamais.",
        },
        """\
doctrine:
  id: exemple
  name: Doctrine d’exemple
  authority: Commune d’exemple
  version: "1"
  adopted: 2024-03-28
  notice: Proposition du projet.
scale:
  - {id: favorable, label: Favorable, gravity: sans effet, meaning: Rien ne s’y oppose.}
  - {id: refuse, label: Refusé, gravity: ligne rouge, meaning: Une ligne rouge est franchie.}
roles:
  - {id: metier, label: Agent du métier, plain: La personne qui fait le travail.}
sections:
  - id: droit
    label: Droit
    plain: Ce que la loi demande.
    questions:
      - id: droit.visage
        ask: Reconnaît-il une personne par son visage ?
        why: C’est une donnée sensible.
        asked_of: [metier]
        options:
          oui: {effect: refuse, because: La doctrine l’exclut., remedy: Retirer la fonction.}
          non: {}
""",
    ),
    model.Identity: Part(
        "Identité",
        "Quelle doctrine, de qui, quelle version.",
        {
            "id": _ID,
            "name": "Nom de la doctrine, tel qu’il est publié.",
            "authority": "Nom de la collectivité.",
            "version": 'Version, par exemple "2024.1" : chaque dossier dit sous laquelle il a été évalué.',
            "adopted": "Jour de l’adoption : AAAA-MM-JJ.",
            "notice": "Mention montrée partout où une proposition côtoie des mots officiels.",
        },
        """\
id: nantes
name: Boussole de l’IA
authority: Nantes Métropole
version: "2024.1"
adopted: 2024-03-28
notice: Proposition du projet, ni rédigée ni validée par la collectivité.
""",
    ),
    model.Level: Part(
        "Niveau de l’échelle",
        "Un avis possible. L’ordre compte : du meilleur au plus sévère.",
        {
            "id": _ID,
            "label": "Nom de l’avis.",
            "meaning": "Ce que l’avis veut dire pour l’usage.",
            "gravity": "Comment on appelle une réponse qui y mène : réserve, prérequis, ligne rouge…",
        },
        "{id: suspendu, label: Suspendu, gravity: prérequis, meaning: Une condition préalable n’est pas remplie.}\n",
    ),
    model.Role: Part(
        "Rôle",
        "Qui répond : une fonction, jamais une personne.",
        {"id": _ID, "label": "Nom du rôle.", "plain": "Qui c’est, en une phrase."},
        "{id: dpo, label: Délégué à la protection des données, plain: La personne qui veille aux données personnelles.}\n",
    ),
    model.Version: Part(
        "Version",
        "Une édition de la doctrine, et ce qu’elle change.",
        {
            "version": "Version, comme dans « doctrine ».",
            "date": "Jour de l’édition : AAAA-MM-JJ.",
            "title": "Titre de l’édition.",
            "changes": "Ce qui change : une phrase par changement, ou un bloc quand il faut dire pourquoi.",
        },
        """\
version: "2024.1"
date: 2026-11-22
title: Première édition
changes:
  - Les textes publics sont cités mot à mot.
""",
    ),
    model.Section: Part(
        "Section",
        "Le profil, la règle commune ou un critère.",
        {
            "id": _ID,
            "number": "Numéro du critère, à partir de 1 ; absent pour le profil et la règle commune.",
            "label": "Nom court.",
            "text": "Identifiant de la citation officielle du critère.",
            "plain": "Ce que demande le critère, en une phrase que tout le monde comprend.",
            "indicators": "Ce qui se mesure pour ce critère.",
            "questions": "Les questions, dans l’ordre où elles sont posées.",
        },
        """\
id: sobriete
number: 5
label: Sobriété énergétique
plain: L’outil consomme peu, et on sait combien.
questions:
  - id: sobriete.estimation
    ask: La consommation est-elle estimée ?
    why: Sans estimation, personne ne sait si l’outil est sobre.
    asked_of: [dsi]
    options: {oui: {}, non: {effect: a-retravailler, because: On ne sait rien., remedy: Faire une estimation.}}
""",
    ),
    model.Question: Part(
        "Question",
        "Une question, ses réponses possibles, et la question dont elle peut dépendre.",
        {
            "id": "Identifiant « section.question » : il ne change jamais, même si la question est récrite.",
            "ask": "La question, telle qu’elle est posée.",
            "why": "Pourquoi on la pose, avec un exemple.",
            "when": "Question parente et réponses qui font poser celle-ci : une seule question parente.",
            "asked_of": "Rôles à qui elle est posée.",
            "evidence": "Pièces qui appuient la réponse.",
            "references": _REFERENCES,
            "unit": "Unité d’une réponse chiffrée.",
            "options": "Réponses possibles, par identifiant ; « nsp » se dit partout et ne s’écrit pas ici.",
            "bands": "À la place des options, des tranches de nombres, par identifiant, dans l’ordre croissant.",
        },
        """\
id: droit.aipd
ask: L’analyse d’impact est-elle faite ?
why: Elle est obligatoire quand le risque est élevé.
when: {profil.donnees-personnelles: [oui]}
asked_of: [dpo]
evidence: L’analyse, ou la note de dispense.
references: [rgpd-35]
options:
  oui: {}
  non: {effect: suspendu, because: Le risque n’est pas connu., remedy: Faire l’analyse.}
""",
    ),
    model.Option: Part(
        "Réponse possible",
        "Ce que l’on peut répondre, et ce que cela entraîne.",
        _OPTION,
        "{label: Une dégradation, effect: suspendu, because: Le service devient moins bon., remedy: Renforcer l’accueil.}\n",
    ),
    model.Band: Part(
        "Tranche",
        "Une réponse possible à une question chiffrée : les nombres jusqu’à « max », compris.",
        {
            **_OPTION,
            "min": "Plus petit nombre accepté ; sur la première tranche seulement.",
            "max": "Plus grand nombre de la tranche, compris ; obligatoire sauf sur la dernière.",
        },
        "{label: Un peu plus, max: 9.5, effect: suspendu, because: Elle augmente., remedy: Choisir un outil plus petit.}\n",
    ),
    model.Indicator: Part(
        "Indicateur",
        "Ce qui se mesure, et comment.",
        {
            "id": "Identifiant « section.indicateur ».",
            "name": "Ce qui est mesuré.",
            "unit": "Unité, et par quoi elle est rapportée.",
            "how": "Comment on le mesure.",
            "direction": "Ce qui est bon : up (monter), down (descendre), zero (être nul) ou follow (à suivre).",
            "target": "Cible, s’il y en a une.",
            "goal": "La cible en nombre, dans l’unité.",
            "at": "Quand le mesurer, en mois depuis le début de l’usage.",
            "every": "Combien de mois entre deux mesures.",
            "by_group": "Se mesure par métier, jamais par personne.",
            "when": "Quand on le mesure : before (avant), during (pendant), after (après).",
            "references": _REFERENCES,
            "bands": "Tranches croissantes : ce que la dernière mesure pèse sur l’avis du jour.",
        },
        """\
id: sobriete.energie
name: Énergie par réponse
unit: Wh par réponse
how: La demander au fournisseur, ou la mesurer sur une semaine.
direction: down
when: [before, during]
""",
    ),
    model.Change: Part(
        "Changement",
        "Ce qu’une édition a changé. Une simple phrase suffit quand il n’y a rien à en dire de plus.",
        {
            "what": "Ce qui change, en une phrase.",
            "because": "Pourquoi.",
            "references": "Les textes qui l’ont demandé.",
        },
        """\
what: L’absence d’analyse d’impact suspend l’usage.
because: Elle manquait dans les premiers dossiers relus.
references: [rgpd]
""",
    ),
    model.Retired: Part(
        "Question retirée",
        "Une question qui n’est plus posée. Une simple phrase suffit quand rien ne la remplace.",
        {
            "since": "Version de la doctrine qui la retire.",
            "because": "Pourquoi elle est retirée.",
            "becomes": "Par question qui la remplace : ce que devient chacune de ses réponses.",
        },
        """\
since: "2025.1"
because: Fondue dans une autre question.
becomes:
  droit.securite: {oui: oui, non: non}
""",
    ),
    model.Guarantee: Part(
        "Garantie",
        "Une promesse sur tous les dossiers qui remplissent une hypothèse : elle est prouvée, pas essayée.",
        {
            "id": _ID,
            "claim": "La promesse, telle qu’elle est publiée.",
            "because": _BECAUSE,
            "text": "Identifiant de la citation qui la fait.",
            "premises": "Hypothèses : dans chacune, des questions et leurs réponses.",
            "opinions": "Avis que ces dossiers peuvent obtenir : aucun autre.",
            "reaches": "Avis que l’un de ces dossiers au moins obtient.",
        },
        """\
id: visage-refuse
claim: Reconnaître une personne par son visage est toujours refusé.
because: C’est le premier critère.
premises: [{droit.visage: oui}]
opinions: [refuse]
""",
    ),
    model.Case: Part(
        "Cas travaillé",
        "Un usage inventé, évalué de bout en bout : l’avis annoncé est recalculé à chaque vérification.",
        {
            "id": _ID,
            "title": "L’usage, en quelques mots.",
            "summary": "Ce que fait l’outil, et pour qui.",
            "domain": "Domaine de la collectivité.",
            "answers": "Réponses, par question.",
            "otherwise": "best : chaque autre question posée reçoit sa première réponse sans effet.",
            "notes": "Justifications, par question.",
            "opinion": "Avis que ces réponses donnent.",
            "because": _BECAUSE,
            "turning_point": "Ce qu’il faut changer pour obtenir un autre avis.",
        },
        """\
id: badge
title: Un badge sans contact à l’entrée
summary: Les agents ouvrent la porte avec un badge.
domain: Bâtiments
answers: {droit.visage: non}
opinion: favorable
because: Personne n’est reconnu par son corps.
turning_point: {answers: {droit.visage: oui}, opinion: refuse, because: Le visage remplacerait le badge.}
""",
    ),
    model.TurningPoint: Part(
        "Point de bascule",
        "Les réponses à changer dans un cas, et l’avis obtenu alors.",
        {"answers": "Réponses qui changent, par question.", "opinion": "Avis obtenu alors.", "because": _BECAUSE},
        "{answers: {droit.visage: oui}, opinion: refuse, because: Le visage remplacerait le badge.}\n",
    ),
    model.Topic: Part(
        "Famille de sources",
        "Des sources réunies sur une page.",
        {"id": _ID, "title": "Titre de la page."},
        "{id: rgpd, title: Protection des données}\n",
    ),
    model.Source: Part(
        "Source",
        "Un document sur lequel quelque chose repose.",
        {
            "id": _ID,
            "topic": "Identifiant de la famille où la ranger.",
            "kind": "Nature : official (collectivité), law (loi), guidance (guide), press (presse) ou proposal (proposition).",
            "title": "Titre du document.",
            "citation": "Comment on le cite : auteur, document, date.",
            "summary": "Ce qu’il dit d’utile ici, avec nos mots.",
            "binding": "Portée : obligation, bonne-pratique ou contexte.",
            "date": "Date du document : AAAA, AAAA-MM ou AAAA-MM-JJ.",
            "applies_from": "Jour où il s’applique : AAAA-MM-JJ.",
            "note": "Réserve ou précision.",
            "confidence": _CONFIDENCE,
            "checked_on": "Jour où il a été relu : AAAA-MM-JJ. Une loi relue il y a longtemps est signalée.",
            "url": "Adresse, qui commence par https://.",
        },
        """\
id: rgpd-35
kind: law
title: Analyse d’impact
citation: Règlement (UE) 2016/679, article 35
summary: Une analyse d’impact précède tout traitement à risque élevé.
binding: obligation
confidence: high
checked_on: 2026-11-22
""",
    ),
    model.Document: Part(
        "Page de textes officiels",
        "Des citations réunies sur une page ; les titres et l’ordre sont les nôtres.",
        {
            "id": "Identifiant, qui est aussi l’adresse de la page.",
            "title": "Titre de la page.",
            "plain": "Introduction.",
            "chapters": "Chapitres, dans l’ordre.",
        },
        "{id: doctrine, title: La doctrine, plain: Les mots du conseil., chapters: [{id: principe, title: Le principe}]}\n",
    ),
    model.Chapter: Part(
        "Chapitre",
        "Les citations qui le nomment, sous un titre.",
        {"id": _ID, "title": "Titre du chapitre.", "plain": "Introduction du chapitre."},
        "{id: principe, title: Le principe}\n",
    ),
    model.Quotation: Part(
        "Citation",
        "Des mots officiels, exacts.",
        {
            "id": _ID,
            "chapter": "Identifiant du chapitre où la montrer.",
            "label": "De quoi il s’agit, en quelques mots.",
            "source": "Identifiant de la source citée.",
            "quote": "Les mots, exacts : ni coupés, ni corrigés.",
        },
        "{id: critere-5, chapter: principe, label: Critère 5, source: cp-2024-03-28, quote: Sobriété énergétique}\n",
    ),
    model.Prohibition: Part(
        "Pratique interdite",
        "Une pratique interdite par l’article 5 du règlement européen.",
        {
            "id": _ID,
            "point": "Point de l’article.",
            "practice": "La pratique interdite.",
            "example": "Un exemple dans une collectivité.",
            "applies_from": "Jour où l’interdiction s’applique : AAAA-MM-JJ.",
            "question": "Identifiant de la question qui la cherche.",
            "source": _SOURCE,
            "confidence": _CONFIDENCE,
        },
        """\
id: notation-sociale
point: 5.1.c
practice: Noter les personnes d’après leur comportement
example: Un score d’usager.
applies_from: 2025-02-02
question: biometrie.pratique-interdite
source: ria-5
confidence: high
""",
    ),
    model.HighRisk: Part(
        "Domaine à haut risque",
        "Un domaine de l’annexe III du règlement européen.",
        {
            "id": _ID,
            "point": "Point de l’annexe.",
            "domain": "Le domaine.",
            "examples": "Des exemples dans une collectivité.",
            "source": _SOURCE,
            "confidence": _CONFIDENCE,
        },
        "{id: emploi, point: III.4, domain: Emploi, examples: Trier des candidatures., source: ria-6, confidence: high}\n",
    ),
    model.Term: Part(
        "Mot du glossaire",
        "Un mot, et ce qu’il veut dire ici.",
        {"id": _ID, "term": "Le mot.", "definition": "Ce qu’il veut dire, en mots simples."},
        "{id: aipd, term: AIPD, definition: Analyse d’impact sur la protection des données.}\n",
    ),
    model.Event: Part(
        "Date",
        "Un fait daté.",
        {
            "id": _ID,
            "date": "Date : AAAA, AAAA-MM ou AAAA-MM-JJ.",
            "label": "Le fait, en quelques mots.",
            "event": "Ce qui s’est passé.",
            "sources": "Identifiants des sources qui le disent.",
            "confidence": _CONFIDENCE,
        },
        "{id: adoption, date: 2024-03-28, label: Adoption, event: La doctrine est publique., sources: [cp], confidence: high}\n",
    ),
    model.Discrepancy: Part(
        "Divergence",
        "Un point sur lequel les sources se contredisent.",
        {
            "id": _ID,
            "subject": "Le point.",
            "says": "Ce que dit chaque source.",
            "treatment": "Ce que fait le site de cette divergence.",
        },
        "{id: date, subject: La date, says: [{source: cp, text: Le 28 mars.}], treatment: On garde le communiqué.}\n",
    ),
    model.Saying: Part(
        "Ce que dit une source",
        "Une des versions d’une divergence.",
        {"source": _SOURCE, "text": "Ce qu’elle dit, avec nos mots."},
        "{source: cp, text: Le 28 mars.}\n",
    ),
    model.Interpretation: Part(
        "Choix de lecture",
        "Un choix fait ici, qu’une autre collectivité peut faire autrement.",
        {
            "id": _ID,
            "subject": "De quoi il s’agit.",
            "choice": "Le choix fait ici.",
            "otherwise": "Ce qu’une autre collectivité peut choisir.",
        },
        "{id: seuil, subject: Le seuil, choice: Une hausse suspend l’usage., otherwise: Une réserve.}\n",
    ),
    model.Unverified: Part(
        "Point non vérifié",
        "Ce qui n’est pas publié comme un fait.",
        {"id": _ID, "subject": "De quoi il s’agit.", "state": "Ce que l’on sait, et ce qui manque."},
        "{id: cout, subject: Le coût, state: Aucune source publique ne le donne.}\n",
    ),
}

_DOSSIER: dict[type, Part] = {
    use.Dossier: Part(
        "Dossier d’un usage",
        "Un usage de l’intelligence artificielle : ce qu’il est, qui a répondu quoi, ce que des personnes ont décidé.",
        {
            "id": _ID,
            "title": "L’usage, dans les mots des habitants.",
            "kind": "real pour un usage réel, example pour un usage inventé : il est alors partout montré comme un exemple.",
            "summary": "Ce que fait l’outil, en quelques phrases.",
            "authority": "Collectivité qui porte l’usage.",
            "service": "Service qui porte l’usage.",
            "contact": "Adresse d’une fonction, jamais d’une personne.",
            "status": "Où en est l’usage : etude, experimentation, service, refuse, abandonne ou arrete.",
            "dates": "Les dates de l’usage.",
            "notice": "Ce que le public doit savoir de l’usage.",
            "doctrine": "Doctrine sous laquelle les réponses ont été données.",
            "decision": "Ce que des personnes ont décidé : l’avis ne fait que conseiller.",
            "contributors": "Qui répond, par clé : un rôle et ce qui distingue deux personnes du même rôle.",
            "answers": "Par question : une réponse, plusieurs, un nombre, nsp (je ne sais pas), ou la réponse de chacun.",
            "notes": "Par question : une remarque, ou celle de chacun.",
            "evidence": "Par question : des liens ou des références.",
            "measures": "Par indicateur : des valeurs datées.",
            "conditions": "Ce qu’un avis sous réserves demande, avec un responsable et une échéance.",
            "history": "Ce qui est arrivé à l’usage, du plus ancien au plus récent.",
            "opinions": "Écrit par le programme : l’avis sous chaque version de la doctrine.",
            "aside": "Écrit par le programme : les réponses que la doctrine ne connaît plus, gardées sans effet.",
            "variants": "Écrit par le programme : ce que disaient d’autres dossiers réunis à celui-ci.",
            "seen": "Écrit par le programme : l’empreinte de chaque question quand on y a répondu.",
        },
        """\
id: badge
title: Un badge sans contact à l’entrée
kind: example
status: etude
doctrine: {id: nantes, version: "2024.1"}
answers:
  biometrie.identification: non
""",
    ),
    use.Dates: Part(
        "Dates d’un usage",
        "Chacune peut être inconnue.",
        {
            "opened": "Ouverture du dossier.",
            "started": "Début de l’usage.",
            "updated": "Dernière mise à jour du dossier.",
            "next_review": "Prochaine revue.",
            "ended": "Fin de l’usage.",
        },
        "{opened: 2026-01-15, next_review: 2027-01-15}\n",
    ),
    use.Notice: Part(
        "Notice publique",
        "Les rubriques de l’inventaire français des algorithmes publics ; ce qui manque est montré « non renseigné ».",
        {
            "context": "Contexte de l’usage.",
            "purpose": "À quoi il sert.",
            "place_in_decision": "Place du résultat dans la décision.",
            "automation": "entiere si personne n’intervient, aide sinon.",
            "legal_basis": "Base juridique.",
            "resources": "Moyens : personnes, budget, marché.",
            "decisions_per_year": "Nombre de décisions par an.",
            "scope": "externe s’il concerne les usagers, interne s’il ne concerne que les agents.",
            "public": "Personnes concernées.",
            "data": "Données traitées.",
            "data_source": "D’où viennent les données.",
            "collection": "Comment elles sont recueillies.",
            "algorithm": "regles (règles écrites) ou apprentissage (appris sur des données).",
            "operations": "Ce que fait le calcul.",
            "supplier": "Fournisseur.",
            "model": "Modèle, et sa version.",
            "oversight": "Qui contrôle, et comment.",
            "appeal": "Comment contester.",
            "withheld": "Ce qui n’est pas publié, et pourquoi.",
        },
        "{purpose: Ouvrir les portes., automation: aide, scope: interne, algorithm: regles}\n",
    ),
    use.DoctrineName: Part(
        "Doctrine d’un dossier",
        "Sous quelle doctrine les réponses ont été données.",
        {
            "id": "Identifiant de la doctrine.",
            "version": "Version de la doctrine.",
            "fingerprint": "Empreinte de la doctrine : 64 caractères, que donne le programme.",
        },
        '{id: nantes, version: "2024.1"}\n',
    ),
    use.Decision: Part(
        "Décision",
        "Ce que des personnes ont décidé.",
        {
            "outcome": "Niveau de l’échelle retenu.",
            "by": "Fonction qui décide, jamais un nom.",
            "on": "Jour de la décision : AAAA-MM-JJ.",
            "because": "Pourquoi, surtout si elle s’écarte de l’avis.",
            "opinion": "Écrit par le programme : les avis encore possibles quand la décision a été prise.",
        },
        "{outcome: favorable, by: La direction générale, on: 2026-03-02, because: Rien ne s’y oppose.}\n",
    ),
    use.Contributor: Part(
        "Contributeur",
        "Quelqu’un qui répond : un rôle, jamais un nom.",
        {"role": "Identifiant du rôle.", "label": "Ce qui distingue deux personnes du même rôle : un service, un site."},
        "{role: dpo, label: Pôle Nord}\n",
    ),
    use.Measure: Part(
        "Mesure",
        "Une valeur datée d’un indicateur, dans son unité.",
        {
            "on": "Jour de la mesure : AAAA-MM-JJ.",
            "value": "Valeur.",
            "source": "D’où elle vient.",
            "kind": "mesure, ou cible pour ce qui est visé ; une mesure quand rien n’est dit.",
            "group": "Métier ou lieu mesuré, jamais une personne.",
            "count": "Combien de personnes la valeur résume : à moins de cinq, elle n’est pas publiée.",
        },
        "{on: 2026-03-01, value: 0.4, source: Relevé du fournisseur}\n",
    ),
    use.Condition: Part(
        "Condition",
        "Ce qu’un avis sous réserves demande.",
        {
            "what": "Ce qui est à faire.",
            "owner": "Fonction qui en répond, jamais un nom.",
            "due": "Échéance : AAAA-MM-JJ.",
            "done": "Jour où la condition a été remplie : AAAA-MM-JJ.",
        },
        "{what: Former les agents, owner: La direction des ressources humaines, due: 2026-09-01}\n",
    ),
    use.Happening: Part(
        "Étape",
        "Ce qui est arrivé à un usage, en une phrase.",
        {"on": "Jour : AAAA-MM-JJ.", "what": "Ce qui est arrivé."},
        "{on: 2026-03-02, what: L’expérimentation est ouverte à un second service.}\n",
    ),
    use.Opinion: Part(
        "Avis enregistré",
        "L’avis que donnaient les réponses sous une version de la doctrine.",
        {
            "version": "Version de la doctrine.",
            "fingerprint": "Empreinte de la doctrine.",
            "attainable": "Avis encore possibles ce jour-là.",
            "on": "Jour de l’avis : AAAA-MM-JJ.",
        },
        '{version: "2024.1", attainable: [favorable], on: 2026-03-02}\n',
    ),
}

PARTS: Mapping[type, Part] = _DOCTRINE | _DOSSIER
