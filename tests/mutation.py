"""A doctrine with one effect changed."""

from dataclasses import replace

from boussole import Doctrine


def changed(doctrine: Doctrine, question: str, option: str, effect: str) -> Doctrine:
    """The same doctrine, one answer leading to another level."""
    sections = []
    for section in doctrine.sections:
        questions = []
        for asked in section.questions:
            if asked.id != question:
                questions.append(asked)
                continue
            if asked.bands:
                bands = {**asked.bands, option: replace(asked.bands[option], effect=effect)}
                questions.append(replace(asked, bands=bands))
            else:
                options = {**(asked.options or {}), option: replace((asked.options or {})[option], effect=effect)}
                questions.append(replace(asked, options=options))
        sections.append(replace(section, questions=questions))
    return replace(doctrine, sections=sections)
