"""Several files as one archive: the same files make the same bytes."""

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_DAY = (1980, 1, 1, 0, 0, 0)  # the first one an archive can say: nobody needs to know when it was made


def pack(made: IO[bytes], files: Mapping[str, str | Path]) -> None:
    """Make an archive of some files, in the order of their names: each is given as text, or read by pieces where it stands."""
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            told, content = zipfile.ZipInfo(name, _DAY), files[name]
            told.compress_type = zipfile.ZIP_DEFLATED
            if isinstance(content, str):
                archive.writestr(told, content)
                continue
            told.file_size = content.stat().st_size  # said beforehand, as it is of a text
            with content.open("rb") as source, archive.open(told, "w") as part:
                shutil.copyfileobj(source, part)
