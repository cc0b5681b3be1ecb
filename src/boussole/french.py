"""Click in French: its help and its complaints, which it only says in English."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from boussole.errors import nearest, quoted

WHOLE = 1000  # characters: no summary is cut, since what is left of one would say nothing


class _FrenchHelp(click.Command):
    """Help whose titles and own option are in French."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Emploi : ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands of a group."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        with formatter.section("Options "):
            formatter.write_dl([record for option in options if (record := option.get_help_record(ctx)) is not None])
        if isinstance(self, click.Group):
            with formatter.section("Commandes "):
                names = self.list_commands(ctx)
                found = [(name, command) for name in names if (command := self.get_command(ctx, name))]
                formatter.write_dl([(name, command.get_short_help_str(WHOLE)) for name, command in found])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option, said in French."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "Affiche cette aide et s’arrête."
        return option


class FrenchCommand(_FrenchHelp):
    """A command that helps in French."""


class FrenchGroup(_FrenchHelp, click.Group):
    """A group of commands that helps in French; ``elsewhere`` maps a command to « module:name », read only when asked for."""

    def __init__(self, *arguments: Any, elsewhere: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.elsewhere = dict(elsewhere or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of every command, those elsewhere included."""
        return sorted({*super().list_commands(ctx), *self.elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name, wherever it stands."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.elsewhere[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


class Misuse(click.UsageError):
    """A command that cannot be done as it was asked, told in French."""


def explain(error: click.ClickException) -> str:
    """What click complains of, in French, with the way to the help."""
    context: Any = getattr(error, "ctx", None)
    told = _told(error)
    if context is None:
        return f"boussole : {told}"
    return f"boussole : {told}\n{context.command.get_usage(context)}\nAide : {context.command_path} --help"


def _told(error: click.ClickException) -> str:
    match error:
        case Misuse():
            return error.message
        case NoArgsIsHelpError():
            return "une commande est attendue"
        case click.NoSuchOption():
            return _with(f"option inconnue {quoted(error.option_name)}", nearest(error.option_name, error.possibilities or []))
        case click.MissingParameter():
            return f"il manque {quoted(_typed(error.param, error.ctx) if error.param and error.ctx else 'un argument')}"
        case click.BadParameter(param=click.Parameter(type=click.Choice() | click.IntRange() as kind)):
            return f"valeur inconnue ; attendu : {_accepted(kind)}"
        case click.BadOptionUsage():
            return f"l’option {quoted(error.option_name)} demande une valeur"
        case click.UsageError() if "No such command" in error.message and isinstance(error.ctx, click.Context):
            name = error.message.split("'")[1]
            known = error.ctx.command.list_commands(error.ctx) if isinstance(error.ctx.command, click.Group) else []
            return _with(f"commande inconnue {quoted(name)}", nearest(name, known))
        case click.UsageError() if "extra argument" in error.message:
            return "argument en trop"
        case _:
            return "commande incorrecte"


def _typed(param: click.Parameter, context: click.Context) -> str:
    """What is to be typed for a parameter: an option has its name before its value."""
    value = param.make_metavar(context)
    return f"{max(param.opts, key=len)} {value}" if isinstance(param, click.Option) else value


def _accepted(kind: click.Choice[Any] | click.IntRange) -> str:
    """The values of an option, in words."""
    return ", ".join(map(str, kind.choices)) if isinstance(kind, click.Choice) else f"un nombre entier, au moins {kind.min:g}"


def _with(told: str, advice: str) -> str:
    return f"{told}, {advice}" if advice else told
