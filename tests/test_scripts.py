"""The scripts as they are served do what the scripts as they are written do."""

import json
import re
from pathlib import Path

from boussole import Doctrine, assess
from boussole.outputs.scripts import bundle, compact
from boussole.proofs import case_answers
from tests.conftest import ROOT
from tests.test_twin import node

STATIC = ROOT / "src/boussole/static"


def test_what_is_served_is_small_and_keeps_the_names_that_pages_share() -> None:
    script = '// un\n"use strict";\nvar shared = (function () {\n  const longName = "// reste";\n  return longName;\n})();\n'
    served = bundle(script)
    assert "longName" not in served
    assert "un" not in served.replace("function", "")
    assert json.loads(node("-e", f"{served}; console.log(JSON.stringify(shared))")) == "// reste"


def test_the_served_evaluator_gives_the_same_opinions(doctrine: Doctrine, tmp_path: Path) -> None:
    served = tmp_path / "served.js"
    served.write_text(bundle((STATIC / "assessment.js").read_text(encoding="utf-8")), encoding="utf-8")
    dossiers = [case_answers(doctrine, case) for case in doctrine.cases]
    program = f"""const evaluator = require({json.dumps(str(served))});
    const forest = evaluator.compile({json.dumps(doctrine.rules)});
    console.log(JSON.stringify({json.dumps(dossiers)}.map((answers) => evaluator.assess(forest, answers).attainable)))"""
    assert json.loads(node("-e", program)) == [list(assess(doctrine, answers).attainable) for answers in dossiers]


def test_every_script_parses_once_served() -> None:
    for path in STATIC.glob("*.js"):
        node("--check", "-", given=bundle(path.read_text(encoding="utf-8")))


# Words put on a page as they are written, without `fr`; and a plain space where French wants one that does not break.
SHOWN = re.compile(r'(?:textContent = |tell\(byId\("[a-z-]+"\), |make\("[a-z0-9]+", \{[^}]*\}, )"((?:[^"\\]|\\.)*)"')
PLAIN = re.compile(r" [;!?»]| :(?: |$)|« ")


def test_no_script_shows_a_sentence_with_a_space_that_breaks_before_its_sign() -> None:
    found = [
        (path.name, words)
        for path in sorted(STATIC.glob("*.js"))
        for words in SHOWN.findall(path.read_text(encoding="utf-8"))
        if PLAIN.search(words)
    ]
    assert found == []
    assert SHOWN.findall('tell(byId("x"), "Oui : non"); make("p", { className: "y" }, "« a »");') == ["Oui : non", "« a »"]


def test_a_compact_style_sheet_says_the_same() -> None:
    style = '/* un */\nh1, h2 > a { color: red; content: "›" / ""; }\n@media (min-width: 40rem) {\n  p { margin: 0 auto; }\n}\n'
    assert compact(style) == 'h1,h2>a{color:red;content:"›"/""}@media(min-width:40rem){p{margin:0 auto}}\n'
