"""What stands beside the doctrine and the register in a site: pages and files made from data folders."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Beside:
    """What a part of a site brings, by name: pages, as Markdown, and files; by question, the page that helps to answer it."""

    pages: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    fed: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: "Beside") -> "Beside":
        return Beside({**self.pages, **other.pages}, {**self.files, **other.files}, {**self.fed, **other.fed})
