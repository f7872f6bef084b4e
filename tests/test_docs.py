"""What the documents say is so: commands parse, targets and names exist, links resolve."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from itertools import groupby
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from newsbeam.cli import parser
from schemas.outcomes import OUTCOMES
from schemas.tables import TABLES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
ACTIONS = ("list", "add", "set", "remove", "check", "export")
COMMANDS = (
    "ingest",
    "stream",
    "feeds",
    "replay",
    "rules",
    "sql",
    "forget",
    "export",
    "maintain",
    "inspect",
    "status",
    "report",
)
RULES = ("list", "add", "test", "forget")

#: Programs that the documents may call and that are not ours.
FOREIGN = {"export", "cat", "cd", "cp", ".", "crontab", "systemctl", "kubectl", "python", "git"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", text)


def shell_lines(name: str) -> list[list[str]]:
    lines = [line for block in blocks(read(name), "sh") for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines]


# ---- generated pages ------------------------------------------------------------------------------------------------


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("width", ["20", "400"])
def test_the_generated_pages_are_fresh(width: str) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "generate_docs.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, env={"COLUMNS": width, "HOME": "/"})
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_stale_page_is_told_in_one_line(
    generator: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(generator, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["generate_docs.py"])
    assert generator.main() == 0
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert generator.main() == 0
    (tmp_path / "docs" / "cli.md").write_text("old\n", encoding="utf-8")
    assert generator.main() == 1
    assert capsys.readouterr().err == "docs/cli.md is stale: run `make docs`\n"


@pytest.mark.parametrize(
    "line", ["", *COMMANDS, *(f"feeds {action}" for action in ACTIONS), *(f"rules {action}" for action in RULES)]
)
def test_every_flag_is_documented(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([*line.split(), "--help"])
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert flags or line in ("feeds", "rules")
    command = line.partition(" ")[0]
    page = read("docs/cli.md")
    section = re.split(r"(?m)^## ", page)[0] + (page.partition(f"\n## {command}\n")[2].partition("\n## ")[0])
    assert {flag for flag in flags if not re.search(rf"`[^`\n]*{flag}[ `]", section)} == set()


def test_every_command_is_documented() -> None:
    (listed,) = re.findall(r"(?m)^  COMMAND\n((?:    \w.*\n)+)", parser().format_help())
    assert tuple(re.findall(r"(?m)^    (\w+)", listed)) == COMMANDS
    assert set(COMMANDS) <= set(re.findall(r"(?m)^## (\w+)$", read("docs/cli.md")))


def test_every_variable_of_the_environment_is_documented() -> None:
    code = read("newsbeam/config.py") + read("lake/keys.py")
    names = set(re.findall(r"""(?:environment\.get|environ\.get|\benv)\(\s*"([A-Z][A-Z0-9_]+)\"""", code))
    assert len(names) > 8
    assert {name for name in names if f"| `{name}` |" not in read("docs/cli.md")} == set()


def test_every_column_and_outcome_is_documented() -> None:
    page = read("docs/tables.md")
    for table, schema in TABLES.items():
        section = page.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        assert re.findall(r"(?m)^\| `(\w+)` \|", section) == [*schema.names, "date"]
    assert re.findall(r"(?m)^\| `(\w+)` \|", page.partition("\n## Outcomes\n")[2]) == list(OUTCOMES)


# ---- commands in code blocks ----------------------------------------------------------------------------------------


def check_command(words: list[str]) -> None:
    """Assert that one line of a shell block can be run; what it prints may go to a file."""
    words = words[: words.index(">")] if ">" in words else words
    for word in words:
        if re.match(r"(seeds|examples|deploy|scripts|docs)/", word):
            assert (ROOT / word).exists(), word
    program, *rest = words
    if program == "newsbeam":
        parser().parse_args(rest[: rest.index("--")] if "--" in rest else rest)
    elif program == "make":
        assert re.search(rf"(?m)^{rest[0]}:", read("Makefile")), rest[0]
    elif program == "docker":
        check_compose(rest)
    else:
        assert program in FOREIGN or program.startswith("scripts/"), f"unknown program {program}"


def check_compose(words: list[str]) -> None:
    """Assert that a `docker compose` line names services that are there, and commands that parse."""
    assert words[0] == "compose"
    services = yaml.safe_load(read("deploy/compose.yaml"))["services"]
    named = [word for word in words[2:] if not word.startswith("-")]
    assert named[0] in services
    if len(named) > 1:
        parser().parse_args(named[1:])


@pytest.mark.parametrize("name", NAMES)
def test_shell_blocks_name_what_exists(name: str) -> None:
    for words in shell_lines(name):
        for is_pipe, part in groupby(words, lambda word: word in ("|", "&")):
            if not is_pipe:
                check_command(list(part))


def test_the_readme_names_the_two_commands() -> None:
    lines = shell_lines("README.md")
    assert ["make", "demo"] in lines
    assert ["make", "test"] in lines


# ---- links and names ------------------------------------------------------------------------------------------------


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield (file, anchor) of each link that leads to a file."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = target.partition("#")
            yield ((page.parent / path).resolve() if path else page), anchor


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", NAMES)
def test_links_resolve(name: str) -> None:
    for path, anchor in links(ROOT / name):
        assert path.exists(), path
        assert path.is_relative_to(ROOT), path
        assert not anchor or anchor in anchors(path), f"{path}#{anchor}"


def test_every_page_is_linked_from_another() -> None:
    linked = {path for page in PAGES for path, _ in links(page) if path != page}
    assert {page for page in PAGES if page not in linked} <= {ROOT / "README.md"}


def defined(path: Path) -> set[str]:
    """Name what a Python file defines at its top."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(target.id for target in targets if isinstance(target, ast.Name))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_names_in_the_code_exist(name: str) -> None:
    for path, member in re.findall(r"`([\w/]+\.py): (\w+)`", read(name)):
        assert member in defined(ROOT / path), f"{path}: {member}"


def test_the_walk_passes_every_room() -> None:
    walk = read("docs/walk.md")
    rooms = re.findall(r"(?m)^from (transforms\.\w+) import (\w+)", read("pipelines/ingest.py"))
    assert len(rooms) > 8
    assert [room for module, room in rooms if f"`{module.replace('.', '/')}.py: {room}`" not in walk] == []


@pytest.mark.parametrize("name", NAMES)
def test_paths_in_the_text_exist(name: str) -> None:
    paths = re.findall(
        r"`((?:schemas|lake|transforms|pipelines|newsbeam|tests|scripts|deploy|examples|seeds)/[\w./-]*)`", read(name)
    )
    assert [path for path in paths if not (ROOT / path).exists()] == []


# ---- decisions, licence ---------------------------------------------------------------------------------------------


def test_decisions_are_numbered_listed_and_whole() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix("# ")
        assert title.startswith(f"{page.name[:4]}. ")
        assert re.findall(r"(?m)^## (.+)$", text) == ["Context", "Decision", "What was measured", "Consequences"]
        assert f"- [{title}]({page.name})\n" in read("docs/decisions/README.md")


def test_the_licence_is_whole() -> None:
    text = read("LICENSE")
    assert "Apache License\n" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in read("pyproject.toml")
