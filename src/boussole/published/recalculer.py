"""Retrouve chaque avis publié, à partir des seules données, ou nomme l’usage qui diffère. Dans leur dossier :

python recalculer.py
"""

import csv
import json
from collections import defaultdict
from math import inf


def table(name):
    with open(name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def chosen(options, given):  # l’option répondue, ou la tranche où tombe un nombre ; « nsp » ne choisit rien
    number = float(given) if given.lstrip("-").replace(".", "", 1).isdigit() else inf
    return [o for o in options if o["id"] == given] or [o for o in options if number < inf and number <= o.get("max", inf)][:1]


def worst(parts):  # le pire des avis de chaque partie, de toutes les façons possibles
    return {level for part in parts for level in part if level >= max(map(min, parts))}


def reach(question, held):  # les avis que peuvent donner une question et celles qui en dépendent
    options = held[question["id"]] or question["options"]  # sans réponse, chaque option reste possible
    return set().union(*(worst([{scale.index(o["effect"])}, *below(o["id"], question["id"], held)]) for o in options))


def below(option, parent, held):
    return [reach(q, held) for q in asked[parent] if option in q["when"][parent]]


with open("doctrine.json", encoding="utf-8") as file:
    rules = json.load(file)["rules"]
scale, asked, said, measured = rules["scale"], defaultdict(list), defaultdict(list), defaultdict(dict)
uses, wrong = table("registre.csv"), []
for question in rules["questions"]:
    asked[next(iter(question.get("when", {})), None)].append(question)
for row in table("evaluations.csv"):
    said[row["usage_id"], row["question_id"], row["auteur"] == "accord"].append(row["reponse"])
for row in sorted(table("mesures.csv"), key=lambda row: row["date"]):  # la dernière valeur de chaque groupe compte
    weighed = measured[row["usage_id"]]
    if row["genre"] == "mesure" and row["valeur"]:  # une valeur qui n’est pas publiée ne pèse pas
        band = chosen(rules.get("indicators", {}).get(row["indicateur_id"], []), row["valeur"])
        weighed[row["indicateur_id"], row["groupe"]] = {scale.index(band[0]["effect"]) if band else 0}
named = {use for use, *_ in said} | set(measured)
for use in uses:
    held = {}
    for q in rules["questions"]:  # l’issue de la discussion l’emporte sur les positions de chacun
        settled, positions = (
            [o for given in said[use["id"], q["id"], is_settled] for o in chosen(q["options"], given)]
            for is_settled in (True, False)
        )
        held[q["id"]] = settled or positions
    found = [scale[level] for level in sorted(worst([*(reach(q, held) for q in asked[None]), *measured[use["id"]].values()]))]
    told = f"{' '.join(found)} (avis du jour : {found[0] if len(found) == 1 else ''})"
    published = f"{use['avis_possibles']} (avis du jour : {use['avis']})"
    if told != published:
        wrong.append((use["id"], published, told))
for name in sorted(named - {use["id"] for use in uses}):
    wrong.append((name, "", "des réponses ou des mesures, mais aucune ligne dans registre.csv"))
for name, published, told in wrong:
    print(f"{name} : publié « {published} », retrouvé « {told} »")
print(f"Avis qui diffèrent : {len(wrong)}" if wrong else "Chaque avis publié est retrouvé.")
raise SystemExit(bool(wrong))
