from pathlib import Path

import pytest

from rag.generation.prefix_cache import PromptStates

TOKENS = [1, 2, 3]


def test_kept_for_the_next_run(tmp_path: Path) -> None:
    PromptStates(tmp_path / "new", "model").keep("here", TOKENS, b"state")
    assert PromptStates(tmp_path / "new", "model").find("here", TOKENS) == b"state"


@pytest.mark.parametrize(
    ("model", "by", "tokens"), [("other", "here", TOKENS), ("model", "there", TOKENS), ("model", "here", [1, 2])]
)
def test_another_model_library_or_prompt_finds_nothing(tmp_path: Path, model: str, by: str, tokens: list[int]) -> None:
    PromptStates(tmp_path, "model").keep("here", TOKENS, b"state")
    assert PromptStates(tmp_path, model).find(by, tokens) is None


@pytest.mark.parametrize(
    "spoil", [lambda old: old[:-1], lambda old: old[:-1] + b"!", lambda old: b"", lambda old: b"x" + old]
)
def test_a_torn_file_is_not_used(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    PromptStates(tmp_path, "model").keep("here", TOKENS, b"state")
    (path,) = tmp_path.iterdir()
    path.write_bytes(spoil(path.read_bytes()))
    assert PromptStates(tmp_path, "model").find("here", TOKENS) is None


def test_a_disk_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for states in (PromptStates(tmp_path / "file", "model"), PromptStates()):
        states.keep("here", TOKENS, b"state")
        assert states.find("here", TOKENS) is None
