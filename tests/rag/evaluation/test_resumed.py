"""A stopped evaluation is carried on, over the same index and with the same model only."""

from pathlib import Path

import pytest
from evaluated import RIGHT, indexed_articles, models, one_set, run, value
from fakes import WordEmbedder

from index.errors import InputError
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.cli.evaluate import run_sets
from rag.serving import loading

pytestmark = pytest.mark.usefixtures("steady_weights")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return indexed_articles(tmp_path)


def test_a_stopped_run_is_carried_on(data: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        list(run_sets([one_set(data)], models(*RIGHT[:2], KeyboardInterrupt())))
    (folder,) = (data / "evaluasi").iterdir()
    assert len((folder / "answers.jsonl").read_text().splitlines()) == 2
    assert not (folder / "report.md").exists()
    with (folder / "answers.jsonl").open("a") as out:
        out.write('{"id": "q3", "answer": "terpo')  # the power went
    now, before = run(data, *RIGHT[2:], resume=True)
    assert (now.run.folder, before) == (folder, None)
    assert list(now.records) == ["q1", "q2", "q3", "q4"]
    assert value(now, "answer_contained") == value(now, "abstained_when_unanswerable") == 1.0


def test_a_finished_run_is_shown_again_and_no_question_asked(data: Path) -> None:
    first, _ = run(data, *RIGHT)
    again, _ = run(data, resume=True)
    assert again.run.folder == first.run.folder
    assert again.figures == first.figures


def test_a_stop_in_the_first_set_leaves_the_second_to_be_resumed(data: Path) -> None:
    both = [one_set(data), one_set(data, "search")]
    list(run_sets(both, models(*RIGHT)))
    with pytest.raises(KeyboardInterrupt):
        list(run_sets(both, models(RIGHT[0], KeyboardInterrupt())))
    resumed = list(run_sets(both, models(*RIGHT[1:]), resume=True))
    assert [before is not None for _, before in resumed] == [True, True]
    assert len(list((data / "evaluasi").iterdir())) == 4


def test_a_run_is_not_carried_on_over_another_index_or_model(data: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        list(run_sets([one_set(data)], models(*RIGHT[:2], KeyboardInterrupt())))
    with pytest.raises(InputError, match="Model sudah lain"):
        list(run_sets([one_set(data)], models(*RIGHT[2:], name="lain"), resume=True))
    (tmp_path / "baru.txt").write_text("Artikel baru tentang jalan tol.")
    with Store(data / loading.STORE_FILE) as store:
        Indexer(store, WordEmbedder()).run([tmp_path / "baru.txt"])
    with pytest.raises(InputError, match="Indeks sudah lain"):
        list(run_sets([one_set(data)], models(*RIGHT[2:]), resume=True))
