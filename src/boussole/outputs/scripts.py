"""Scripts and styles as they are served: one file a page, without the comments their readers do not need."""

import re

# Our own scripts keep their comments on lines of their own; nothing else is touched, so nothing else can break.
_BLOCK = re.compile(r"^[ \t]*/\*\*?.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_INLINE = re.compile(r"/\*\* @type \{[^\n]*?\} \*/ ?")
_INDENT = re.compile(r"^[ \t]+|[ \t]+$|^\n", re.MULTILINE)


def bundle(*scripts: str) -> str:
    """Several scripts as one, without comments and indentation."""
    return "".join(_INDENT.sub("", _INLINE.sub("", _LINE.sub("", _BLOCK.sub("", script)))) for script in scripts)


def compact(style: str) -> str:
    """A style sheet without comments, line breaks and the spaces around its braces and semicolons."""
    plain = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r" ?([{};]) ?", r"\1", re.sub(r"\s+", " ", plain)).strip() + "\n"
