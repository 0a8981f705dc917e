"""What the section "Knowledge" shows: each maintainer sees the project with their own draft."""

from collections.abc import Sequence
from typing import Any

from hub.errors import Refusal
from hub.knowledge.checks import Finding
from hub.knowledge.drafts import Drafted, Drafts, unreadable
from hub.knowledge.edits import Edit, places_of, read_edit, topics_of
from hub.knowledge.files import Files, changes_between, fingerprint
from hub.knowledge.project import UnreadableFile
from hub.knowledge.reader import Checked, Reader
from hub.knowledge.search import Hit, search
from hub.knowledge.turns import in_turn
from hub.knowledge.views.answers import answer_view, button_views, table_brief, table_view
from hub.knowledge.views.seen import Seen, edits_of, history_of
from hub.knowledge.views.topics import group_views, topic_brief, topic_sentences
from storage.model.knowledge import DoneEdit, Draft
from storage.model.people import Operator
from storage.ports import DoneEditStore

_HISTORY = 50  # edits


class Knowledge:
    """All raise ``Refusal`` (invalid_state when a file cannot be read) and ``StorageUnavailable``."""

    def __init__(self, drafts: Drafts, done: DoneEditStore) -> None:
        self._drafts = drafts
        self._done = done
        self._reader = Reader()

    async def checked(self, files: Files) -> Checked:
        """The project that some files hold, with what is wrong with it."""
        try:
            return await in_turn(self._reader.checked, files)
        except UnreadableFile as error:
            raise unreadable(error) from error

    async def overview(self, who: Operator) -> dict[str, Any]:
        """All topics, answers and tables in brief, and how the drafts stand."""
        drafted = await self._drafts.drafted(who)
        seen = await self._seen(drafted)
        now = seen.now
        others = await self._drafts.others(who)
        return {
            "languages": [{"code": code, "name": now.words[code].name or code} for code in now.languages],
            "groups": group_views(now),
            "teams": list(now.dialogue.teams),
            "entities": list(now.entities),
            "topics": [topic_brief(seen, name) for name in now.topics],
            "answers": [
                {
                    "name": name,
                    "edited": seen.answer_edited(name),
                    "findings": sum(1 for each in seen.findings if each.answer == name),
                }
                for name in now.dialogue.answers
            ],
            "tables": [table_brief(seen, language, name) for language, name in now.tables],
            "draft": draft_brief(drafted),
            "text": fingerprint(drafted.files),  # so that whoever follows sees that words have changed, too
            "others": [
                {"name": each.by.name, "topics": _topics(each), "updated_at": each.updated_at.isoformat()}
                for each in others
            ],
            "findings": {
                "errors": sum(1 for each in seen.findings if each.severity == "error"),
                "warnings": sum(1 for each in seen.findings if each.severity == "warning"),
            },
        }

    async def topic(self, who: Operator, name: str) -> dict[str, Any]:
        """One topic with its sentences and its answer. Raises ``Refusal`` (not_found)."""
        drafted = await self._drafts.drafted(who)
        seen = await self._seen(drafted)
        if name not in seen.now.topics:
            raise Refusal("not_found", "There is no such topic, or it is no longer there.")
        others = await self._drafts.others(who)
        history = await self._history((f"topic:{name}", f"answer:{name}"), drafted.draft)
        answer = answer_view(seen, name, history) if name in seen.now.dialogue.answers else None
        return {
            **topic_brief(seen, name),
            **topic_sentences(seen, name),
            "answer": answer,
            "history": history,
            "others": [each.by.name for each in others if name in _topics(each)],
            "findings": seen.findings_about(topic=name, answer=name),
        }

    async def answer(self, who: Operator, name: str) -> dict[str, Any]:
        """One answer. Raises ``Refusal`` (not_found)."""
        drafted = await self._drafts.drafted(who)
        seen = await self._seen(drafted)
        if name not in seen.now.dialogue.answers:
            raise Refusal("not_found", "There is no such answer, or it is no longer there.")
        history = await self._history((f"answer:{name}",), drafted.draft)
        return {**answer_view(seen, name, history), "findings": seen.findings_about(answer=name)}

    async def buttons(self, who: Operator) -> list[dict[str, Any]]:
        """All buttons."""
        return button_views((await self._seen(await self._drafts.drafted(who))).now)

    async def table(self, who: Operator, language: str, name: str) -> dict[str, Any]:
        """One lookup table. Raises ``Refusal`` (not_found)."""
        drafted = await self._drafts.drafted(who)
        seen = await self._seen(drafted)
        if (language, name) not in seen.now.tables:
            raise Refusal("not_found", "There is no such table.")
        history = await self._history((f"table:{language}/{name}",), drafted.draft)
        return table_view(seen, language, name, history)

    async def search(self, who: Operator, query: str) -> list[Hit]:
        """Where the words of a query stand."""
        seen = await self._seen(await self._drafts.drafted(who))
        return await in_turn(search, seen.now, query)

    async def findings(self, who: Operator, more: Sequence[Edit] = ()) -> tuple[Finding, ...]:
        """What is wrong with the draft, or would be with more edits."""
        files = await self._drafts.tried(who, more) if more else await self._drafts.files(who)
        return (await self.checked(files)).findings

    async def draft(self, who: Operator) -> dict[str, Any]:
        """The edits of the draft, those that no longer fit, and what it makes of the files."""
        drafted = await self._drafts.drafted(who)
        edits = []
        for kept, conflict in zip(drafted.draft.edits, drafted.conflicts, strict=True):
            told = None
            if conflict is not None:
                by = await self._last_by(read_edit(kept.edit))
                told = {"theirs": conflict.theirs, "by": by}
            edits.append({"id": kept.id, "at": kept.at.isoformat(), "edit": kept.edit, "conflict": told})
        changes = await in_turn(changes_between, drafted.base, drafted.files)
        return {
            "version": drafted.draft.version,
            "edits": edits,
            "changes": [{"path": each.path, "diff": each.diff} for each in changes],
        }

    async def _seen(self, drafted: Drafted) -> Seen:
        base, now = await self.checked(drafted.base), await self.checked(drafted.files)
        edits = tuple(read_edit(kept.edit) for kept in drafted.fitting)
        return Seen(base.project, now.project, edits, now.findings)

    async def _history(self, places: Sequence[str], own: Draft) -> list[dict[str, Any]]:
        done: dict[str, DoneEdit] = {}
        for place in places:
            done.update((each.id, each) for each in await self._done.of_place(place, _HISTORY))
        return history_of(places, list(done.values()), own)[:_HISTORY]

    async def _last_by(self, edit: Edit) -> str | None:
        """Who published the last edit of the same thing; None if it was changed by hand."""
        last = [each for place in places_of(edit) for each in await self._done.of_place(place, 1)]
        return max(last, key=lambda each: each.at).by.name if last else None


def draft_brief(drafted: Drafted) -> dict[str, Any]:
    """How a draft stands."""
    draft = drafted.draft
    return {
        "version": draft.version,
        "edits": len(draft.edits),
        "conflicts": sum(1 for conflict in drafted.conflicts if conflict is not None),
        "updated_at": draft.updated_at.isoformat() if draft.edits else None,
        "topics": _topics(draft),
    }


def _topics(draft: Draft) -> list[str]:
    """The topics and answers that a draft touches."""
    return list(dict.fromkeys(name for edit in edits_of(draft) for name in topics_of(edit)))
