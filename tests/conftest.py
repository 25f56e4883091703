import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from installed import keep_in

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

# Seconds that each file took when it was last run. Of two processes one would wait for the other where the longest
# file comes last. A file that was not run yet is weighed by what it drives.
_LASTED = "tanya/lasted"
_NOT_YET_S = {"models": 60.0, "browser": 40.0}
_lasted: dict[str, float] = {}


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # xdist's own order: the most tests first, however short


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process the same."""
    node.workerinput["lasted"] = node.config.cache.get(_LASTED, {})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest file where several processes share the files."""
    told = getattr(config, "workerinput", None)
    if told is None:
        return
    lasted: dict[str, float] = {}
    for item in items:
        not_yet_s = max((_NOT_YET_S.get(mark.name, 0.0) for mark in item.iter_markers()), default=0.0)
        file = file_of(item.nodeid)
        lasted[file] = told["lasted"].get(file, max(lasted.get(file, 0.0), not_yet_s))
    items.sort(key=lambda item: -lasted[file_of(item.nodeid)])


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _lasted[file_of(report.nodeid)] = _lasted.get(file_of(report.nodeid), 0.0) + report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    cache = getattr(session.config, "cache", None)
    if cache is not None and getattr(session.config.option, "numprocesses", None):
        cache.set(_LASTED, {**cache.get(_LASTED, {}), **_lasted})


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
def prompt_states(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what the real model computes of the part of its prompts that never changes is kept for a whole run.

    Each data folder would have it computed anew, half a minute of reading.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if hasattr(request.config, "workerinput") else own) / "prompt_states"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def real_llm(
    real_settings: Settings, prompt_states: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LlamaChat]:
    data = keep_in(prompt_states, tmp_path_factory.mktemp("real_llm"))
    model = loading.open_llm_here(replace(real_settings, data_dir=data))
    yield model
    model.close()
