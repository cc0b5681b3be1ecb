"""Who asks in a terminal: menus where there is a full one, plain lines everywhere else."""

import os
import shutil
import sys
from io import TextIOWrapper
from typing import Any

import click

from boussole.interview import LineAsker, MenuAsker


def asker_of(is_plain: bool) -> Any:
    """Menus in a full terminal where they are installed; lines everywhere else."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    lines = LineAsker(read=_line, show=click.echo, width=_width)
    is_full = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    if is_plain or not is_full or "NO_COLOR" in os.environ:
        return lines
    try:
        return MenuAsker(click.echo, _width)
    except ModuleNotFoundError:
        return lines


def _width() -> int:
    return shutil.get_terminal_size((88, 24)).columns


def _line(prompt: str) -> str:
    """A line someone types; the prompt is told once, even when lines come from a file."""
    click.echo(prompt, nl=False)
    typed = sys.stdin.readline()
    if not typed:
        raise EOFError
    if not sys.stdin.isatty():
        click.echo(typed, nl=False)
    return typed
