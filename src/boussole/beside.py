"""What stands beside the doctrine and the register in a site: pages and files made from data folders."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Beside:
    """What a part of a site brings, by name: pages, as Markdown, and files; by question, the page that helps to answer it; by
    worked case, the page of its kind of uses; by name of a territory, the label of what is said of it."""

    pages: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    fed: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: "Beside") -> "Beside":
        both = ((getattr(self, name), getattr(other, name)) for name in ("pages", "files", "fed", "kinds", "places"))
        return Beside(*({**mine, **theirs} for mine, theirs in both))
