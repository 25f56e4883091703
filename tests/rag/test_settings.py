from datetime import date, timedelta
from pathlib import Path

import pytest

from index.errors import InputError
from rag.settings import Settings


def test_the_caller_comes_before_the_environment() -> None:
    environment = {"TANYA_DATA": "/env/data", "TANYA_MODELS": "/env/models"}
    settings = Settings.load(data="/own", environment=environment)
    assert settings.data_dir == Path("/own")
    assert settings.models_dir == Path("/env/models")


def test_defaults_lie_in_the_user_s_data_folder() -> None:
    settings = Settings.load(environment={})
    assert settings.data_dir.parts[-2:] == ("tanya-arsip", "arsip")
    assert settings.models_dir.parts[-2:] == ("tanya-arsip", "models")
    assert settings.llm_path is None


def test_today_is_the_caller_s_else_the_environment_s() -> None:
    environment = {"TANYA_TODAY": "2021-04-10"}
    assert Settings.load(environment=environment).today == date(2021, 4, 10)
    assert Settings.load(today="2020-02-29", environment=environment).today == date(2020, 2, 29)
    assert Settings.load(environment={}).today is None
    with pytest.raises(InputError, match="TANYA_TODAY='kemarin'"):
        Settings.load(environment={"TANYA_TODAY": "kemarin"})


def test_a_relative_folder_is_made_absolute_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = {"TANYA_MODELS": "model", "TANYA_LLM": "a.gguf", "TANYA_EMBEDDER": "encoder"}
    settings = Settings.load(data="arsip", environment=own)
    monkeypatch.chdir("/")
    again = Settings.load(environment=settings.environment())
    for found in (settings, again):
        assert found.data_dir == tmp_path / "arsip"
        assert found.models_dir == tmp_path / "model"
        assert (found.llm_path, found.embedder_path) == (tmp_path / "a.gguf", tmp_path / "encoder")


def test_servers_that_compute() -> None:
    settings = Settings.load(
        environment={"TANYA_LLM": " http://10.0.0.5:8080/ ,https://llm.redaksi.lan,http://[::1]:81"}
    )
    assert settings.llm_servers == ("http://10.0.0.5:8080", "https://llm.redaksi.lan", "http://[::1]:81")
    assert settings.llm_path is None
    assert Settings.load(environment=settings.environment()).llm_servers == settings.llm_servers
    assert Settings.load(environment={}).llm_servers == ()


@pytest.mark.parametrize(
    "value",
    [
        "ftp://10.0.0.5:8080", "http://", "http://:8080", "http://host:eighty", "http://host:99999", "http://host:0",
        "http://host:8080,/models/a.gguf", "http:/host:8080", "http://a b:80", "http://host:80/?q=1", "http://host:80#x",
        "file:///etc/passwd", "http://[::1", "http://redaksi。lan:80",
    ],
)  # fmt: skip
def test_what_is_no_address_is_one_line(value: str) -> None:
    with pytest.raises(InputError, match=r"TANYA_LLM: .* bukan alamat server llama") as found:
        Settings.load(environment={"TANYA_LLM": value})
    assert "\n" not in str(found.value)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(InputError) as found:
        Settings.load(environment={"TANYA_LLM": "http://ana:rahasia@host:8080"})
    assert "rahasia" not in str(found.value)


def test_an_engine_that_searches() -> None:
    environment = {"TANYA_ENGINE": "milvus://10.0.0.7"}
    settings = Settings.load(environment=environment)
    assert settings.engine == "milvus://10.0.0.7:19530"
    assert Settings.load(environment=settings.environment()).engine == settings.engine
    assert Settings.load(engine="milvus://[::1]:19531/", environment=environment).engine == "milvus://[::1]:19531"
    assert Settings.load(environment={}).engine is None


@pytest.mark.parametrize(
    "written",
    [
        "milvus", "milvus://", "http://10.0.0.7:19530", "milvus://host:0", "milvus://host:99999", "milvus://a b:1",
        "milvus://host:19530/x", "milvus://host:١٩", "milvus://-x", "/tmp/milvus.db", "milvus://ana:rahasia@host:19530",
    ],
)  # fmt: skip
def test_what_is_no_engine_is_one_line(written: str) -> None:
    with pytest.raises(InputError, match=r"bukan alamat milvus://host:port; perbaiki --engine") as told:
        Settings.load(environment={"TANYA_ENGINE": written})
    assert "\n" not in str(told.value)
    assert "rahasia" not in str(told.value)


def test_threads_are_at_most_the_processors_that_this_process_may_use(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1, 2, 3})
    assert Settings.load(environment={"TANYA_THREADS": "3"}).threads == 3
    assert Settings.load(environment={}).threads == 4
    assert caplog.records == []
    assert Settings.load(environment={"TANYA_THREADS": "9"}).threads == 4
    (record,) = caplog.records
    assert (record.getMessage(), record.fields) == ("threads-cut", {"asked": 9, "there": 4})  # type: ignore[attr-defined]


def test_threads_must_be_a_number() -> None:
    with pytest.raises(InputError, match="TANYA_THREADS='banyak'"):
        Settings.load(environment={"TANYA_THREADS": "banyak"})


@pytest.mark.parametrize(
    ("given", "hours"),
    [(None, 7), ("", 7), ("WIB", 7), ("wita", 8), ("WIT", 9), ("+05:30", 5.5), ("-0300", -3), ("+00:00", 0)],
)
def test_the_zone_of_the_archive_is_wib_or_the_one_given(given: str | None, hours: float) -> None:
    settings = Settings.load(environment={} if given is None else {"TANYA_ZONE": given})
    for found in (settings, Settings.load(environment=settings.environment())):
        assert found.zone.utcoffset(None) == timedelta(hours=hours)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="TANYA_ZONE='Jakarta'"):
        Settings.load(environment={"TANYA_ZONE": "Jakarta"})
