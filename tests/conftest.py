"""What several test modules share: the embedded doctrine, the built site, a real browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import boussole

ROOT = Path(__file__).parent.parent
# The processes that tests begin keep what they compile, as they would anywhere else: they start in half the time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker ends alone: builds, then what opens a browser, then all the rest."""
    items.sort(key=lambda item: (item.get_closest_marker("build") is None, item.get_closest_marker("browser") is None))


@pytest.fixture(scope="session")
def doctrine() -> boussole.Doctrine:
    return boussole.load()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site that `make site` built; built here when the tests are run on their own."""
    built = os.environ.get("BOUSSOLE_SITE")
    return Path(built).resolve() if built else build_site(tmp_path_factory.mktemp("site"))


def build_site(folder: Path, *options: str, source: Path = ROOT / "docs") -> Path:
    """Build the site into a folder, as `make site` does."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-c", str(ROOT), *options]
    subprocess.run([*command, "-d", str(folder / "doctrees"), str(source), str(folder / "html")], check=True, cwd=ROOT)
    return folder / "html"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("BOUSSOLE_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        if os.environ.get("CI"):
            pytest.fail("no browser: the pages cannot be checked")
        pytest.skip("no browser found: install chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test on any console message, script error or request that leaves the site."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        opened, complaints = context.new_page(), list[str]()
        opened.on("console", lambda message: complaints.append(f"console: {message.text}"))
        opened.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        opened.on("request", lambda request: complaints.extend([request.url] * (not request.url.startswith("file:"))))
        yield opened
        assert complaints == []
