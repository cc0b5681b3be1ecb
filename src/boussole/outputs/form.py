"""The form that assesses a use: complete HTML that carries its own rule, so that the page cannot disagree with itself."""

from boussole.model import Doctrine
from boussole.templating import render
from boussole.wording import Words


def render_form(doctrine: Doctrine) -> str:
    """The form as an HTML fragment. Readable and fillable without script; ``checklist.js`` makes its opinion live."""
    return render("form.html", doctrine=doctrine, words=Words(doctrine))
