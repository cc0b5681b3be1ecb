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
from dataclasses import replace
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


def renamed() -> Doctrine:
    """The embedded doctrine after a question was retired for another: the answers of every dossier move."""
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


def hardened() -> Doctrine:
    """The embedded doctrine after one effect was hardened."""
    asked = OLD.questions["droit.aipd"]
    options = {**asked.choices, "non": replace(asked.choices["non"], effect="refuse")}
    sections = [
        replace(section, questions=[replace(each, options=options) if each is asked else each for each in section.questions])
        for section in OLD.sections
    ]
    return replace(OLD, sections=sections)


def timed(act: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """The time on the wall, and that of the processor: on a machine that others use, only the second can be compared."""
    start, busy = time.perf_counter(), time.process_time()
    act(*arguments)
    return time.perf_counter() - start, time.process_time() - busy


def told(what: str, seconds: tuple[float, float], done: int, count: int) -> None:
    wall, busy = (each / done * count for each in seconds)
    print(f"{what:<62} {busy / count * 1e6:8.1f} µs each {busy:8.2f} s of processor, {wall:8.2f} s in all", flush=True)


def one_by_one(sample: list[Dossier], new: Doctrine) -> None:
    for dossier in sample:
        text = write_yaml(dossier)
        read_dossier(text, "x.yml", OLD).assess(OLD)
        read_dossier(text, "x.yml", new).migrate(new)[0].assess(new)


def main(count: int) -> None:
    for with_people in (False, True):
        print(f"\n{count} dossiers, " + ("one answer in ten by two people" if with_people else "one position an answer"))
        pasts: list[Past] = [as_past(dossier, dossier.id) for dossier in dossiers(count, with_people)]
        sample = list(itertools.islice(dossiers(SAMPLE, with_people), SAMPLE))
        for what, new in (("an effect hardened", hardened()), ("a question retired for another", renamed())):
            told(f"assess under both, {what}", timed(weigh, compare(OLD, new), pasts), count, count)
        told("  the ordinary way (YAML, read and assess twice)", timed(one_by_one, sample, hardened()), SAMPLE, count)
        reading(count, with_people)


def reading(count: int, with_people: bool) -> None:
    """The same dossiers, as one file each and as one a line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "tous.jsonl").open("w", encoding="utf-8") as file:
            for dossier in dossiers(count, with_people):
                file.write(json.dumps(dossier.to_data(), ensure_ascii=False) + "\n")
        told("read one .jsonl", timed(read, [folder / "tous.jsonl"]), count, count)
        files = min(count, 20_000)
        for suffix, write in ((".yml", write_yaml), (".json", write_json)):
            (folder / suffix).mkdir()
            for dossier in dossiers(files, with_people):
                (folder / suffix / f"{dossier.id}{suffix}").write_text(write(dossier), encoding="utf-8")
            told(f"read {files} {suffix} files", timed(read, find_archives(folder / suffix)), files, count)
        told("  the ordinary reader on .yml", timed(read_slowly, find_archives(folder / ".yml")[:SAMPLE]), SAMPLE, count)


def read(paths: list[Path]) -> None:
    reader = Reader(OLD)
    for path in paths:
        assert all(isinstance(past, Past) for past in reader.read(path))


def read_slowly(paths: list[Path]) -> None:
    for path in paths:
        boussole.load_dossier(path, OLD)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
