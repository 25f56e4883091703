"""The FAISS file beside the store: loaded when it is of the store's generation, else rebuilt from the store."""

from __future__ import annotations

from contextlib import suppress

from index.storage.repository import Store
from index.storage.vectors import VectorIndex

_FILE = "vectors.faiss"


def vector_index(store: Store) -> VectorIndex:
    """Return the vectors of the store as they are now.

    A missing, torn or outdated file is written anew; where that is not possible (a read-only folder, a full disk) the
    index in memory serves all the same.
    """
    path = store.path.with_name(_FILE)
    generation = store.generation
    index = VectorIndex.load(path, generation)
    if index is None:
        # subtle: the generation was read first. Should a writer slip in, the file is a step behind and is made again.
        index = VectorIndex.build(*store.vectors(), generation=generation)
        with suppress(OSError):
            index.save(path)
    return index
