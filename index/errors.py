"""Every error a user can meet. The message is shown as it stands, on one line: what, the value, what to do next.

It does not print or log; the command line and the page decide where a message goes.
"""


class TanyaError(Exception):
    """Root of the tree; ``str(error)`` is one Indonesian line meant for the user.

    >>> str(InputError("Folder '/x' tidak ada.\\nPeriksa ejaannya."))
    "Folder '/x' tidak ada. Periksa ejaannya."
    """

    def __str__(self) -> str:
        return " ".join(super().__str__().split())


class InputError(TanyaError):
    """A path, a line or an option that the user gave cannot be used."""


class StoreError(TanyaError):
    """The index on disk cannot be read or written."""


class IndexLocked(StoreError):
    """Another process is writing this index."""


class StoreAway(StoreError):
    """The PostgreSQL server that holds the archive (``--store``) cannot be reached now."""


class EmbedderMismatch(StoreError):
    """The index holds vectors of another embedding model."""


class EngineError(TanyaError):
    """The engine beside the index (``--engine``) cannot be reached, or does not hold what it should."""


class EngineRefused(EngineError):
    """The engine answers, but not this request; it may have been started anew a moment ago."""


class ModelError(TanyaError):
    """A model is missing, cannot be fetched or cannot be loaded."""


class ModelStopped(ModelError):
    """The model's process ended in the middle of an answer; asking again may well be answered."""


class DigestMismatch(ModelError):
    """A file is not, byte for byte, the file it should be."""
