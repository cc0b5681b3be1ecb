"""What an answer costs in a browser: ``python benchmarks/answers.py``, once the site is built. Medians, in milliseconds."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ANSWERS = 200
# A clock of pages is coarse: what is short is done several times.
AGAIN = 10

# Three people answer in turn, whatever comes: the same answers each time, from an empty dossier to a full one.
GIVE = """
const people = ["dsi", "dpo", "os"];
const given = (rank) => {
  const question = boussoleDoctrine.questions[(rank * 29) % boussoleDoctrine.questions.length];
  const options = question.options.map((option) => option.id).concat("nsp");
  return [question.id, people[rank % 3], options[Math.floor(rank / 3) % options.length]];
};
const median = (times) => times.sort((one, other) => one - other)[Math.floor(times.length / 2)];
"""

ASSESS = """([answers, again]) => {
  %s
  const forest = boussoleAssessment.compile(boussoleDossier.rules(boussoleDoctrine));
  const dossier = boussoleDossier.create(boussoleDoctrine, "essai", "Essai");
  const times = Array.from({length: answers}, (_, rank) => {
    boussoleDossier.answer(boussoleDoctrine, dossier, ...given(rank));
    const before = performance.now();
    for (let time = 0; time < again; time++) {
      boussoleAssessment.assess(forest, dossier.answers);
      boussoleAssessment.disagreements(forest, dossier.answers);
    }
    return (performance.now() - before) / again;
  });
  return median(times);
}"""

# What the pages then show: a dossier that three people filled.
SEED = """answers => {
  %s
  return boussoleKeeping.start(boussoleDoctrine).then((keeper) => {
    keeper.create("Essai");
    keeper.change((dossier) => {
      for (let rank = 0; rank < answers; rank++) boussoleDossier.answer(boussoleDoctrine, dossier, ...given(rank));
    });
  });
}"""

REFRESH = """([answers, isLaidOut]) => {
  %s
  const radios = [...document.querySelectorAll("fieldset:not([hidden]) input[type=radio]")];
  const times = Array.from({length: answers}, (_, rank) => {
    const radio = radios[(rank * 29) %% radios.length];
    radio.checked = true;
    const before = performance.now();
    radio.dispatchEvent(new Event("change", {bubbles: true}));
    if (isLaidOut) document.body.getBoundingClientRect();
    return performance.now() - before;
  });
  return median(times);
}"""


def measure(page: Page, site: Path) -> dict[str, float]:
    """Each measure by its name."""
    page.goto((site / "evaluer/avis.html").as_uri())
    page.wait_for_selector("#resultat:not([hidden])")
    times = {"assess and disagreements": page.evaluate(ASSESS % GIVE, [ANSWERS, AGAIN])}
    page.evaluate(SEED % GIVE, ANSWERS)
    for name, path in (("section page", "evaluer/travail.html"), ("page of all questions", "evaluer/tout.html")):
        for moment, is_laid_out in (("", False), (", laid out", True)):
            page.goto((site / path).as_uri())
            page.wait_for_selector(".boussole-form[data-ready]")
            times[f"{name}{moment}"] = page.evaluate(REFRESH % GIVE, [ANSWERS, is_laid_out])
    return times


def main(site: Path) -> None:
    path = os.environ.get("BOUSSOLE_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        times = measure(browser.new_page(), site.resolve())
        browser.close()
    for name, time in times.items():
        print(f"an answer, {name:<34}{time:6.2f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/site"))
