import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.pipeline.embedder import Embedder
from index.storage.repository import Store
from rag.answering.confidence import ReadWeights
from rag.generation.llama import LlamaChat
from rag.models import registry
from rag.serving import loading
from rag.settings import Settings, go_offline

# Where it is not to be kept, as in a container, each of the hundreds of processes that are started here would compile
# the program anew, and pytest its tests.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data, read in place and never copied."""
    if not (SHARED / "eval").is_dir():
        pytest.skip("the evaluation data do not lie beside this checkout")
    return SHARED


@pytest.fixture
def steady_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """How sure an answer is, by weights that stay as they are: a new fit changes nothing worked out by hand."""
    weights = ReadWeights.load(Path(__file__).parent / "support" / "steady_weights.json")
    monkeypatch.setattr(ReadWeights, "load", classmethod(lambda cls: weights))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty index, open for writing."""
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        yield store


@pytest.fixture(scope="session")
def real_settings() -> Settings:
    go_offline()
    settings = Settings.load()
    if any(registry.missing(settings.models_dir, model) for model in registry.CATALOGUE):
        pytest.skip("the models are not fetched; run scripts/install")
    return settings


@pytest.fixture(scope="session")
def real_embedder(real_settings: Settings) -> Embedder:
    return loading.open_embedder(real_settings)


@pytest.fixture(scope="session")
def real_llm(real_settings: Settings) -> Iterator[LlamaChat]:
    model = loading.open_llm_here(real_settings)
    yield model
    model.close()
