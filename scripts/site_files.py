"""A hook of MkDocs: what pages link to outside of docs/ becomes part of the site, so that every link holds.

Files are copied to `repository/` as they are; of a folder a page lists the files.
"""

import posixpath
import re
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = "repository"
_LINK: Final = re.compile(r"(?<=\]\()(?P<target>(?:\.\./)+[^)#\s]*)(?=[)#])")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add every file of the repository that a page links to; raises FileNotFoundError where there is none."""
    pages = [file for file in files if file.is_documentation_page()]
    linked = {target for page in pages for target in _outside(page.src_uri, page.content_string)}
    for target in sorted(linked):
        for name, content in _contents(target):
            files.append(File.generated(config, f"{FOLDER}/{name}", content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead the links of a page to the copies."""
    home = posixpath.dirname(page.file.src_uri)

    def lead(match: re.Match[str]) -> str:
        target = _target(page.file.src_uri, match["target"])
        if target is None:
            return match["target"]
        name = f"{target}/index.md" if (ROOT / target).is_dir() else f"{target}.txt" if _is_page(target) else target
        return posixpath.relpath(f"{FOLDER}/{name}", home or ".")

    return _LINK.sub(lead, markdown)


def _outside(page: str, markdown: str) -> list[str]:
    targets = (_target(page, match["target"]) for match in _LINK.finditer(markdown))
    return [target for target in targets if target is not None]


def _target(page: str, link: str) -> str | None:
    """Return the path in the repository that a link leads to; None when it stays within docs/."""
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), link))
    return None if path == "docs" or path.startswith("docs/") else path


def _is_page(target: str) -> bool:
    """Tell a document in Markdown, whose own links lead out of the site: it is shown as text."""
    return target.endswith(".md")


def _contents(target: str) -> list[tuple[str, bytes | str]]:
    path = ROOT / target
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.is_file())
        listing = "".join(f"- [{file.name}]({file.name})\n" for file in files)
        return [
            (f"{target}/index.md", f"# {target}/\n\n{listing}"),
            *((f"{target}/{f.name}", f.read_bytes()) for f in files),
        ]
    return [(f"{target}.txt" if _is_page(target) else target, path.read_bytes())]
