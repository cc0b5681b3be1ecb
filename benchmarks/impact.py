"""Times of the impact of a change, side by side in one run: ``python benchmarks/impact.py [DOSSIERS]``.

The same random dossiers, in three forms: read by the ordinary reader and by the short path, then assessed one by one by the
ordinary evaluator and all together. The ordinary way is timed on a sample, since it would take minutes.
"""

import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boussole
from boussole.archive import Reader, find_archives
from boussole.difference import compare
from boussole.dossier import DoctrineName, Dossier, read_dossier
from boussole.filing import write_json, write_yaml
from boussole.impact import Past, as_past, weigh
from boussole.loading import load_text
from boussole.model import Doctrine, Retired

SOURCE = Path(__file__).parent.parent / "src/boussole/doctrines/nantes.yml"
SAMPLE = 500
OLD = boussole.load()


def revised() -> Doctrine:
    """The embedded doctrine after an effect was hardened, a question retired for another, and an option taken away."""
    from dataclasses import replace

    text = SOURCE.read_text(encoding="utf-8").replace("id: droit.aipd\n", "id: droit.analyse-d-impact\n")
    text = text.replace("droit.aipd:", "droit.analyse-d-impact:")
    table = {option: option for option in OLD.questions["droit.aipd"].choices}
    retired = Retired(because="renommée", becomes={"droit.analyse-d-impact": table})
    return replace(load_text(text), retired={"droit.aipd": retired})


def dossiers(count: int, with_people: bool) -> Iterator[Dossier]:
    """Random complete and partial dossiers; one answer in ten is by several people."""
    order = random.Random(1)
    seen = {name: digits[:8] for name, digits in OLD.fingerprints.items()}
    named = DoctrineName(id="nantes", version=OLD.doctrine.version, fingerprint=OLD.fingerprint)
    for rank in range(count):
        answers: dict[str, object] = {}
        for name, question in OLD.questions.items():
            if order.random() < 0.9:
                options = list(question.choices)
                given = order.choice(options)
                people = with_people and order.random() < 0.1
                answers[name] = {"dpo": given, "dsi": order.choice([*options, "nsp"])} if people else given
        yield Dossier(
            id=f"d{rank}", title=f"Usage {rank}", kind="example", status="etude", doctrine=named, answers=answers, seen=seen
        )


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def told(what: str, seconds: float, count: int, target: int) -> None:
    print(f"{what:<62} {seconds / count * 1e6:9.1f} µs each {seconds / count * target:9.2f} s for {target}")


def one_by_one(sample: list[Dossier], new: Doctrine) -> None:
    for dossier in sample:
        text = write_yaml(dossier)
        read_dossier(text, "x.yml", OLD).assess(OLD)
        read_dossier(text, "x.yml", new).migrate(new)[0].assess(new)


def main(count: int) -> None:
    new = revised()
    for with_people in (False, True):
        print(f"\n{count} dossiers, " + ("one answer in ten by two people" if with_people else "one position an answer"))
        pasts: list[Past] = [as_past(dossier, dossier.id) for dossier in dossiers(count, with_people)]
        sample = list(itertools.islice(dossiers(SAMPLE, with_people), SAMPLE))
        for what, target in (("an effect hardened", hardened()), ("a question retired for another", new)):
            difference = compare(OLD, target)
            told(f"assess under both, {what}", timed(lambda d=difference: weigh(d, pasts)), count, count)
        told("  the ordinary way (YAML, read and assess twice)", timed(lambda: one_by_one(sample, new)), SAMPLE, count)
        reading(count, with_people)


def hardened() -> Doctrine:
    from tests.mutation import changed

    return changed(OLD, "droit.aipd", "non", effect="refuse")


def reading(count: int, with_people: bool) -> None:
    """The same dossiers, as one file each and as one a line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "tous.jsonl").open("w", encoding="utf-8") as file:
            for dossier in dossiers(count, with_people):
                file.write(json.dumps(dossier.to_data(), ensure_ascii=False) + "\n")
        told("read one .jsonl", timed(lambda: list(Reader(OLD).read(folder / "tous.jsonl"))), count, count)
        files = min(count, 20_000)
        for suffix, write in ((".yml", write_yaml), (".json", write_json)):
            (folder / suffix).mkdir()
            for dossier in dossiers(files, with_people):
                (folder / suffix / f"{dossier.id}{suffix}").write_text(write(dossier), encoding="utf-8")
            told(f"read {files} {suffix} files", timed(lambda s=suffix: read_folder(folder / s)), files, count)
        paths = find_archives(folder / ".yml")[:SAMPLE]
        told("  the ordinary reader on .yml", timed(lambda: [boussole.load_dossier(path, OLD) for path in paths]), SAMPLE, count)


def read_folder(folder: Path) -> None:
    reader = Reader(OLD)
    for path in find_archives(folder):
        list(reader.read(path))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
