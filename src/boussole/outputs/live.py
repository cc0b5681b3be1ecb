"""What `make serve` shows while the doctrine cannot be read: its faults, above each page of the last site that could be built."""

import re
from html import escape

_OPEN, _CLOSE = "<!--boussole-fault-->", "<!--/boussole-fault-->"
_BANNER = re.compile(f"{_OPEN}.*?{_CLOSE}", re.DOTALL)
_BODY = re.compile("<body[^>]*>")
# In the page itself: the last site may have been built with other styles.
_STYLE = "margin:0;padding:1rem;background:#7a1420;color:#fff;font:1rem/1.5 sans-serif"
_PRE = "margin:.5rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font:.9rem/1.4 monospace;color:#fff;background:none;border:0"


def cover(page: str, told: str) -> str:
    """A page with what is wrong above it, instead of what was wrong before."""
    return _BODY.sub(
        lambda body: body[0] + _banner(told, "Ce site est le dernier qui a pu être construit."), uncover(page), count=1
    )


def uncover(page: str) -> str:
    """A page as it was built."""
    return _BANNER.sub("", page)


def alone(told: str) -> str:
    """A page that only says what is wrong, while there is no site yet."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>La source est à corriger</title>'
    banner = _banner(told, "Aucun site n’a encore pu être construit.")
    return f'<!doctype html>\n<html lang="fr"><head>{head}</head>\n<body>{banner}</body></html>\n'


def _banner(told: str, beneath: str) -> str:
    title = f"<strong>La source est à corriger.</strong> {beneath}"
    return f'{_OPEN}<div role="alert" style="{_STYLE}">{title}<pre style="{_PRE}">{escape(told)}</pre></div>{_CLOSE}'
