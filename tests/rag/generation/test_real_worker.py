"""The real model in a process of its own: the same words as in this one, also after it was killed."""

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from installed import keep_in

from index.errors import ModelError, ModelStopped
from rag.generation.decoder import Trace, heard
from rag.generation.llama import LlamaChat
from rag.generation.prompts import NOT_FOUND
from rag.generation.protocol import CONTEXT_TOKENS, ChatModel
from rag.generation.remote_chat import RemoteChat
from rag.query.query import Query
from rag.serving import loading
from rag.settings import Settings

pytestmark = pytest.mark.models
TEXT = "Dinas Perikanan membuka pasar ikan di Sidomulyo. Pasar itu menampung 1.250 pedagang dari enam desa."
QUESTION = "Berapa pedagang yang ditampung pasar ikan?"
PROMPT = [{"role": "user", "content": f"{TEXT}\n{QUESTION} Jawab singkat."}]
LONG = [{"role": "user", "content": "Tulis angka satu sampai seratus dalam huruf."}]


@pytest.fixture(scope="module")
def apart(
    real_settings: Settings, prompt_states: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteChat]:
    settings = replace(real_settings, data_dir=keep_in(prompt_states, tmp_path_factory.mktemp("data")))
    with loading.open_llm(settings) as model:
        yield model


def copied(model: ChatModel) -> tuple[str, Trace]:
    form = Query(QUESTION).answer_form([TEXT])
    assert form is not None
    return heard(model.stream(PROMPT, 12, copy_from=[TEXT], must_hold=form, refusal=NOT_FOUND))


def written(model: ChatModel) -> tuple[str, Trace]:
    return heard(model.stream(LONG, 24, refusal=NOT_FOUND))


def test_the_same_words_and_traces_as_in_this_process(apart: RemoteChat, real_llm: LlamaChat) -> None:
    said, trace = copied(apart)
    assert said.startswith("1.250")
    assert len(trace.words) > 1
    assert (said, trace) == copied(real_llm)
    assert written(apart) == written(real_llm)
    for text in (TEXT, "", "<|im_end|> 日本 😀"):
        assert apart.count_tokens(text) == real_llm.count_tokens(text)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV"])
def test_killed_in_mid_answer_it_comes_back_and_says_the_same(apart: RemoteChat, name: str) -> None:
    before, pid = copied(apart), apart.pid
    assert pid is not None
    pieces = apart.stream(LONG, 200)
    next(pieces)
    os.kill(pid, getattr(signal, name))
    with pytest.raises(ModelStopped, match="berhenti di tengah jawaban"):
        list(pieces)
    assert copied(apart) == before
    assert apart.pid not in (None, pid)


def test_a_prompt_too_long_is_the_same_error(apart: RemoteChat) -> None:
    with pytest.raises(ModelError, match=str(CONTEXT_TOKENS)):
        list(apart.stream([{"role": "user", "content": "kata " * CONTEXT_TOKENS}], 5))


def test_a_file_that_is_no_model_and_too_little_memory_are_the_same_errors(
    real_settings: Settings, tmp_path: Path
) -> None:
    broken = tmp_path / "rusak.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 100)
    settings = replace(real_settings, llm_path=broken, data_dir=tmp_path)
    with pytest.raises(ModelError, match=r"rusak\.gguf tidak dapat dimuat .*; periksa berkas GGUF itu\.$"):
        loading.open_llm(settings)
    huge = tmp_path / "besar.gguf"
    with huge.open("wb") as file:
        file.truncate(2**43)  # takes no room on the disk
    wanted = {"path": str(huge), "name": "besar", "threads": 1, "states": str(tmp_path), "states_of": ""}
    with pytest.raises(ModelError, match=r"^Memori tersisa [\d,]+ MB, model besar perlu 8,79\d,\d+ MB; tutup program"):
        RemoteChat("besar", wanted)


def test_where_servers_compute_the_vocabulary_alone_is_loaded(
    real_settings: Settings, real_llm: LlamaChat, tmp_path: Path
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        settings = replace(real_settings, data_dir=tmp_path, llm_servers=(address,))
        with loading.open_llm(settings) as model:
            model.warm(PROMPT)  # nobody is there, and that is no fault yet
            for text in (TEXT, "<|im_end|> 日本 😀"):
                assert model.count_tokens(text) == real_llm.count_tokens(text)
            with pytest.raises(ModelError, match=r"tidak dapat dipakai: .* tidak berjalan \(sambungan ditolak\)"):
                copied(model)
            status = Path(f"/proc/{model.pid}/status").read_text("ascii")
            (held_kb,) = (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
            assert held_kb < 300_000
