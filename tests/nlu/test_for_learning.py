"""What the bot tells the hub of a customer's words, so that only what may be is kept for those who teach it."""

import pytest

from tests.nlu.talk import Talk


async def test_the_language_of_the_words(talk: Talk) -> None:
    assert (await talk.says("Jaké máte tarify?", "ask_tariffs")).understood["language"] == "cs"
    said = await talk.says("What internet tariffs do you have please?", "ask_tariffs")
    assert said.understood["language"] == "en"
    assert "asked" not in said.understood
    assert "guess" not in said.understood


async def test_the_best_guess_where_nothing_was_understood(talk: Talk) -> None:
    said = await talk.says("brum brum", guesses=("ask_invoice", "wish"))
    assert said.understood["guess"] == "ask_invoice"
    assert "guess" not in (await talk.says("brum brum")).understood


@pytest.mark.parametrize("words", ["601 234 567", "60123456", "no já vlastně ani nevím"])
async def test_an_answer_to_a_question_is_told_apart(talk: Talk, words: str) -> None:
    await talk.says("zavolejte mi", "call_me_back")
    assert (await talk.says(words)).understood["asked"] == "phone"


async def test_words_that_were_asked_for(talk: Talk) -> None:
    assert "asked" not in (await talk.says("chci si stěžovat", "complaint")).understood
    told = await talk.says("Technik Novák nepřišel už potřetí.", "complaint")
    assert told.understood["asked"] == "words"


async def test_a_complaint_in_one_go(talk: Talk) -> None:
    told = await talk.says("Stěžuji si, technik Novák nepřišel už potřetí.", "complaint")
    assert told.understood["asked"] == "words"


async def test_another_wish_is_no_answer(talk: Talk) -> None:
    await talk.says("zavolejte mi", "call_me_back")
    assert "asked" not in (await talk.says("kolik stojí instalace?", "what_to_pay")).understood
