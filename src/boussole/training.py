"""The training paths, read from one file (``trainings/formation.yml``), and their exercises, corrected by the algebra.

The file names cases, questions and words of a doctrine. Which answer is right, why, and what each other one would need is never
written: it is computed from the case, so a case that changes changes its exercises.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from boussole.assessment import Assessment, Change, assess, climb, read_answers
from boussole.errors import AnswerError, Fault, PathFault, choices, quoted
from boussole.loading import read_file
from boussole.model import NSP, Answers, Case, Doctrine, Id, Question, SectionedId, Term
from boussole.parsing import build, locate
from boussole.positions import read
from boussole.proofs import case_answers, complete_with_best
from boussole.shapes import AtLeast, Matching, Origin, Sized

SOURCE = Path(__file__).parent / "trainings" / "formation.yml"
OWN = "parcours.yml"  # of an authority that writes its own paths, beside its data folders
RESERVED = ("index", "cartes", "couverture", "attestation")  # names of pages that are no path's
OPEN = "a-completer"  # a choice beside the scale: no opinion is settled yet

Page = Annotated[str, Matching(r"[a-z0-9-]+(?:/[a-z0-9-]+)?", "le nom d’une page, par exemple criteres/index")]
Faults = Iterator[PathFault]


@dataclass(frozen=True, kw_only=True, eq=False)
class Quoted:
    """What a source says, word for word."""

    source: Id
    quote: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Exercise:
    """A worked case, perhaps after its turning point or with other ``answers``: what opinion does it obtain? With a ``question``:
    what would one answer to it there?"""

    id: Id
    case: Id
    turned: bool = False
    answers: Answers = field(default_factory=dict)
    question: SectionedId | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """What one must know, pages to read, words to hold, exercises."""

    id: Id
    title: str
    minutes: Annotated[int, AtLeast(1)]
    know: Annotated[list[str], Sized(1)]
    read: list[Page] = field(default_factory=list)
    terms: list[Id] = field(default_factory=list)
    exercises: list[Exercise] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """A path, for some people."""

    id: Id
    title: str
    audience: str
    minutes: Annotated[int, AtLeast(1)]
    steps: Annotated[list[Step], Sized(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Training:
    """All the paths. ``law`` and ``indicator``: what a doctrine says about training, when it has them."""

    notice: str
    citations: dict[Id, str]
    quoted: Quoted
    law: Id
    indicator: SectionedId
    paths: Annotated[list[Track], Sized(1)]
    kind: Literal["proposal"] = "proposal"


@cache
def load_training() -> Training:
    """The paths that come with the program. Raises `SourceError` when their file is not sound."""
    return read_training(SOURCE.read_text(encoding="utf-8"), SOURCE.name)


def read_training(text: str, name: str) -> Training:
    """The paths a YAML text tells; ``name`` stands for the file in messages."""
    return build(read(text, name), Training, _check)


def training_of(source: Path, doctrine: Doctrine) -> Training:
    """The paths of a site: those of its own file when it has one, else those that come with the program.

    Raises `SourceError` when its own file is not sound, or names what its doctrine does not have."""
    path = source / OWN
    if not path.is_file():
        return load_training()
    document = read(read_file(path), str(path))
    return build(document, Training, lambda training: [*_check(training), *check_beside(training, doctrine)])


def _check(training: Training) -> Faults:
    yield from _unique([track.id for track in training.paths], ("paths",))
    yield from _addresses(training)
    for rank, track in enumerate(training.paths):
        path: tuple[str | int, ...] = ("paths", rank)
        yield from _unique([step.id for step in track.steps], (*path, "steps"))
        if track.minutes != (told := sum(step.minutes for step in track.steps)):
            found = f"durée de {track.minutes} minutes, et {told} en additionnant les étapes"
            yield PathFault("valeur-impossible", (*path, "minutes"), found, str(told))
        seen: set[str] = set()
        for place, step in enumerate(track.steps):
            names = [one.id for one in step.exercises]
            yield from _unique(names, (*path, "steps", place, "exercises"), seen)
            seen |= set(names)


def _addresses(training: Training) -> Faults:
    """Each page has a name of its own."""
    taken = [track.id for track in training.paths]
    for rank, track in enumerate(training.paths):
        if track.id in RESERVED:
            told = f"identifiant {quoted(track.id)} : c’est le nom d’une page"
            yield PathFault("identifiant-en-double", ("paths", rank, "id"), told, "un autre nom")
        for place, step in enumerate(track.steps):
            if (name := f"{track.id}-{step.id}") in taken:
                told = f"page {quoted(name)} : une autre étape ou un autre parcours la prend"
                yield PathFault("identifiant-en-double", ("paths", rank, "steps", place, "id"), told, "un autre nom")
            taken.append(name)


def _unique(names: Iterable[str], path: tuple[str | int, ...], before: Iterable[str] = ()) -> Faults:
    seen = set(before)
    for rank, name in enumerate(names):
        if name in seen:
            yield PathFault("identifiant-en-double", (*path, rank, "id"), f"identifiant {quoted(name)} déjà pris", "un autre nom")
        seen.add(name)


# -- beside a doctrine -------------------------------------------------------------------------------------------------------


def check_beside(training: Training, doctrine: Doctrine) -> list[PathFault]:
    """What the paths name and a doctrine does not have: the pages of its site leave it out."""
    return [*_sources(training, doctrine), *(fault for place, step in _steps(training) for fault in _step(step, doctrine, place))]


def placed(faults: list[PathFault]) -> list[Fault]:
    """Faults of the paths that come with the program, at their place in their file."""
    return locate(read(SOURCE.read_text(encoding="utf-8"), SOURCE.name), faults, Origin()) if faults else []


def _sources(training: Training, doctrine: Doctrine) -> Faults:
    known = [source.id for source in doctrine.sources]
    for name, path in ((training.quoted.source, ("quoted", "source")), (training.law, ("law",))):
        if name not in known:
            yield _unknown("source inconnue", name, known, path)
    if training.indicator not in doctrine.indicators:
        yield _unknown("indicateur inconnu", training.indicator, list(doctrine.indicators), ("indicator",))


def _steps(training: Training) -> Iterator[tuple[tuple[str | int, ...], Step]]:
    for rank, track in enumerate(training.paths):
        for place, step in enumerate(track.steps):
            yield ("paths", rank, "steps", place), step


def _step(step: Step, doctrine: Doctrine, path: tuple[str | int, ...]) -> Faults:
    words = [term.id for term in doctrine.glossary]
    for rank, name in enumerate(step.terms):
        if name not in words:
            yield _unknown("mot absent du glossaire", name, words, (*path, "terms", rank))
    for rank, exercise in enumerate(step.exercises):
        yield from _exercise(exercise, doctrine, (*path, "exercises", rank))


def _exercise(exercise: Exercise, doctrine: Doctrine, path: tuple[str | int, ...]) -> Faults:
    cases = [case.id for case in doctrine.cases]
    if exercise.case not in cases:
        yield _unknown("cas inconnu", exercise.case, cases, (*path, "case"))
        return
    _, faults = read_answers(doctrine, exercise.answers)
    yield from (fault.under((*path, "answers")) for fault in faults)
    if exercise.question and exercise.question not in doctrine.questions:
        yield _unknown("question inconnue", exercise.question, list(doctrine.questions), (*path, "question"))
    elif not faults and exercise.question and _held(doctrine, exercise) is None:
        told = f"le cas {quoted(exercise.case)} ne répond pas à {quoted(exercise.question)}"
        yield PathFault("reponse-inconnue", (*path, "question"), told, "une question que ce cas pose, avec une seule réponse")


def _unknown(what: str, name: str, known: list[str], path: tuple[str | int, ...]) -> PathFault:
    return PathFault("identifiant-inconnu", path, f"{what} {quoted(name)}", choices(known), alike=(name, known))


# -- corrected ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A question that explains: its answer ``given``, why it weighs, what would put it right. ``wanted``: nobody knows its
    answer, and it must be known to be one of these options; ``is_sure`` says whether it is asked in any case."""

    question: str
    given: Any
    because: str
    remedy: str = ""
    wanted: tuple[str, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """A possible answer to an exercise. ``why`` says how it stands to the right one:

    - an opinion: ``right``; ``best`` (right, and nothing weighs); ``better`` (``told`` must change or be known first, and
      ``leads`` is what the case would then obtain: this opinion, or better ones that nothing less leads to); ``worse`` (one
      answer of ``told`` would alone lead there); ``open`` (one of those still possible); ``never`` (nothing leads there from
      here);
    - « not yet » when the opinion is settled: ``settled``;
    - an option of a question: ``right`` or ``other``; ``leads`` is then what the case would obtain, from the best.
    """

    id: str
    is_right: bool
    why: Literal["right", "best", "better", "worse", "open", "never", "settled", "other"]
    leads: tuple[str, ...]
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Correction:
    """An exercise under a doctrine: what the case answers, and every choice corrected."""

    doctrine: Doctrine
    exercise: Exercise

    @property
    def case(self) -> Case:
        return self.doctrine.case(self.exercise.case)

    @property
    def question(self) -> Question | None:
        """The question it asks, when it does not ask the opinion."""
        return self.doctrine.questions[self.exercise.question] if self.exercise.question else None

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """What the case answers, its unwritten favourable answers included."""
        return answers_of(self.doctrine, self.exercise)

    @cached_property
    def assessment(self) -> Assessment:
        return assess(self.doctrine, self.answers)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The answers written in the case that are told before one chooses: those that weigh in some way, and are not changed."""
        written = self.case.answers
        return {
            name: written[name]
            for name in self.assessment.asked
            if name in written and name not in self.changed and _weighs(self.doctrine, name)
        }

    @property
    def changed(self) -> Mapping[str, Any]:
        """The answers that are not those of the case as it is published, whether or not they are still asked."""
        return {**(self.case.turning_point.answers if self.exercise.turned else {}), **self.exercise.answers}

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Every choice, in the order of the scale or of the question."""
        if self.question is None:
            return tuple(self._level(name) for name in (*self.doctrine.levels, OPEN))
        return tuple(self._option(self.question, name) for name in (*self.question.choices, NSP))

    @property
    def right(self) -> Choice:
        return next(choice for choice in self.choices if choice.is_right)

    # -- what opinion?

    def _level(self, name: str) -> Choice:
        """One opinion, or none yet, as an answer to « which opinion? »."""
        found = self.assessment.attainable
        if name == OPEN:
            is_open = len(found) > 1
            return Choice(OPEN, is_open, "open" if is_open else "settled", found, self._missing() if is_open else ())
        if name == self.assessment.opinion:
            return Choice(name, True, "right" if self._reasons() else "best", found, self._reasons())
        if name in found:
            return Choice(name, False, "open", found, self._missing())
        ranks = [self.doctrine.levels.index(level) for level in found]
        rank = self.doctrine.levels.index(name)
        if rank < min(ranks) and (way := self._way(name)):
            return Choice(name, False, "better", *way)
        turn = self._turn(name) if rank > max(ranks) else ()
        return Choice(name, False, "worse" if turn else "never", found, turn)

    def _reasons(self) -> tuple[Told, ...]:
        return tuple(Told(one.question, one.option, one.because, one.remedy) for one in self.assessment.reasons)

    def _missing(self) -> tuple[Told, ...]:
        """The questions that settle it; only those that are asked, and the most decisive."""
        names = [name for name in self.assessment.missing if name in self.assessment.asked]
        return tuple(Told(name, NSP, self.doctrine.questions[name].why) for name in names[:_SHOWN])

    def _way(self, target: str) -> tuple[tuple[str, ...], tuple[Told, ...]] | None:
        """What must change, and what must then be known, for ``target`` or better; before it, what is obtained by it all.

        None when no change leads there."""
        changes, levels = self.assessment.changes(target), self.doctrine.levels
        mended = {**self.answers, **{one.question: _mildest(self.doctrine, one) for one in changes if one.alternatives}}
        for answers in (_completed(self.doctrine, self.case, mended), mended):
            after = assess(self.doctrine, answers)
            if levels.index(after.attainable[0]) <= levels.index(target):
                wanted = _to_settle(after, target)
                settled = assess(self.doctrine, {**answers, **wanted})
                told = [Told(one.question, self._given(one.question), one.because, one.remedy) for one in changes]
                told += [self._unknown(name, wanted[name], after) for name in wanted if name in settled.possible]
                return settled.attainable, tuple(told)
        return None

    def _given(self, name: str) -> Any:
        return self.answers.get(name, NSP)

    def _unknown(self, name: str, wanted: tuple[str, ...], after: Assessment) -> Told:
        why, is_sure = self.doctrine.questions[name].why, name in after.asked
        return Told(name, self._given(name), why, wanted=wanted, is_sure=is_sure)

    def _turn(self, target: str) -> tuple[Told, ...]:
        """One answer that would alone lead to a worse opinion: that of the turning point if it does, else the first there is."""
        turning = self.case.turning_point.answers
        for name in sorted(self.assessment.asked, key=lambda name: name not in turning):
            for option, chosen in self.doctrine.questions[name].choices.items():
                if chosen.effect == target and self._if_answered(name, option) == (target,):
                    return (Told(name, option, chosen.because or ""),)
        return ()

    # -- what answer?

    def _option(self, question: Question, name: str) -> Choice:
        right = _held(self.doctrine, self.exercise)
        option = question.choices.get(name)
        told = (Told(question.id, name, option.because or "", option.remedy or ""),) if option and option.effect else ()
        return Choice(name, name == right, "right" if name == right else "other", self._if_answered(question.id, name), told)

    def _if_answered(self, name: str, option: str) -> tuple[str, ...]:
        """What the case would obtain with another answer."""
        return assess(self.doctrine, _completed(self.doctrine, self.case, {**self.answers, name: option})).attainable


_SHOWN = 2  # open questions told at most


def _mildest(doctrine: Doctrine, change: Change) -> str:
    """The option that weighs least among those that allow a change."""
    choices = doctrine.questions[change.question].choices

    def weight(name: str) -> tuple[int, bool]:
        option = choices[name]
        return doctrine.levels.index(option.effect or doctrine.levels[0]), option.justify

    return min(change.alternatives, key=weight)


def _to_settle(found: Assessment, target: str) -> dict[str, tuple[str, ...]]:
    """The open questions that could still lead to worse than ``target``, each with its options that do not have to."""
    forest, good = found.doctrine.forest, (2 << found.doctrine.levels.index(target)) - 1
    _, under = climb(forest, found.held)
    settled = {}
    for name in found.possible:
        place = forest.index[name]
        held = [option for option in range(len(under[place])) if found.held[place] >> option & 1]
        kept = [option for option in held if under[place][option] & good]
        if 0 < len(kept) < len(held):
            settled[name] = tuple(forest.nodes[place].options[option] for option in kept)
    return settled


def correct(doctrine: Doctrine, exercise: Exercise) -> Correction:
    """An exercise, corrected. Raises `AnswerError` when it names what the doctrine does not have."""
    if faults := list(_exercise(exercise, doctrine, ())):
        raise AnswerError(faults)
    return Correction(doctrine, exercise)


def corrections(doctrine: Doctrine, step: Step) -> tuple[Correction, ...]:
    """The exercises of a step that a doctrine can correct."""
    return tuple(Correction(doctrine, one) for one in step.exercises if not list(_exercise(one, doctrine, ())))


def terms_of(doctrine: Doctrine, steps: Iterable[Step]) -> tuple[Term, ...]:
    """The words of some steps that a doctrine defines, each once, in their order."""
    known = {term.id: term for term in doctrine.glossary}
    return tuple(known[name] for name in dict.fromkeys(name for step in steps for name in step.terms) if name in known)


def answers_of(doctrine: Doctrine, exercise: Exercise) -> Mapping[str, Any]:
    """The whole answers of an exercise."""
    case = doctrine.case(exercise.case)
    answers = {**case_answers(doctrine, case, exercise.turned), **exercise.answers}
    return _completed(doctrine, case, answers)


def _completed(doctrine: Doctrine, case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answers, and those that they call for being favourable where the case says so."""
    return complete_with_best(doctrine, answers) if case.otherwise == "best" else answers


def _weighs(doctrine: Doctrine, name: str) -> bool:
    """Whether some answer to a question has an effect."""
    return any(option.effect not in (None, doctrine.levels[0]) for option in doctrine.questions[name].choices.values())


def _held(doctrine: Doctrine, exercise: Exercise) -> str | None:
    """The one option that the case answers to the question of an exercise, or « nsp »; None when it answers no single one."""
    answers = answers_of(doctrine, exercise)
    name = exercise.question or ""
    given = answers.get(name)
    if not isinstance(given, str) or name not in assess(doctrine, answers).asked:
        return None
    return NSP if given == NSP else doctrine.questions[name].option_of(given)
