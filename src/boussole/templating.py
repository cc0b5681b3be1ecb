"""Templates: one environment for Markdown pages, one for HTML fragments. Values are text; only templates hold markup."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from boussole.writing import escape, french_date, french_number, french_since, french_time, one_line, plural, typeset


def render(template: str, **values: Any) -> str:
    """A template of the package, rendered; ``.md`` values are escaped by the ``md`` filter, ``.html`` ones always are."""
    return _environment(template.endswith(".html")).get_template(template).render(values)


@cache
def _environment(is_html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("boussole", "templates"),
        autoescape=is_html,  # noqa: S701 - Markdown is escaped value by value, by the filter below
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "md": lambda text: escape(typeset(str(text))),
        "fr": lambda text: one_line(typeset(str(text))),
        "date": french_date,
        "since": french_since,
        "time": french_time,
        "number": french_number,
        "plural": plural,
        "anchor": lambda name: str(name).replace(".", "-"),
    }
    return environment
