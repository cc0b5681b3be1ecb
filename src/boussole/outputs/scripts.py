"""Scripts and styles as they are served: one file a page, without what only their readers need."""

import minify


def bundle(*scripts: str) -> str:
    """Several scripts as one, made small: comments, indentation and the names of their own variables."""
    return _small("application/javascript", "".join(scripts))


def compact(style: str) -> str:
    """A style sheet made small."""
    return _small("text/css", style)


def _small(kind: str, text: str) -> str:
    small: str = minify.string(kind, text)
    return small + "\n"
