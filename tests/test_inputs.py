"""Inputs and the slices they are cut into."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.inputs import GROWTH, Inputs, resolve


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Write two hundred small files."""
    folder = tmp_path_factory.mktemp("archive")
    for number in range(200):
        (folder / f"{number:03}.txt").write_text(f"Report {number}\n\nNothing new.\n")
    return resolve([str(folder)], [], None)


def test_slices_of_local_documents_double(archive: Inputs) -> None:
    assert [len(work.seeds) for work in archive.slices(10)] == [10, 20, 40, 80, 50]
    assert [len(work.seeds) for work in archive.slices(2)] == [2, 4, 8, *[2 * GROWTH] * 11, 10]
    assert [len(work.seeds) for work in archive.slices(2_000)] == [200]


@settings(max_examples=30, deadline=None)
@given(size=st.integers(1, 300))
def test_slices_hold_every_document_once(archive: Inputs, size: int) -> None:
    cut = [tuple(shard.path for shard in work.seeds) for work in archive.slices(size)]
    assert [path for part in cut for path in part] == [str(path) for path in archive.paths]
    assert all(len(part) <= GROWTH * size for part in cut)
    assert cut == [tuple(shard.path for shard in work.seeds) for work in archive.slices(size)]


def test_slices_of_a_list_of_addresses_do_not_grow(tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text("".join(f"https://example.org/{number}\n" for number in range(100)))
    cut = list(Inputs(urls=urls).slices(10))
    assert len(cut) == 10
    assert all(len(work.lists) == 1 and not work.seeds for work in cut)
