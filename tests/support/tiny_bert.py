"""A BERT of two layers and 16 numbers a token, with made-up weights, in the files of the real one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS = "pasar ikan dibuka pada 2017 pedagang kios desa kopi teh harga naik berapa apa kapan warta media".split()
HIDDEN = 16
CONFIG = {
    "model_type": "bert",
    "hidden_size": HIDDEN,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "hidden_act": "gelu",
    "max_position_embeddings": 320,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "vocab_size": len(WORDS) + 4,
    "pad_token_id": 0,
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
}


def tokenizer() -> Any:
    """Return a tokenizer that knows ``WORDS``, numbered from 4; below are <s>, <pad>, </s> and <unk>."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    known = {word: number for number, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *WORDS])}
    made = Tokenizer(WordLevel(known, unk_token="<unk>"))
    made.normalizer, made.pre_tokenizer = Lowercase(), Whitespace()
    return made


def ids(text: str) -> list[int]:
    """Return the numbers of these words, by hand."""
    return [WORDS.index(word) + 4 if word in WORDS else 3 for word in text.split()]


def model_folder(folder: Path, seed: int = 1) -> Path:
    """Write configuration, tokenizer and the table of word embeddings, as the embedding model's folder has them."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    tokenizer().save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(seed).normal(0, 0.5, (CONFIG["vocab_size"], HIDDEN)).astype(np.float16)
    save_file({"embeddings.word_embeddings.weight": table}, folder / "model.safetensors")
    return folder


def reader_weights(seed: int = 2) -> dict[str, NDArray[np.float32]]:
    """Return made-up weights of a whole reader, by the names that training gives them."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    encoder = BertModel(BertConfig(**CONFIG), add_pooling_layer=False).eval()
    made = {
        f"encoder.{name}": value.numpy()
        for name, value in encoder.state_dict().items()
        if "word_embeddings" not in name and "position_ids" not in name
    }
    random = np.random.default_rng(seed)
    for name, rows in (("pool", HIDDEN), ("judge", 2), ("words", 3), ("affirm", 1)):
        made[f"{name}.weight"] = random.normal(0, 0.5, (rows, HIDDEN)).astype(np.float32)
        made[f"{name}.bias"] = random.normal(0, 0.5, rows).astype(np.float32)
    return made
