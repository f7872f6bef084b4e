"""Gate: the scores on WikiGold and WNUT-17 and the list of the seed article may not fall.

Needs NEWSBEAM_DATA, the folder that holds `entities/*.jsonl` and `seed/wion-niger.txt`.
"""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from schemas.settings import ProcessSettings
from transforms.article.entities import tag_article
from transforms.article.spacy_models import best_model
from transforms.article.tagger import choose, load

DATA = os.environ.get("NEWSBEAM_DATA", "")

pytestmark = [
    pytest.mark.gate,
    pytest.mark.skipif(not DATA, reason="NEWSBEAM_DATA IS NOT SET: THE ENTITY SCORES AND THE SEED ARE NOT CHECKED"),
]

HAS_MD = (best_model("en") or ("",))[0] == "en_core_web_md"
MODELS = [
    pytest.param(
        "en_core_web_md", marks=pytest.mark.skipif(not HAS_MD, reason="NO en_core_web_md: PYTHON IS BELOW 3.12")
    ),
    "en_core_web_sm",
]

#: F1 over PER, ORG and LOC in percent: of the raw model, and the floor after the steps (benchmarks/entities.py).
FLOORS = {
    ("en_core_web_md", "wikigold_en", 1): (55.7, 64.2),
    ("en_core_web_md", "wikigold_en", 12): (55.7, 67.8),
    ("en_core_web_md", "wnut17_en", 1): (26.9, 30.3),
    ("en_core_web_sm", "wikigold_en", 1): (53.1, 61.7),
    ("en_core_web_sm", "wikigold_en", 12): (53.1, 64.8),
    ("en_core_web_sm", "wnut17_en", 1): (25.3, 28.6),
}

SEED = {
    ("Niger", "GPE"): ("NE", 8),
    ("France", "GPE"): ("FR", 6),
    ("Niamey", "GPE"): ("NE", 1),
    ("Mali", "GPE"): ("ML", 1),
    ("Burkina Faso", "GPE"): ("BF", 1),
    ("Paris", "GPE"): ("FR", 2),
    ("Mohamed Bazoum", "PERSON"): ("", 2),
    ("Ali Mahaman Lamine Zeine", "PERSON"): ("", 2),
    ("Sebastien Lecornu", "PERSON"): ("", 1),
    ("AFP", "ORG"): ("", 3),
    ("Sahel", "LOC"): ("", 1),
    ("Africa", "LOC"): ("", 1),
    ("French", "NORP"): ("", 7),
}


@pytest.fixture(scope="module")
def benchmark():
    """The benchmark's own code, so that gate and report count alike."""
    path = Path(__file__).parents[1] / "benchmarks" / "entities.py"
    spec = importlib.util.spec_from_file_location("entities_benchmark", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("model", MODELS)
def test_scores(benchmark, model):
    tagger = load(choose("en", ProcessSettings(tagger=f"spacy:{model}")))
    assert tagger
    remembering = benchmark.Remembering(tagger)
    for name, size in benchmark.SETS:
        steps = dict(benchmark.score(benchmark.read_sentences(Path(DATA), name), size, remembering))
        raw, floor = FLOORS[model, name, size]
        last = list(steps)[-1]
        assert steps["raw"]["all"] == pytest.approx(raw, abs=0.2)
        assert steps[last]["all"] >= floor, f"{model}, {name}, {size} sentences a document"
        assert steps[last]["all"] >= raw + (7 if name == "wikigold_en" else 1)


@pytest.mark.parametrize("model", MODELS)
def test_the_seed_article(model):
    lines = Path(DATA, "seed", "wion-niger.txt").read_text("utf-8").split("\n")
    text = "\n".join(line for line in lines[1:] if line.strip()).rsplit("\n", 3)[0]
    assert text.count("\n") == 12
    tagged = tag_article("", text, "en", ProcessSettings(tagger=f"spacy:{model}"))
    assert all(text[mention.start : mention.end] == mention.text for mention in tagged.mentions)
    found = {(entity.name, entity.label): (entity.country, entity.count) for entity in tagged.entities}
    assert {key: value for key, value in found.items() if key[1] != "DATE"} == SEED
