"""Random whole dossiers: several people, notes, evidence, outcomes of discussions, what other versions left."""

import datetime
from typing import Any

from hypothesis import strategies as st

import boussole
from boussole.dossier import (
    Condition,
    Contributor,
    Dates,
    Decision,
    DoctrineName,
    Dossier,
    Happening,
    Measure,
    Notice,
    Opinion,
    clean,
)
from boussole.model import ACCORD, NO_ROLE, NSP, Doctrine

NANTES = boussole.load()
PEOPLE = {
    "dpo-nord": Contributor(role="dpo", label="Nord"),
    "os-cgt": Contributor(role="os", label="Section « courrier »"),
    "elu": Contributor(role="elu"),
}
WHO = [NO_ROLE, "dpo", "dsi", ACCORD, *PEOPLE]
SOME = ["profil.personnes", "biometrie.identification", "alternative.dependance", "travail.participation", "droit.aipd"]

words = (
    st.sampled_from(["oui", "d’accord : non", "<b>gras</b> </script>", "- tiret\n# dièse", "🙂 \u2028 fin", "'\"\\ \ttab"])
    | st.text(min_size=1, max_size=12).map(lambda text: clean(text).strip())
).filter(bool)
dates = st.dates(datetime.date(2024, 1, 1), datetime.date(2027, 12, 31))


@st.composite
def one_or_by_whom(draw: st.DrawFn, value: st.SearchStrategy[Any]) -> Any:
    given = draw(st.dictionaries(st.sampled_from(WHO), value, min_size=1, max_size=4))
    return given[NO_ROLE] if list(given) == [NO_ROLE] else given


def positions(doctrine: Doctrine, name: str) -> st.SearchStrategy[Any]:
    question = doctrine.questions[name]
    options = ["12", "62,5", "0"] if question.bands else list(question.choices)
    several = st.lists(st.sampled_from(options), min_size=2, max_size=3, unique=True) if len(options) > 1 else st.nothing()
    return st.sampled_from([*options, NSP]) | several


decisions = st.builds(
    Decision,
    outcome=st.sampled_from(NANTES.levels),
    by=words,
    on=dates,
    because=st.none() | words,
    opinion=st.none() | st.lists(st.sampled_from(NANTES.levels), min_size=1, max_size=3, unique=True),
)
opinions = st.builds(
    Opinion,
    version=st.sampled_from(["2023.1", "2024.1"]),
    fingerprint=st.none() | st.sampled_from(["0" * 64, "a" * 64]),
    attainable=st.lists(st.sampled_from(NANTES.levels), min_size=1, max_size=2, unique=True),
    on=dates,
)
measures = st.builds(
    Measure,
    on=dates,
    value=st.sampled_from([0.5, 12.0, 0.00001, 3e9]),
    source=words,
    kind=st.none() | st.sampled_from(["mesure", "cible"]),
    group=st.none() | words,
    count=st.none() | st.integers(0, 12),
)
conditions = st.builds(Condition, what=words, owner=words, due=st.none() | dates, done=st.none() | dates)
happenings = st.builds(Happening, on=dates, what=words)


@st.composite
def gathered(draw: st.DrawFn) -> Dossier:
    """A dossier of the embedded doctrine, as a file may hold it."""
    asked = draw(st.lists(st.sampled_from(SOME), unique=True, max_size=len(SOME)))
    noted = draw(st.lists(st.sampled_from(SOME), unique=True, max_size=2))
    aside: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
        st.sampled_from(["droit.ancienne", "vieille.question"]), one_or_by_whom(words) | st.just({}), max_size=2
    )
    texts = words | st.lists(words, min_size=2, max_size=2, unique=True)
    return Dossier(
        id=draw(st.sampled_from(["essai", "transcription"])),
        title=draw(words),
        kind=draw(st.sampled_from(["real", "example"])),
        summary=draw(st.none() | words),
        service=draw(st.none() | words),
        status=draw(st.sampled_from(["etude", "service"])),
        dates=draw(st.builds(Dates, opened=st.none() | dates)),
        notice=draw(st.builds(Notice, purpose=st.none() | words, decisions_per_year=st.none() | st.integers(0, 99))),
        doctrine=DoctrineName(id="nantes", version="2024.1", fingerprint=draw(st.none() | st.just(NANTES.fingerprint))),
        decision=draw(st.none() | decisions),
        contributors=PEOPLE,
        answers={name: draw(one_or_by_whom(positions(NANTES, name))) for name in asked},
        notes={name: draw(words | one_or_by_whom(texts).filter(lambda note: not isinstance(note, list))) for name in noted},
        evidence={name: draw(st.lists(words, min_size=1, max_size=3)) for name in noted},
        conditions=draw(st.lists(conditions, max_size=2)),
        history=draw(st.lists(happenings, max_size=2)),
        measures={"sobriete.energie-unitaire": draw(st.lists(measures, min_size=1, max_size=2))} if draw(st.booleans()) else {},
        opinions=draw(st.lists(opinions, max_size=2)),
        aside=draw(aside),
        seen={name: draw(st.sampled_from([NANTES.fingerprints[name][:8], "0" * 6])) for name in asked},
    )
