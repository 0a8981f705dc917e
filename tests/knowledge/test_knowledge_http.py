"""The text of the bot over HTTP: seen, edited in drafts, checked."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from hub.http.keys import DRAFTS
from hub.knowledge.source import Source
from storage.model.outages import Writer
from storage.model.people import Role
from tests.doors import Browser, Hub
from tests.knowledge.texts import TINY, put

K = "/api/knowledge"
GREET_CS = "Dobrý den, tady {company}."
SENTENCE = {"kind": "add_sentence", "topic": "greet", "language": "cs", "text": "čau"}
WORDS = {
    "kind": "set_words",
    "answer": "greet",
    "language": "cs",
    "variants": ["Zdravím!", "Dobrý den."],
    "before": [GREET_CS],
}
TOPIC = {
    "kind": "add_topic",
    "name": "ask_tv",
    "group": "money",
    "titles": {"cs": "Televize", "en": "TV"},
    "words": {"cs": ["Máme ji."], "en": ["We have it.", "Sure."]},
    "human_only": None,
}
READS = (
    *(K, f"{K}/topics/greet", f"{K}/answers/greet", f"{K}/buttons", f"{K}/tables/cs/town"),
    *(f"{K}/search?q=a", f"{K}/findings", f"{K}/draft"),
)
WRITES: tuple[tuple[str, str, Any], ...] = (
    ("POST", f"{K}/edits", {"version": 0, "edits": [SENTENCE]}),
    ("POST", f"{K}/findings", {"edits": []}),
    ("POST", f"{K}/edits/undo", {"version": 0}),
    ("POST", f"{K}/draft/conflicts", {"version": 0, "id": "x", "keep": "mine"}),
    ("DELETE", f"{K}/draft?version=0", None),
)


async def data(browser: Browser, method: str, path: str, body: Any = None) -> Any:
    status, answer = await browser.ask(method, path, **({} if body is None else {"json": body}))
    assert status == 200, answer
    return answer["data"]


async def edited(browser: Browser, *edits: dict[str, Any]) -> Any:
    version = (await data(browser, "GET", f"{K}/draft"))["version"]
    return await data(browser, "POST", f"{K}/edits", {"version": version, "edits": list(edits)})


async def refusal(browser: Browser, *edits: dict[str, Any]) -> tuple[int, Any]:
    version = (await data(browser, "GET", f"{K}/draft"))["version"]
    status, answer = await browser.ask("POST", f"{K}/edits", json={"version": version, "edits": list(edits)})
    assert not answer["ok"]
    return status, answer["error"]


async def test_who_may_do_what(workshop: Hub, browser: Browser) -> None:
    assert (await browser.ask("GET", K))[0] == 401
    await workshop.hire("anna")
    await browser.log_in("anna")
    for path in READS:
        assert (await browser.ask("GET", path))[0] == 403
    await workshop.hire("sara", Role.SUPERVISOR)
    await browser.log_in("sara")
    for path in READS:
        assert (await browser.ask("GET", path))[0] == 200, path
    for method, path, body in WRITES:
        assert (await browser.ask(method, path, json=body))[0] == 403, path
    assert not (await data(browser, "GET", K))["may_edit"]


async def test_the_overview(fany: Browser) -> None:
    told = await data(fany, "GET", K)
    assert told["may_edit"]
    assert told["languages"] == [{"code": "cs", "name": "čeština"}, {"code": "en", "name": "English"}]
    assert told["groups"] == [
        {"name": "manners", "topics": ["greet", "goodbye"]},
        {"name": "money", "topics": ["ask_bill", "wish"]},
    ]
    assert told["teams"] == ["support", "billing"]
    assert told["entities"] == ["town", "date"]
    invoice = next(each for each in told["topics"] if each["name"] == "ask_bill")
    assert invoice == {
        "name": "ask_bill",
        "title": {"cs": "Faktura", "en": "Invoice"},
        "group": "money",
        "team": "billing",
        "human_only": False,
        "made": "words",
        "sentences": {"cs": 2, "en": 0},
        "edited": False,
        "findings": 2,
        "removable": True,
    }
    assert [(each["made"], each["removable"]) for each in told["topics"] if each["name"] == "wish"] == [
        ("code", False)
    ]
    assert told["tables"][0] == {"language": "cs", "name": "town", "size": 2, "edited": False}
    assert {(each["language"], each["name"]) for each in told["tables"]} == {
        (language, name) for language in ("cs", "en") for name in ("town", "tariff_numbers")
    }
    assert told["draft"] == {"version": 0, "edits": 0, "conflicts": 0, "updated_at": None, "topics": []}
    assert (told["published"], told["by_hand"], told["training"], told["unanswered"]) == (None, [], None, 0)
    assert told["findings"]["errors"] == 0
    assert (await data(fany, "GET", K))["revision"] == told["revision"]


async def test_a_draft_is_seen_by_its_maintainer_alone(fany: Browser, filip: Browser, folder: Path) -> None:
    before = await data(filip, "GET", K)
    brief = await edited(fany, SENTENCE, WORDS)
    assert (brief["version"], brief["edits"], brief["conflicts"], brief["topics"]) == (1, 2, 0, ["greet"])
    mine = await data(fany, "GET", f"{K}/topics/greet")
    assert mine["edited"]
    assert mine["sentences"]["cs"][-1] == {"text": "čau", "marks": [], "state": "added", "before": None}
    assert mine["answer"]["words"]["cs"] == ["Zdravím!", "Dobrý den."]
    assert mine["answer"]["before"]["cs"] == [GREET_CS]
    assert [each["edit"]["kind"] for each in mine["history"]] == ["add_sentence", "set_words"]
    theirs = await data(filip, "GET", f"{K}/topics/greet")
    assert not theirs["edited"]
    assert theirs["answer"]["words"]["cs"] == [GREET_CS]
    assert theirs["others"] == ["Fany"]
    after = await data(filip, "GET", K)
    assert after["others"][0]["name"] == "Fany"
    assert after["others"][0]["topics"] == ["greet"]
    assert after["revision"] != before["revision"]
    assert await asyncio.to_thread(Source(folder).read) == TINY
    draft = await data(fany, "GET", f"{K}/draft")
    assert [each["path"] for each in draft["changes"]] == ["content/words/cs.yml", "data/nlu/cs/manners.yml"]
    assert "+      - čau" in draft["changes"][1]["diff"]


async def test_nothing_of_a_draft_is_told_to_others(fany: Browser, filip: Browser, workshop: Hub) -> None:
    await edited(
        fany,
        {**SENTENCE, "text": "tajemství"},
        {**WORDS, "variants": ["Tajemství."]},
        {"kind": "add_entry", "language": "cs", "table": "town", "text": "Tajemství"},
    )
    assert "ajemství" in str(await data(fany, "GET", f"{K}/topics/greet"))

    async def all_that_is_told(to: Browser) -> str:
        return str([await data(to, "GET", path) for path in READS])

    told = await all_that_is_told(filip)
    await workshop.hire("sara", Role.SUPERVISOR)
    await filip.log_in("sara")
    for each in (told, await all_that_is_told(filip)):
        assert "Fany" in each
        assert "ajemství" not in each


async def test_sentences_tell_what_became_of_them(fany: Browser) -> None:
    mark = {"start": 8, "end": 13, "entity": "date", "value": None}
    brno = {"start": 21, "end": 25, "entity": "town", "value": "Brno"}
    topic = {"topic": "ask_bill", "language": "cs"}
    there = await data(fany, "GET", f"{K}/topics/ask_bill")
    assert there["sentences"]["cs"][1]["marks"] == [
        {"start": 11, "end": 16, "entity": "date", "value": None},
        {"start": 21, "end": 25, "entity": "town", "value": "Brno"},
    ]
    await edited(
        fany,
        {"kind": "change_sentence", **topic, "before": "kde je faktura", "text": "kdepak je faktura"},
        {"kind": "change_sentence", **topic, "before": "kdepak je faktura", "text": "faktura leden"},
        {
            "kind": "change_sentence",
            **topic,
            "before": "faktura leden",
            "text": "faktura leden",
            "marks": [mark],
        },
        {"kind": "move_sentence", **topic, "text": "faktura za leden pro Brno", "to": "wish"},
    )
    now = await data(fany, "GET", f"{K}/topics/ask_bill")
    assert now["sentences"]["cs"] == [
        {"text": "faktura leden", "marks": [mark], "state": "changed", "before": "kde je faktura"}
    ]
    assert [each["text"] for each in now["removed"]["cs"]] == ["faktura za leden pro Brno"]
    wish = await data(fany, "GET", f"{K}/topics/wish")
    assert wish["sentences"]["cs"][-1]["state"] == "added"
    assert (
        wish["sentences"]["cs"][-1]["marks"][1] | brno | {"start": 21, "end": 25}
        == wish["sentences"]["cs"][-1]["marks"][1]
    )
    assert wish["says"] == ["wish_ask_words"]


async def test_a_new_topic_and_its_end(fany: Browser) -> None:
    await edited(fany, TOPIC, {**SENTENCE, "topic": "ask_tv", "text": "máte televizi?"})
    told = await data(fany, "GET", K)
    assert told["groups"][1]["topics"] == ["ask_bill", "wish", "ask_tv"]
    topic = await data(fany, "GET", f"{K}/topics/ask_tv")
    assert topic["title"] == {"cs": "Televize", "en": "TV"}
    assert topic["answer"]["state"] == "added"
    assert topic["removable"]
    assert {each["kind"] for each in topic["findings"]} == {"few_sentences"}
    buttons = await data(fany, "GET", f"{K}/buttons")
    assert buttons[-1] == {
        "name": "ask_tv",
        "payload": "/ask_tv",
        "topic": "ask_tv",
        "titles": {"cs": "Televize", "en": "TV"},
        "used_by": [],
    }
    await edited(fany, {"kind": "remove_topic", "name": "ask_tv"})
    assert (await fany.ask("GET", f"{K}/topics/ask_tv"))[0] == 404
    assert (await data(fany, "GET", f"{K}/draft"))["changes"] == []
    assert (await refusal(fany, {**SENTENCE, "topic": "ask_tv"}))[0] == 400


async def test_undoing(fany: Browser) -> None:
    await edited(fany, SENTENCE, WORDS)
    assert (await data(fany, "POST", f"{K}/edits/undo", {"version": 1}))["edits"] == 1
    assert [each["edit"]["kind"] for each in (await data(fany, "GET", f"{K}/draft"))["edits"]] == [
        "add_sentence"
    ]
    assert (await data(fany, "DELETE", f"{K}/draft?version=2"))["edits"] == 0
    status, answer = await fany.ask("POST", f"{K}/edits/undo", json={"version": 3})
    assert (status, answer["error"]["code"]) == (409, "invalid_state")


async def test_of_two_windows_of_one_maintainer_the_later_is_told(fany: Browser) -> None:
    body = {"version": 0, "edits": [SENTENCE]}
    answers = await asyncio.gather(*(fany.ask("POST", f"{K}/edits", json=body) for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
    late = next(answer for status, answer in answers if status == 409)
    assert late["error"]["code"] == "conflict"
    assert late["error"]["details"] == {"version": 1}


async def test_what_a_colleague_published_is_a_conflict(
    workshop: Hub, fany: Browser, filip: Browser, folder: Path
) -> None:
    await edited(fany, WORDS, SENTENCE)
    await edited(filip, {**WORDS, "variants": ["Nazdar."]})
    drafts = workshop.app[DRAFTS]
    filips = await workshop.storage.operators.by_login("filip")
    assert filips is not None
    drafted = await drafts.drafted(filips)
    await asyncio.to_thread(put, folder, drafted.files)
    await drafts.published(drafted.fitting, Writer(filips.id, filips.name), 2)
    assert (await data(filip, "GET", K))["draft"]["edits"] == 0

    told = await data(fany, "GET", K)
    assert told["draft"]["conflicts"] == 1
    mine = await data(fany, "GET", f"{K}/draft")
    assert mine["edits"][0]["conflict"] == {"theirs": "Nazdar.", "by": "Filip"}
    assert mine["edits"][1]["conflict"] is None
    topic = await data(fany, "GET", f"{K}/topics/greet")
    assert topic["answer"]["words"]["cs"] == ["Nazdar."]
    assert [(each["by"], each["version"]) for each in topic["history"]] == [
        ("Filip", 2),
        ("Fany", None),
        ("Fany", None),
    ]

    settled = await data(
        fany,
        "POST",
        f"{K}/draft/conflicts",
        {"version": mine["version"], "id": mine["edits"][0]["id"], "keep": "mine"},
    )
    assert settled["conflicts"] == 0
    assert (await data(fany, "GET", f"{K}/answers/greet"))["words"]["cs"] == ["Zdravím!", "Dobrý den."]


async def test_giving_up_to_a_change_by_hand(fany: Browser, folder: Path) -> None:
    await edited(fany, WORDS)
    path = "content/words/cs.yml"
    await asyncio.to_thread(put, folder, {path: TINY[path].replace(GREET_CS, "Ahoj.")})
    mine = await data(fany, "GET", f"{K}/draft")
    assert mine["edits"][0]["conflict"] == {"theirs": "Ahoj.", "by": None}
    body = {"version": 1, "id": mine["edits"][0]["id"], "keep": "theirs"}
    assert (await data(fany, "POST", f"{K}/draft/conflicts", body))["edits"] == 0
    assert (await data(fany, "GET", f"{K}/answers/greet"))["words"]["cs"] == ["Ahoj."]
    status, answer = await fany.ask("POST", f"{K}/draft/conflicts", json={**body, "version": 2})
    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_a_stale_edit_is_told_at_once(fany: Browser, folder: Path) -> None:
    path = "content/words/cs.yml"
    await asyncio.to_thread(put, folder, {path: TINY[path].replace(GREET_CS, "Ahoj.")})
    status, error = await refusal(fany, SENTENCE, WORDS)
    assert (status, error["code"], error["details"]) == (409, "conflict", {"edit": 1, "theirs": "Ahoj."})
    assert (await data(fany, "GET", f"{K}/draft"))["edits"] == []


async def test_a_file_that_was_broken_by_hand(fany: Browser, folder: Path) -> None:
    await edited(fany, SENTENCE)
    await asyncio.to_thread(put, folder, {"data/nlu/cs/money.yml": "version: '3.1'\nnlu:\n  - intent: [\n"})
    status, answer = await fany.ask("GET", K)
    assert (status, answer["error"]["code"]) == (409, "invalid_state")
    assert "data/nlu/cs/money.yml" in answer["error"]["message"]
    assert answer["error"]["details"]["path"] == "data/nlu/cs/money.yml"
    await asyncio.to_thread(put, folder, TINY)
    assert (await data(fany, "GET", K))["draft"]["edits"] == 1


async def test_what_is_wrong_is_found_while_typing(fany: Browser) -> None:
    assert [each for each in await data(fany, "GET", f"{K}/findings") if each["severity"] == "error"] == []
    typed = {**WORDS, "variants": ["Volejte {phon}"]}
    found = await data(fany, "POST", f"{K}/findings", {"edits": [typed, {**SENTENCE, "text": "nashle"}]})
    errors = [each for each in found if each["severity"] == "error"]
    assert {each["kind"] for each in errors} == {"unknown_placeholder", "same_sentence"}
    placeholder = next(each for each in errors if each["kind"] == "unknown_placeholder")
    assert (placeholder["answer"], placeholder["language"], placeholder["params"]["name"]) == (
        "greet",
        "cs",
        "phon",
    )
    assert (await data(fany, "GET", K))["draft"]["edits"] == 0


async def test_what_cannot_be_made_is_told_while_typing(fany: Browser) -> None:
    for edit, says in (
        ({**SENTENCE, "text": "my [bill](date"}, "brackets"),
        ({**SENTENCE, "topic": "gone"}, "no topic"),
        ({**WORDS, "variants": ["{0}"]}, "nothing that the bot can fill in"),
    ):
        status, answer = await fany.ask("POST", f"{K}/findings", json={"edits": [edit]})
        assert (status, answer["error"]["code"]) == (400, "bad_request"), answer
        assert says in answer["error"]["message"]


async def test_searching(fany: Browser) -> None:
    hits = await data(fany, "GET", f"{K}/search?q=FAKTURA")
    assert hits[0] == {"kind": "topic", "name": "ask_bill", "language": "cs", "text": "Faktura"}
    assert {each["kind"] for each in hits} == {"topic", "answer", "sentence", "button"}
    assert await data(fany, "GET", f"{K}/search?q=") == []
    found = await data(fany, "GET", f"{K}/search?q=mam%20napad")
    assert ("sentence", "mám nápad") in {(each["kind"], each["text"]) for each in found}
    assert (await fany.ask("GET", f"{K}/search?q={'a' * 300}"))[0] == 400


async def test_tables(fany: Browser) -> None:
    await edited(
        fany,
        {"kind": "add_entry", "language": "cs", "table": "town", "text": "Zlín"},
        {"kind": "remove_entry", "language": "cs", "table": "town", "text": "Aš"},
    )
    told = await data(fany, "GET", f"{K}/tables/cs/town")
    assert told["entries"] == [{"text": "Brno", "state": "same"}, {"text": "Zlín", "state": "added"}]
    assert told["removed"] == ["Aš"]
    assert len(told["history"]) == 2
    assert (await fany.ask("GET", f"{K}/tables/cs/nothing"))[0] == 404


async def test_nicknames_of_tariffs(fany: Browser, folder: Path) -> None:
    table = {"language": "cs", "table": "tariff_numbers"}
    await edited(
        fany,
        {"kind": "add_entry", **table, "text": "pětist = 500"},
        {"kind": "remove_entry", **table, "text": "stovk = 100"},
    )
    told = await data(fany, "GET", f"{K}/tables/cs/tariff_numbers")
    assert (told["entries"], told["removed"]) == (
        [{"text": "pětist = 500", "state": "added"}],
        ["stovk = 100"],
    )
    (change,) = (await data(fany, "GET", f"{K}/draft"))["changes"]
    assert "-  tariff_numbers: {stovk: 100}\n+  tariff_numbers: {pětist: 500}" in change["diff"]
    assert (await refusal(fany, {"kind": "add_entry", **table, "text": "bez čísla"}))[1]["details"][
        "field"
    ] == "text"
    path = "content/words/cs.yml"
    await asyncio.to_thread(put, folder, {path: TINY[path].replace("{stovk: 100}", "{pětist: 5000}")})
    conflicts = [each["conflict"] for each in (await data(fany, "GET", f"{K}/draft"))["edits"]]
    assert conflicts == [{"theirs": "pětist = 5000", "by": None}, None]


@pytest.mark.parametrize(
    ("edit", "field", "says"),
    [
        ({**TOPIC, "name": "restart"}, "name", "machinery"),
        ({**TOPIC, "name": "Můj dotaz"}, "name", "small letters"),
        ({**TOPIC, "name": "greet"}, "name", "already"),
        ({**TOPIC, "titles": {"cs": "Televize"}}, "titles", "missing in English"),
        ({**TOPIC, "human_only": "nobody"}, "human_only", "no team"),
        ({**SENTENCE, "text": "kde je [a](b"}, "text", "brackets"),
        ({**SENTENCE, "text": "/restart"}, "text", "slash"),
        ({**SENTENCE, "text": "ahoj"}, "text", "already"),
        ({**SENTENCE, "text": "dva\nřádky"}, "text", "one line"),
        ({**SENTENCE, "text": "a\u2028b"}, "text", "one line"),
        ({**SENTENCE, "text": "x" * 501}, "text", "500 characters"),
        ({**SENTENCE, "text": ""}, "text", "something"),
        ({**SENTENCE, "language": "de"}, "language", "does not speak"),
        ({**SENTENCE, "marks": [{"start": 0, "end": 3, "entity": "slot"}]}, "marks", "kind of name"),
        ({**SENTENCE, "marks": [{"start": 2, "end": 9, "entity": "town"}]}, "marks", "no words"),
        ({**WORDS, "variants": ["{slot.__class__}"]}, "variants", "{slot.__class__}"),
        ({**WORDS, "variants": ["stejné", "stejné"]}, "variants", "the same"),
        ({**WORDS, "variants": ["a\u0000b"]}, "variants", "cannot be seen"),
        ({**SENTENCE, "text": "a\u202eb"}, "text", "cannot be seen"),
        ({**SENTENCE, "text": "a\u200bb"}, "text", "cannot be seen"),
        ({**SENTENCE, "text": "\u200d"}, "text", "something"),
        ({**SENTENCE, "text": "   "}, "text", "something"),
        ({**SENTENCE, "text": " a"}, "text", "blanks"),
        ({**WORDS, "variants": ["  "]}, "variants", "something"),
        ({**WORDS, "variants": []}, "variants", "something"),
        ({**WORDS, "variants": ["x" * 2_001]}, "variants", "2000 characters"),
        ({**WORDS, "variants": ["a\u202eb"]}, "variants", "cannot be seen"),
        ({**WORDS, "variants": ["Volejte {phone hned"]}, "variants", "brace"),
        ({**WORDS, "variants": ["Volejte {phone}}"]}, "variants", "brace"),
        ({**WORDS, "variants": ["{"]}, "variants", "brace"),
        (
            {
                "kind": "set_fact",
                "language": "cs",
                "name": "phone",
                "value": "{phone}",
                "before": "800 100 500",
            },
            "value",
            "Braces",
        ),
        ({**WORDS, "variants": [str(n) for n in range(11)]}, "variants", "10 at most"),
        ({"kind": "remove_topic", "name": "wish"}, "name", "cannot do without"),
        ({"kind": "set_human_only", "topic": "wish", "team": "support", "before": None}, "topic", "itself"),
        (
            {"kind": "set_buttons", "answer": "greet", "buttons": ["nothing"], "before": []},
            "buttons",
            "no button",
        ),
    ],
)
async def test_what_is_refused_in_plain_words(
    fany: Browser, edit: dict[str, Any], field: str, says: str
) -> None:
    status, error = await refusal(fany, edit)
    assert (status, error["code"]) == (400, "bad_request")
    assert says in error["message"]
    assert error["details"]["field"] == field
    assert (await data(fany, "GET", f"{K}/draft"))["edits"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"version": 0, "edits": [{"kind": "run_code", "text": "x"}]},
        {"version": 0, "edits": []},
        {"version": 0, "edits": [{**SENTENCE, "more": 1}]},
        {"version": -1, "edits": [SENTENCE]},
        {"version": 0, "edits": [SENTENCE] * 101},
        {"version": 0, "edits": [{**SENTENCE, "topic": "../../etc"}]},
        {"version": 0, "edits": [{**TOPIC, "titles": {"../x": "a"}}]},
    ],
)
async def test_what_is_no_edit(fany: Browser, body: Any) -> None:
    status, answer = await fany.ask("POST", f"{K}/edits", json=body)
    assert (status, answer["error"]["code"]) == (400, "bad_request")


async def test_fifty_megabytes(fany: Browser) -> None:
    status, answer = await fany.ask(
        "POST", f"{K}/edits", data=io.BytesIO(b"x" * 50_000_000), headers={"Content-Type": "application/json"}
    )
    assert (status, answer["error"]["code"]) == (413, "too_large")


async def test_while_the_database_is_away(workshop: Hub, fany: Browser) -> None:
    await edited(fany, SENTENCE)
    workshop.storage.go_away()
    for method, path, body in (("GET", K, None), *WRITES):
        status, answer = await fany.ask(method, path, json=body)
        assert (status, answer["error"]["code"], answer["error"]["retryable"]) == (503, "unavailable", True)
    workshop.storage.come_back()
    assert (await data(fany, "GET", K))["draft"]["edits"] == 1
