"""The only writer: atomic, sparing, and careful with what it did not write."""

import os
import stat
import time
from pathlib import Path

import pytest

from boussole.files import MANIFEST, in_pieces, locked, sweep, sync, write


def test_a_file_that_already_says_the_same_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    assert write(path, "é\n")
    before = path.stat().st_mtime_ns
    assert not write(path, "é\n")
    assert path.stat().st_mtime_ns == before
    assert write(path, "è\n")


def test_folders_are_made_and_rights_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.md"
    write(path, "un")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    write(path, "deux")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.md"
    write(path, "ancien")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError("disque plein")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disque plein"):
        write(path, "nouveau")
    assert path.read_text(encoding="utf-8") == "ancien"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.md"]


def pieces(path: Path, *texts: bytes) -> None:
    with in_pieces(path) as file:
        for text in texts:
            file.write(text)


def test_a_file_written_by_pieces_takes_its_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a" / "table.csv"
    pieces(path, b"un\n", b"deux\n")
    assert path.read_bytes() == b"un\ndeux\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    with in_pieces(path) as file:
        file.write(b"trois\n")
        assert path.read_bytes() == b"un\ndeux\n"
    assert path.read_bytes() == b"trois\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["table.csv"]


def test_pieces_that_say_the_same_do_not_touch_the_file(tmp_path: Path) -> None:
    path, piece = tmp_path / "table.csv", b"0123456789\n" * 10_000
    pieces(path, piece, piece)
    os.utime(path, (1, 1))
    pieces(path, piece + piece)
    assert path.stat().st_mtime == 1
    pieces(path, piece, piece[:-1], b"!")
    assert path.stat().st_mtime > 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]


def test_pieces_that_stop_halfway_leave_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    pieces(path, b"ancien")
    with pytest.raises(TypeError):
        pieces(path, b"nouv", None)  # type: ignore[arg-type]
    assert path.read_bytes() == b"ancien"
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]


def test_pieces_never_replace_a_protected_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.csv"
    pieces(path, b"ancien")
    monkeypatch.setattr(os, "access", lambda *asked: False)
    pieces(path, b"ancien")
    with pytest.raises(PermissionError, match="fichier protégé"):
        pieces(path, b"nouveau")
    assert path.read_bytes() == b"ancien"
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]


def test_only_what_was_generated_and_is_no_longer_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a-la-main.md").write_text("à la main", encoding="utf-8")
    assert sync(tmp_path, {"un.md": "1", "cas/deux.md": "2"}).written == ("cas/deux.md", "un.md")
    changes = sync(tmp_path, {"un.md": "1", "trois.md": "3"})
    assert changes.written == ("trois.md",)
    assert changes.removed == ("cas/deux.md",)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [MANIFEST, "a-la-main.md", "trois.md", "un.md"]


def test_a_page_removed_by_hand_is_written_again(tmp_path: Path) -> None:
    sync(tmp_path, {"un.md": "1"})
    (tmp_path / "un.md").unlink()
    assert sync(tmp_path, {"un.md": "1"}).written == ("un.md",)


def test_a_manifest_that_leads_out_of_the_folder_removes_nothing_there(tmp_path: Path) -> None:
    folder, outside = tmp_path / "site", tmp_path / "dehors" / "f.md"
    write(outside, "à garder")
    sync(folder, {"un.md": "1"})
    (folder / MANIFEST).write_bytes(f"un.md\n../dehors/f.md\n{outside}\n".encode() + b"\xff\x00\n")
    assert sync(folder, {"deux.md": "2"}).removed == ("un.md",)
    assert outside.read_text(encoding="utf-8") == "à garder"


def test_a_file_written_by_hand_is_never_written_over(tmp_path: Path) -> None:
    write(tmp_path / "index.md", "ma page")
    with pytest.raises(FileExistsError, match="écrit à la main"):
        sync(tmp_path, {"autre.md": "1", "index.md": "2"})
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["index.md"]
    assert sync(tmp_path, {"index.md": "ma page"}).written == ()


def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    place, link = tmp_path / "partage" / "essai.yml", tmp_path / "essai.yml"
    write(place, "ancien")
    link.symlink_to(place)
    write(link, "nouveau")
    assert link.is_symlink()
    assert place.read_text(encoding="utf-8") == "nouveau"


def test_a_file_that_the_program_names_is_never_written_out_of_its_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "dossier", tmp_path / "dehors"
    outside.mkdir()
    (outside / "a.yml").write_text("à quelqu’un", encoding="utf-8")
    folder.mkdir()
    (folder / "a.yml").symlink_to(outside / "a.yml")
    (folder / "absent.yml").symlink_to(outside / "absent.yml")
    (folder / "sous").symlink_to(outside)
    for name in ("a.yml", "absent.yml", "sous/neuf.yml"):
        with pytest.raises(OSError, match="lien qui sort du dossier"):
            write(folder / name, "neuf", within=folder)
        with pytest.raises(OSError, match=r"lien qui sort du dossier|écrit à la main"):
            sync(folder, {"b.md": "b", name: "neuf"})
    assert sorted(path.name for path in outside.iterdir()) == ["a.yml"]
    assert (outside / "a.yml").read_text(encoding="utf-8") == "à quelqu’un"
    assert not (folder / "b.md").exists()
    (folder / "dedans.yml").symlink_to(folder / "b.yml")
    (tmp_path / "lien").symlink_to(folder)
    assert write(tmp_path / "lien" / "dedans.yml", "neuf", within=tmp_path / "lien")


def test_a_generated_page_never_follows_a_link_out_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "un.md").symlink_to(tmp_path / "dehors.md")
    with pytest.raises(FileExistsError):
        sync(folder, {"un.md": "1"})
    assert not (tmp_path / "dehors.md").exists()


def test_what_the_disk_refuses_is_told_under_the_name_that_was_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.md"

    def refuse(*_: object, **__: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device", str(tmp_path / ".page.md.x7k2"))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(OSError, match="No space") as caught:
        write(path, "nouveau")
    assert (caught.value.errno, caught.value.filename, caught.value.filename2) == (28, str(path), None)


def test_a_file_in_place_of_a_folder_is_told_as_such(tmp_path: Path) -> None:
    write(tmp_path / "fichier", "")
    with pytest.raises(NotADirectoryError):
        write(tmp_path / "fichier" / "page.md", "1")


def test_what_a_killed_write_left_is_swept_by_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "essai.yml"
    old, recent, other = (tmp_path / name for name in (".essai.yml.ab12cd34", ".essai.yml.zz12cd34", ".autre.yml.ab12cd34"))
    for place in (old, recent, other):
        place.write_text("coupé", encoding="utf-8")
    for place in (old, other):
        os.utime(place, (1_000_000_000, 1_000_000_000))
    write(path, "1")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [other.name, recent.name, path.name]


def test_what_killed_writes_left_beside_many_files_is_swept_at_once(tmp_path: Path) -> None:
    ours, other, hidden = (tmp_path / name for name in (".un.html.ab12cd34", ".trois.html.ab12cd34", ".un.html"))
    for place in (ours, other, hidden):
        place.write_text("coupé", encoding="utf-8")
        os.utime(place, (1_000_000_000, 1_000_000_000))
    for name in ("un.html", "deux.html"):
        write(tmp_path / name, "1", is_swept=True)
    assert ours.exists()
    sweep(tmp_path, {"un.html", "deux.html"}, time.time())
    assert {entry.name for entry in tmp_path.iterdir()} == {other.name, hidden.name, "un.html", "deux.html"}


def test_a_file_is_held_by_one_at_a_time_and_what_a_killed_program_left_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "neuf" / "a.yml", tmp_path / "lien.yml"
    link.symlink_to(path)
    monkeypatch.setattr("boussole.files.LONGEST_WAIT", 0)
    with locked(path):
        with pytest.raises(TimeoutError), locked(link):
            pass
        lock = path.parent / ".a.yml.verrou"
        os.utime(lock, (0, 0))
        with locked(link):
            assert lock.stat().st_mtime > 0
    assert list(path.parent.iterdir()) == []
