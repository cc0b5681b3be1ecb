"""The only writer: atomic, and only when the content changes, so that nothing is rebuilt for nothing and nothing is lost.

Links: a file that someone names may be one, and what it leads to is written. A file that the program names, in a folder that
someone names, is never written out of that folder (``within``).
"""

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import IO

MANIFEST = ".boussole-generated"
LONGEST_WAIT, OLDEST_LOCK = 15, 10  # seconds: what a killed program leaves keeps nobody waiting for long
PIECE = 2**16  # bytes read at once of a file too large to be held


@dataclass(frozen=True, slots=True)
class Changes:
    """What a `sync` did: relative names, in order."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def write(path: Path, text: str | bytes, *, within: Path | None = None, is_durable: bool = False, is_swept: bool = False) -> bool:
    """Write a file in one step, unless it already says the same. Returns whether it was written.

    ``within`` is the folder it must be in, links followed. ``is_durable`` waits until the disk holds it: a power cut then loses
    nothing. ``is_swept`` is said by those who write thousands of files in a folder, and call `sweep` once. Raises `OSError` when
    the disk refuses, or when the file is protected; what stood there then still stands."""
    if within is not None:
        refuse_to_leave(within, path)
    asked, path = path, Path(os.path.realpath(path)) if path.is_symlink() else path  # a link stays: what it leads to is written
    content = text.encode() if isinstance(text, str) else text
    mode = _mode_of(path)
    with contextlib.suppress(OSError):
        if mode is not None and path.read_bytes() == content:
            return False
    _refuse_protected(path, mode, asked)
    _make_folder(path.parent)
    with _named(asked):
        _replace(path, content, 0o644 if mode is None else mode, is_durable, is_swept)
    return True


def refuse_to_leave(folder: Path, *paths: Path) -> None:
    """Raises `OSError` when links lead some file of a folder out of it."""
    root = Path(os.path.realpath(folder))
    for path in paths:
        if root not in Path(os.path.realpath(path)).parents:
            raise OSError(errno.EXDEV, "lien qui sort du dossier", str(path))


def write_together(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files in a folder, by relative name: none while a link leads one out of it, or a file stands where a
    folder must."""
    places = {folder / name: text for name, text in texts.items()}
    refuse_to_leave(folder, *places)
    for path in places:
        _make_folder(path.parent)
    for path, text in places.items():
        write(path, text)


@contextlib.contextmanager
def in_pieces(path: Path) -> Iterator[IO[bytes]]:
    """Write by pieces, in one step too, a file that memory should not hold; `sweep` is for the caller to call.

    It takes its place at the end, unless the same already stands there; nothing changes when what writes it fails."""
    asked, path = path, Path(os.path.realpath(path))
    mode = _mode_of(path)
    _make_folder(path.parent)
    with _named(asked):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        if mode is None or not _is_same(path, temporary):
            _refuse_protected(path, mode, asked)
            with _named(asked):
                temporary.chmod(0o644 if mode is None else mode)
                temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes, a piece of each at a time."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        return all(a == b for a, b in zip_longest(_pieces(left), _pieces(right)))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _refuse_protected(path: Path, mode: int | None, asked: Path) -> None:
    """Replacing a file would not ask for the right to write in it."""
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "fichier protégé", str(asked))


@contextlib.contextmanager
def _named(asked: Path) -> Iterator[None]:
    """Tell what the disk refuses under the name that was asked, not under the temporary one, which nobody knows."""
    try:
        yield
    except OSError as error:
        raise (OSError(error.errno, error.strerror, str(asked)) if error.errno else error) from None


def _mode_of(path: Path) -> int | None:
    """The rights on a file; None when nothing is there."""
    return path.stat().st_mode & 0o777 if path.exists() else None


def _make_folder(folder: Path) -> None:
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, "ceci n’est pas un répertoire", os.path.realpath(folder)) from None


def _replace(path: Path, content: bytes, mode: int, is_durable: bool, is_swept: bool) -> None:
    """Write beside the file, then take its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.chmod(mode)
        if not is_swept:
            sweep(path.parent, {path.name}, temporary.stat().st_mtime)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if is_durable:
        _settle(path.parent)


def sweep(folder: Path, names: Collection[str], now: float) -> None:
    """Remove what killed programs left beside some files of a folder; what is being written ``now`` is younger than a minute."""
    recent = now - 60
    with os.scandir(folder) as entries:
        for entry in entries:
            # ``.`` and the name, then what `tempfile` adds: ``.`` and eight characters.
            is_alike = entry.name[:1] == "." and entry.name[-9:-8] == "." and entry.name[1:-9] in names
            with contextlib.suppress(OSError):
                if is_alike and entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < recent:
                    Path(entry.path).unlink()


def _settle(folder: Path) -> None:
    """Have the disk keep the names of a folder; some systems do not let folders be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file for oneself while it is read, changed and written. Raises `TimeoutError` when somebody else keeps it.

    A lock left by a program that was killed is taken over after a while: none of ours holds one as long."""
    path = Path(os.path.realpath(path))  # whatever links lead there
    _make_folder(path.parent)
    lock = path.with_name(f".{path.name}.verrou")
    limit = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            if _age(lock) > OLDEST_LOCK:
                lock.unlink(missing_ok=True)
            elif time.monotonic() > limit:
                raise TimeoutError(errno.EAGAIN, "fichier occupé", str(path)) from None
            time.sleep(0.02)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """How many seconds ago a file was made; none when it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0


def sync(folder: Path, texts: Mapping[str, str], kept: Collection[str] = ()) -> Changes:
    """Make the generated files of a folder be exactly ``texts``, by relative name, but for those ``kept`` as they are.

    A manifest in the folder lists what was generated. Only what it lists is removed, inside the folder; and a file that it
    does not list is never written over: `FileExistsError` says which, and nothing is written. Nor is anything when a link leads
    out of the folder.
    """
    known = listed(folder)
    foreign = [name for name in sorted(texts) if name not in known and _differs(folder / name, texts[name])]
    if foreign:
        raise FileExistsError(errno.EEXIST, "fichier écrit à la main, laissé intact", str(folder / foreign[0]))
    refuse_to_leave(folder, folder / MANIFEST, *(folder / name for name in sorted(texts)))
    stale = [name for name in sorted(known) if name not in texts and name not in kept and (folder / name).is_file()]
    written = [name for name in sorted(texts) if write(folder / name, texts[name])]
    for name in stale:
        (folder / name).unlink()
        with contextlib.suppress(OSError):  # a folder left empty goes too
            (folder / name).parent.rmdir()
    write(folder / MANIFEST, "\n".join(sorted({*texts, *kept})) + "\n")
    return Changes(tuple(written), tuple(stale))


def listed(folder: Path) -> set[str]:
    """What the manifest lists, but for what would lead out of the folder: anyone may have written it."""
    manifest, root = folder / MANIFEST, folder.resolve()
    lines = manifest.read_text(encoding="utf-8", errors="replace").split("\n") if manifest.is_file() else []
    return {name for name in lines if name and "\0" not in name and root in (folder / name).resolve().parents}


def _differs(path: Path, text: str) -> bool:
    """Whether something else stands there; a link that leads nowhere is something too."""
    return os.path.lexists(path) and not (path.is_file() and path.read_bytes() == text.encode())
