import pytest

from index.errors import (
    DigestMismatch,
    EmbedderMismatch,
    IndexLocked,
    InputError,
    ModelError,
    StoreError,
    TanyaError,
)


def test_message_is_one_line() -> None:
    assert str(InputError("Folder /x tidak ada.\n   Periksa\tejaannya.\n")) == "Folder /x tidak ada. Periksa ejaannya."


@pytest.mark.parametrize(
    ("error", "caught_as"),
    [
        (InputError, TanyaError),
        (StoreError, TanyaError),
        (ModelError, TanyaError),
        (IndexLocked, StoreError),
        (EmbedderMismatch, StoreError),
        (DigestMismatch, ModelError),
    ],
)
def test_tree(error: type[TanyaError], caught_as: type[TanyaError]) -> None:
    with pytest.raises(caught_as, match="pesan"):
        raise error("pesan")


def test_input_is_no_store_error() -> None:
    assert not issubclass(InputError, StoreError | ModelError)
