"""The panel's lists, page by page."""

from hub.errors import Refusal
from hub.people.access import may_see, visible_teams
from hub.protocol import operator as wire
from hub.realtime.presenter import row
from storage.model.conversation import Conversation, Queued
from storage.model.people import Operator
from storage.ports import Storage, View


class Lists:
    """Pages of rows that an operator may see."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def page(self, operator: Operator, asked: wire.ConversationList) -> wire.ConversationListed:
        """The next page of a list.

        Raises:
            Refusal: ``forbidden`` for roles that see no conversations.
        """
        teams = visible_teams(operator)
        if teams == []:
            raise Refusal(
                "forbidden", "Your role does not read conversations. An administrator can change it."
            )
        view = View(asked.view)
        before = (asked.before.at, asked.before.id) if asked.before else None
        if before is not None and before[0].tzinfo is None:
            raise Refusal("bad_request", "Say the time with its zone.")
        found = await self._storage.conversations.page(
            view, operator_id=operator.id, teams=teams, before=before, limit=asked.limit
        )
        contacts = await self._storage.contacts.get_many([conversation.contact_id for conversation in found])
        rows = [
            row(conversation, contacts.get(conversation.contact_id))
            for conversation in found
            if may_see(operator, conversation)
        ]
        more = len(found) == asked.limit
        return wire.ConversationListed(rows=rows, next=_cursor(found[-1], view) if found and more else None)


def _cursor(last: Conversation, view: View) -> wire.ListCursor:
    responder = last.responder
    at = responder.rank_at if view is View.QUEUE and isinstance(responder, Queued) else last.updated_at
    assert at is not None
    return wire.ListCursor(at=at, id=last.id)
