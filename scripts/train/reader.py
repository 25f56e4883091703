"""Trains the reader: multilingual-e5-small reads question and passage together and learns five things.

Is this the passage (relevant), does it answer (answers), which words answer (start, end), which words belong to a list
of answers (inside), does it say yes to a question that wants yes or no (affirms). Word embeddings stay frozen and
shared with the embedder, so that only about 21 million numbers are new.

    scripts/train/reader.py --examples FOLDER --model E5_FOLDER --out FOLDER [--threads N] [--only first]

The same script runs on an accelerator where PyTorch finds one. Seeds are fixed; the report holds the digests of the
data, the curve and the figures on *calibration*.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import time
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from rag.reading.layout import PAD, lay_out


class Reader(nn.Module):
    """The encoder with its heads."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        # "eager": the backward of the fused attention is five times slower on processors.
        self.encoder = AutoModel.from_pretrained(
            folder, attn_implementation="eager", dtype=torch.float32, add_pooling_layer=False, local_files_only=True
        )
        for module in self.encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        hidden = self.encoder.config.hidden_size
        self.pool = nn.Linear(hidden, hidden)
        self.judge = nn.Linear(hidden, 2)  # relevant, answers
        self.words = nn.Linear(hidden, 3)  # start, end, inside
        self.affirm = nn.Linear(hidden, 1)

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return ``(n, 3)`` and ``(n, tokens, 3)`` logits."""
        states = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        whole = torch.tanh(self.pool(states[:, 0]))
        return torch.cat([self.judge(whole), self.affirm(whole)], dim=1), self.words(states)


def encode(tokenizer: Tokenizer, example: dict[str, Any]) -> dict[str, Any]:
    """Return token ids, where the passage begins, and the first and last token of each answer."""
    [layout] = lay_out(tokenizer, example["question"], example["header"], [example["passage"]])
    spans = [span for start, end in example["spans"] if (span := layout.tokens_of(start, end))]
    return {
        "ids": layout.ids,
        "types": layout.types,
        "at": layout.at,
        "spans": spans,
        "answers": bool(spans),
        "relevant": example["relevant"],
        "affirms": example.get("affirms") if spans else None,
        "weight": example["weight"],
        "kind": example["kind"],
    }


def batches(rows: list[dict[str, Any]], tokens: int, rng: random.Random) -> list[list[dict[str, Any]]]:
    """Return batches of about equal lengths, each of at most ``tokens`` with its padding, in random order."""
    order = sorted(rows, key=lambda row: len(row["ids"]) + rng.random() * 6)
    made: list[list[dict[str, Any]]] = [[]]
    for row in order:
        if made[-1] and (len(made[-1]) + 1) * max(len(row["ids"]), len(made[-1][-1]["ids"])) > tokens:
            made.append([])
        made[-1].append(row)
    rng.shuffle(made)
    return made


def collate(rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Return the padded tensors of a batch."""
    length = -(-max(len(row["ids"]) for row in rows) // 8) * 8
    ids = torch.full((len(rows), length), PAD)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    inside, passage = torch.zeros(len(rows), length), torch.zeros(len(rows), length, dtype=torch.bool)
    for n, row in enumerate(rows):
        size = len(row["ids"])
        ids[n, :size] = torch.tensor(row["ids"])
        types[n, :size] = torch.tensor(row["types"])
        mask[n, :size] = 1
        passage[n, row["at"] : size - 1] = True
        for start, end in row["spans"]:
            inside[n, start : end + 1] = 1
    first = [row["spans"][0] if row["spans"] else (0, 0) for row in rows]
    return {
        "ids": ids,
        "types": types,
        "mask": mask,
        "inside": inside,
        "passage": passage,
        "start": torch.tensor([s for s, _ in first]),
        "end": torch.tensor([e for _, e in first]),
        "answers": torch.tensor([float(row["answers"]) for row in rows]),
        "relevant": torch.tensor([float(row["relevant"]) for row in rows]),
        "affirms": torch.tensor([0.5 if row["affirms"] is None else float(row["affirms"]) for row in rows]),
        "weight": torch.tensor([float(row["weight"]) for row in rows]),
    }


def span_logits(words: torch.Tensor, passage: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return start and end logits, ``(n, tokens)``, with everything but the passage and "none" (token 0) closed."""
    open_ = passage.clone()
    open_[:, 0] = True
    closed = torch.finfo(torch.float32).min
    start, end = words[..., 0].float(), words[..., 1].float()
    return start.masked_fill(~open_, closed), end.masked_fill(~open_, closed)


def loss_of(model: Reader, batch: dict[str, torch.Tensor], bfloat16: bool) -> torch.Tensor:
    """Return the loss of a batch."""
    device = batch["ids"].device.type
    with torch.autocast(device, dtype=torch.bfloat16, enabled=bfloat16):
        judged, words = model(batch["ids"], batch["types"], batch["mask"])
    judged, words = judged.float(), words.float()
    start, end = span_logits(words, batch["passage"])
    weight = batch["weight"]
    cross = nn.functional.cross_entropy
    binary = nn.functional.binary_cross_entropy_with_logits
    span = cross(start, batch["start"], reduction="none") + cross(end, batch["end"], reduction="none")
    judge = binary(judged[:, 1], batch["answers"], reduction="none") + 0.5 * binary(
        judged[:, 0], batch["relevant"], reduction="none"
    )
    asked = (batch["affirms"] != 0.5).float()  # of all others nothing is learnt here
    affirm = binary(judged[:, 2], batch["affirms"], reduction="none") * asked
    each = binary(words[..., 2], batch["inside"], reduction="none") * batch["passage"]
    inside = 5 * each.sum(1) / batch["passage"].sum(1).clamp(min=1)
    return ((0.5 * span + judge + 0.5 * inside + affirm) * weight).sum() / weight.sum()


@torch.no_grad()
def measured(model: Reader, rows: list[dict[str, Any]], device: str, bfloat16: bool) -> dict[str, float]:
    """Return AUC of "answers", of "relevant" and of "affirms", and how often the best span of an answer is the very
    one."""
    model.eval()
    answers, relevant, affirms, exact, overlap = [], [], [], [], []
    for group in batches(rows, 6000, random.Random(0)):
        batch = {name: value.to(device) for name, value in collate(group).items()}
        with torch.autocast(device, dtype=torch.bfloat16, enabled=bfloat16):
            judged, words = model(batch["ids"], batch["types"], batch["mask"])
        start, end = span_logits(words.float(), batch["passage"])
        for n, row in enumerate(group):
            answers.append((float(judged[n, 1]), row["answers"]))
            relevant.append((float(judged[n, 0]), row["relevant"]))
            if row["affirms"] is not None:
                affirms.append((float(judged[n, 2]), bool(row["affirms"])))
            if row["answers"]:
                both = start[n, :, None] + end[n, None, :]
                both[0], both[:, 0] = -1e9, -1e9
                both = torch.where(torch.ones_like(both).triu().tril(40).bool(), both, torch.tensor(-1e9))
                best = divmod(int(both.argmax()), both.shape[1])
                exact.append(best == row["spans"][0])
                shared = len(set(range(best[0], best[1] + 1)) & set(range(row["spans"][0][0], row["spans"][0][1] + 1)))
                total = best[1] - best[0] + 1 + row["spans"][0][1] - row["spans"][0][0] + 1
                overlap.append(2 * shared / total)
    model.train()
    mean = lambda values: round(sum(values) / max(1, len(values)), 4)  # noqa: E731
    return {
        "answers_auc": auc(answers),
        "relevant_auc": auc(relevant),
        "affirms_auc": auc(affirms),
        "affirms_right": mean([(score > 0) == truth for score, truth in affirms]),
        "exact": mean(exact),
        "token_f1": mean(overlap),
    }


def auc(scored: list[tuple[float, bool]]) -> float:
    """Return the share of pairs (yes, no) in which yes scores higher, 0 where there are no such pairs.

    >>> auc([(0.9, True), (0.1, False), (0.2, True), (0.3, False)]), auc([(0.9, True)])
    (0.75, 0.0)
    """
    from sklearn.metrics import roc_auc_score

    truths = [truth for _, truth in scored]
    return round(float(roc_auc_score(truths, [score for score, _ in scored])), 4) if len(set(truths)) == 2 else 0.0


def stages(rows: list[dict[str, Any]], news_rounds: int, seed: int) -> list[list[dict[str, Any]]]:
    """Return the groups in the order they are read: translated and encyclopedic ones first, the news last and
    oftener."""
    rng = random.Random(seed)
    squad = [row for row in rows if row["kind"] == "squad_id"]
    natural = [row for row in rows if row["kind"] == "idk_mrc"]
    news = [row for row in rows if row["kind"] not in ("squad_id", "idk_mrc")]
    for group in (squad, natural, news):
        rng.shuffle(group)
    half = len(natural) // 2
    third = len(news) // 3
    return [
        squad + natural[:half] + news[:third],
        natural[half:] + news[third:],
        *([news + natural[: half // 2]] * (news_rounds - 1)),
    ]


def main() -> None:
    """Train, measure on *calibration*, write the weights and the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--final-rate", type=float, default=2e-6)
    parser.add_argument("--batch-tokens", type=int, default=4000)
    parser.add_argument("--news-rounds", type=int, default=2)
    parser.add_argument("--only", choices=["all", "first", "rest", "again"], default="all")
    parser.add_argument("--minutes", type=float, default=1e9, help="the rate falls so that it ends by then")
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    arguments.out.mkdir(parents=True, exist_ok=True)

    tokenizer = Tokenizer.from_file(f"{arguments.model}/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    read = {}
    digests = {}
    for split in ("train", "calibration"):
        content = (arguments.examples / f"{split}.jsonl").read_bytes()
        digests[split] = hashlib.sha256(content).hexdigest()
        rows = [json.loads(line) for line in content.decode("utf-8").splitlines()]
        read[split] = [encode(tokenizer, one) for one in rows]
    sample = random.Random(1).sample(read["calibration"], min(700, len(read["calibration"])))

    model = Reader(arguments.model).to(device)
    if arguments.start_from:
        model.load_state_dict(torch.load(arguments.start_from)["model"], strict=False)
    learnt = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    decayed = [p for name, p in learnt if p.dim() > 1]
    plain = [p for name, p in learnt if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=arguments.rate,
        betas=(0.9, 0.98),
    )
    rng = random.Random(arguments.seed)
    groups = stages(read["train"], arguments.news_rounds, arguments.seed)
    groups = {"all": groups, "first": groups[:1], "rest": groups[1:2], "again": groups[2:]}[arguments.only]
    planned = [batch for group in groups for batch in batches(group, arguments.batch_tokens, rng)]
    total = sum(len(row["ids"]) for batch in planned for row in batch)
    print(json.dumps({"examples": len(read["train"]), "batches": len(planned), "tokens": total}), flush=True)

    began, seen, curve, recent = time.monotonic(), 0, [], []
    for step, group in enumerate(planned):
        minutes = (time.monotonic() - began) / 60
        done = max(seen / total, min(1.0, minutes / arguments.minutes))
        if done >= 1:
            break
        rate = arguments.rate * min(1.0, (step + 1) / 100) * (1 - done) + arguments.final_rate
        for part in optimizer.param_groups:
            part["lr"] = rate
        batch = {name: value.to(device) for name, value in collate(group).items()}
        loss = loss_of(model, batch, True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for _, p in learnt], 1.0, foreach=True)
        optimizer.step()
        optimizer.zero_grad()
        seen += sum(len(row["ids"]) for row in group)
        recent.append(float(loss.detach()))
        if (step + 1) % 50 == 0:
            print(
                json.dumps(
                    {
                        "step": step + 1,
                        "done": round(done, 3),
                        "loss": round(sum(recent) / len(recent), 4),
                        "tokens_s": round(seen / (time.monotonic() - began)),
                    }
                ),
                flush=True,
            )
            recent = []
        if (step + 1) % 400 == 0:
            curve.append({"step": step + 1, "tokens": seen, **measured(model, sample, device, True)})
            print(json.dumps(curve[-1]), flush=True)
            save(model, arguments.out / "checkpoint.pt")
    save(model, arguments.out / "reader.pt")
    final = measured(model, read["calibration"], device, True)
    by_kind = {}
    for kind in sorted({row["kind"] for row in read["calibration"]}):
        rows = [row for row in read["calibration"] if row["kind"] == kind]
        by_kind[kind] = measured(model, rows, device, True)
    report = {
        "data": digests,
        "arguments": {k: str(v) for k, v in vars(arguments).items()},
        "tokens": seen,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "curve": curve,
        "calibration": final,
        "calibration_by_kind": by_kind,
    }
    (arguments.out / "report.json").write_text(json.dumps(report, indent=1), "utf-8")
    print(json.dumps(final), json.dumps(by_kind), flush=True)


def save(model: Reader, path: Path) -> None:
    """Write what was learnt; the frozen word embeddings are the embedder's own."""
    kept = {
        k: v
        for k, v in model.state_dict().items()
        if "word_embeddings" not in k and not math.isnan(float(v.float().sum()))
    }
    torch.save({"model": kept}, path)


if __name__ == "__main__":
    main()
