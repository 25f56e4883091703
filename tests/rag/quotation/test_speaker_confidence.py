"""Who is not named beside a quotation is told only where that is likely."""

from dataclasses import replace

import pytest

from rag.quotation.attribution import CARRIED, PRONOUN, Speaker, speakers_in
from rag.quotation.detection import quotations
from rag.quotation.speaker_confidence import NAMES, SpeakerFeatures, fitted

SAID = "Harga beras turun sejak panen raya dimulai"
NONE = SpeakerFeatures(*(0.0 for _ in NAMES))


def told(text: str) -> Speaker | None:
    """Who is told to say the quotation SAID in a text."""
    written = text.format(SAID)
    found = quotations(written, single=False)
    wanted = next(item for item in found if written[item.start : item.end].startswith(SAID))
    return speakers_in(written, found)(wanted)


def weighed(text: str) -> SpeakerFeatures:
    """The signs of whoever may say the quotation SAID in a text."""
    written = text.format(SAID)
    found = quotations(written, single=False)
    wanted = next(item for item in found if written[item.start : item.end].startswith(SAID))
    seen: list[SpeakerFeatures] = []

    def keep(features: SpeakerFeatures) -> float:
        seen.append(features)
        return 1.0

    speakers_in(written, found, keep)(wanted)
    assert len(seen) == 1
    return seen[0]


PLAIN = "Kepala Pasar Budi Santoso mengatakan, pasar ramai. “{},” katanya."
# Another one, whose verb is none of saying, comes in before the quotation.
RIVAL = (
    "“Ramai,” kata Budi Santoso.\n\nDi sisi lain, Ratna Dewi dan Anton Wijaya datang dari Pati.\n\n"
    "Sementara itu menurut Kasim, kios penuh.\n\nPasar itu dibuka.\n\n“{},” katanya.\n\n“Baik,” kata Anton Wijaya."
)


def test_one_who_has_just_spoken_is_told_with_how_sure_that_is() -> None:
    said = told(PLAIN)
    assert said is not None
    assert (said.name, said.how) == ("Budi Santoso", PRONOUN)
    assert fitted().threshold <= said.probability < 1


def test_who_is_named_beside_it_is_not_weighed() -> None:
    said = told("“{},” kata Budi Santoso.")
    assert said is not None
    assert said.probability == 1


def test_where_others_came_in_between_nobody_is_told() -> None:
    weak = fitted().probability(weighed(RIVAL))
    assert weak < fitted().threshold
    assert told(RIVAL) is None


def test_below_the_point_a_description_is_told_without_a_name() -> None:
    text = "Budi Santoso dan Ratna Dewi datang. Anton Wijaya dan Rini Astuti juga. “{},” kata pedagang itu."
    found = quotations(written := text.format(SAID), single=False)
    said = speakers_in(written, found, lambda features: 0.0)(found[0])
    assert said is not None
    assert (said.name, said.role) == ("pedagang", None)


def test_a_weigher_of_ones_own_that_gives_nothing_tells_nobody() -> None:
    written = PLAIN.format(SAID)
    found = quotations(written, single=False)
    assert speakers_in(written, found, lambda features: 0.0)(found[0]) is None
    said = speakers_in(written, found, lambda features: 0.7)(found[0])
    assert said is not None
    assert said.probability == 0.7


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        (PLAIN, "spoke", 1),
        (PLAIN, "straight", 1),
        (PLAIN, "alone", 1),
        (PLAIN, "titled", 1),
        (PLAIN, "led", 1),
        (PLAIN, "carried", 0),
        ("“Ramai,” kata Budi Santoso.\n“{}.”", "carried", 1),
        ("“Ramai,” kata Budi Santoso.\n“{}.”", "last_hers", 1),
        ("“Ramai,” kata Budi Santoso.\n“{}.”", "paragraphs", 1),
        ("Budi Santoso tersenyum. Kata Budi, ramai. “{},” kata pria 67 tahun itu.", "described", 1),
        (PLAIN + " “Baik,” kata Anton Wijaya.", "next_others", 1),
        (PLAIN + " “Baik,” kata Anton Wijaya.", "alone", 0),
        (PLAIN + " “Baik,” kata Budi.", "next_hers", 1),
        ("Menurut Budi Santoso, pasar ramai.\n\nIa mengatakan, kios penuh.\n\n“{},” ujarnya.", "goes_on", 1),
        ("Menurut Budi Santoso, ramai. Sementara itu, kios penuh.\n\n“{},” ujarnya.", "turns", 1),
        ("Menurut Budi Santoso, ramai.\n\nBerita ini disampaikan.\n\n“{},” ujarnya.", "unread", 1),
        ("Menurut Budi, pasar ramai. “{},” ujarnya.", "words", 1),
    ],
)
def test_signs(text: str, sign: str, value: float) -> None:
    assert getattr(weighed(text), sign) == value


def test_the_weights_are_those_of_a_logistic_regression() -> None:
    one = replace(NONE, spoke=1.0)
    spoke = fitted().weights[NAMES.index("spoke")]
    assert fitted().probability(NONE) == pytest.approx(1 / (1 + 2.718281828 ** -fitted().constant), abs=1e-6)
    assert fitted().probability(one) == pytest.approx(1 / (1 + 2.718281828 ** -(fitted().constant + spoke)), abs=1e-6)


@pytest.mark.parametrize("sign", ["others", "strangers", "introduced", "opened", "others_say", "turns", "placed"])
def test_what_speaks_against_never_makes_likelier(sign: str) -> None:
    assert fitted().probability(replace(NONE, **{sign: 1.0})) <= fitted().probability(NONE)


@pytest.mark.parametrize("sign", ["says", "alone", "next_hers", "known", "straight", "heads"])
def test_what_speaks_for_never_makes_less_likely(sign: str) -> None:
    assert fitted().probability(replace(NONE, **{sign: 1.0})) >= fitted().probability(NONE)


def test_the_carried_one_is_unknown_where_the_next_is_somebody_elses() -> None:
    said = told("“Ramai,” kata Budi Santoso.\n\n“{}.”")
    assert said is not None
    assert said.how == CARRIED
    assert told("Ratna Dewi menyebut nama Anton.\n\n“{}.”\n\n“Saya senang,” tutur Anton.") is None
