"""The folders of this repository are what gets imported, and nobody imports what he must not."""

import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["build-backend"]["module-name"]
HEAVY = ("apache_beam", "pyarrow", "duckdb", "deltalake", "minio", "lake", "schemas.tables")


def imported_by(code: str) -> set[str]:
    """Run code in a fresh interpreter in another folder; return the names of all modules that it imported."""
    script = f"import sys\n{code}\nprint()\nprint(*sys.modules)"
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(ran.stdout.splitlines()[-1].split())


def command(*arguments: str) -> str:
    """Write code that runs the command line and goes on after it."""
    return f"from newsbeam.cli import main\ntry:\n    main({list(arguments)!r})\nexcept SystemExit:\n    pass"


@pytest.mark.parametrize("name", PACKAGES)
def test_our_folder_is_the_one_that_is_imported(name: str) -> None:
    spec = find_spec(name)
    assert spec
    assert spec.origin
    assert Path(spec.origin) == ROOT / name / "__init__.py"


def test_every_package_is_shipped() -> None:
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks"}
    assert here == set(PACKAGES)


def test_packages_say_nothing_when_they_are_imported() -> None:
    files = [path for name in PACKAGES for path in (ROOT / name).rglob("__init__.py")]
    assert [path for path in files if path.read_text().strip()] == []


def test_no_package_below_tests() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("folder", PACKAGES)
def test_every_folder_of_code_is_a_package(folder: str) -> None:
    folders = {path.parent for path in (ROOT / folder).rglob("*.py")}
    assert [path for path in folders if not (path / "__init__.py").is_file()] == []


def test_the_pure_parts_import_neither_beam_nor_the_lake() -> None:
    modules = {"transforms.article.process", "transforms.pool", "transforms.fetch.feeds"}
    names = imported_by(f"import {', '.join(sorted(modules))}")
    assert modules <= names
    assert names.isdisjoint(HEAVY)


def test_a_warm_worker_imports_neither_beam_nor_the_lake() -> None:
    names = imported_by(
        "from transforms.article.entities import warm_up\n"
        "from schemas.settings import ProcessSettings\n"
        "warm_up(ProcessSettings())"
    )
    assert "spacy" in names
    assert names.isdisjoint(HEAVY)


def test_help_imports_nothing_heavy() -> None:
    names = imported_by(command("--help"))
    assert "newsbeam.cli" in names
    assert names.isdisjoint((*HEAVY, "spacy", "trafilatura"))


def test_sql_does_not_import_beam(tmp_path: Path) -> None:
    names = imported_by(command("--lake", str(tmp_path / "lake"), "sql", "SELECT count(*) FROM articles"))
    assert "duckdb" in names
    assert names.isdisjoint(("apache_beam", "spacy", "trafilatura"))


def test_report_does_not_import_beam(tmp_path: Path) -> None:
    report = str(tmp_path / "report.html")
    names = imported_by(command("--lake", str(tmp_path / "lake"), "-q", "report", "-o", report))
    assert "newsbeam.report.page" in names
    assert names.isdisjoint(("apache_beam", "spacy", "trafilatura"))


def test_inspect_does_not_import_beam(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(
        "The bridge over the river was opened on Monday.\n\nThe mayor spoke of a new time.\n"
    )
    (tmp_path / "settings.toml").write_text('[process]\ntagger = "none"\npool_size = 1\n')
    names = imported_by(command("--config", str(tmp_path / "settings.toml"), "inspect", str(tmp_path / "note.txt")))
    assert "newsbeam.commands.inspect" in names
    assert "apache_beam" not in names
