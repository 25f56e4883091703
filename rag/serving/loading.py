"""Settings → the parts that work: store, embedder, language model. The only place that picks implementations."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from index.pipeline.embedder import Embedder, SentenceTransformerEmbedder
from index.storage.candidate_index import CandidateIndex, EmbeddedIndex
from index.storage.milvus_index import MilvusIndex
from index.storage.milvus_server import MilvusServer
from index.storage.postgres_server import PostgresServer
from index.storage.repository import Store
from index.storage.shared_truth import SharedTruth
from rag.generation import native_library, proof
from rag.generation.llama import LlamaChat
from rag.generation.prefix_cache import PromptStates
from rag.generation.remote_chat import RemoteChat
from rag.models import memory
from rag.models.registry import EMBEDDER, check_model, locate_embedder, locate_llm
from rag.reading.encoder import TrainedReader
from rag.reading.reading import Reader
from rag.retrieval.retriever import Retriever
from rag.settings import Settings

STORE_FILE = "arsip.sqlite3"
LLM_LOG = Path("log", "model.stderr")  # what the language model's process says when it dies
STATES_FOLDER = "prompt"  # what the language model computed for the constant part of its prompts
_EMBEDDER_BYTES = 1_400 * 1024**2  # PyTorch, the model in float32 and a batch: a peak of 1,354 MB was measured


def open_store(
    settings: Settings, *, create: bool = False, progress: Callable[[int, int], None] = lambda done, total: None
) -> Store:
    """Open the index of the data folder; without ``create``, StoreError where there is none.

    Where PostgreSQL holds the archive it is brought in step first, and made of it where there is none. A server that
    cannot be reached is told in ``store.truth.problem``; what is here is read. ``progress`` is told how far that is.
    """
    path = settings.data_dir / STORE_FILE
    if settings.store is None:
        return Store(path, create=create)
    is_new = not path.is_file()
    if is_new and not create:
        with closing(PostgresServer(settings.store)) as server:
            is_new = server.archive()[1] > 0  # else there is nothing to make it of
    store = Store(path, create=create or is_new)
    try:
        truth = SharedTruth(store, settings.store, progress)
        store.truth = truth
        truth.open()
    except BaseException:
        store.close()
        raise
    return store


def open_embedder(settings: Settings) -> Embedder:
    """Load the embedding model: the user's own if set, else the catalogue's."""
    located = locate_embedder(settings)
    memory.require(_EMBEDDER_BYTES, f"model {located.name}", memory.available_bytes())
    identity = f"{located.name}@{located.digest[:16]}"
    return SentenceTransformerEmbedder(located.path, identity, settings.threads)


def open_reader(settings: Settings) -> Reader:
    """Load the reader, over the catalogue's embedding model, which it needs beside one of the user's own too."""
    check_model(settings.models_dir, EMBEDDER)
    return TrainedReader(settings.models_dir / EMBEDDER.name, settings.threads)


def open_index(settings: Settings, store: Store) -> CandidateIndex:
    """Return what finds the candidates in a store: the engine that is set, else this machine."""
    return MilvusIndex(store, MilvusServer(settings.engine)) if settings.engine else EmbeddedIndex(store)


def open_retriever(settings: Settings, store: Store, embedder: Embedder | None = None) -> Retriever:
    """Return what finds and reads passages in a store."""
    embedder = embedder or open_embedder(settings)
    return Retriever(store, embedder, open_reader(settings), open_index(settings, store))


def open_llm(settings: Settings) -> RemoteChat:
    """Load the language model, once it is proved, in a process of its own: the user's own if set, else the
    catalogue's.

    Where servers compute, that process has the vocabulary alone, and there is nothing here to prove.
    """
    if settings.llm_servers:
        native_library.check(native_library.built(), native_library.processor_features())
    else:
        proof.ensure(settings)
    located = locate_llm(settings)
    wanted = {
        "path": str(located.path.absolute()),
        "name": located.name,
        "threads": settings.threads,
        "states": str((settings.data_dir / STATES_FOLDER).absolute()),
        "states_of": f"{located.name}@{located.digest}",
        "servers": list(settings.llm_servers),
    }
    return RemoteChat(located.name, wanted, log=(settings.data_dir / LLM_LOG).absolute())


def open_llm_here(settings: Settings) -> LlamaChat:
    """Load the same model in this process, to be measured and compared with."""
    located = locate_llm(settings)
    states = PromptStates(settings.data_dir / STATES_FOLDER, f"{located.name}@{located.digest}")
    return LlamaChat(located.path, located.name, settings.threads, states=states)
