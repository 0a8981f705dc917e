"""Is a command the retry of the one that made an entry? Pure."""

from hub.conversation.commands import (
    AddNote,
    Command,
    EndSnooze,
    HandBack,
    HandOff,
    OpenCase,
    PlaceOrder,
    Rate,
    RecordDelivery,
    Release,
    Reopen,
    Resolve,
    SendMessage,
    Snooze,
    Take,
    Transfer,
)
from storage.model.entry import (
    CaseOpened,
    Delivered,
    Entry,
    HandedBack,
    HandedOff,
    Message,
    Note,
    OrderPlaced,
    Rated,
    Released,
    Reopened,
    Resolved,
    Snoozed,
    SnoozeEnded,
    Taken,
    Transferred,
)


def same_request(entry: Entry, command: Command) -> bool:
    """Whether the entry is what this command asked for, as far as the asker could choose.

    What the hub adds (place in the queue, origin, what was understood) may differ between two tries.
    """
    if entry.author.key != command.author.key or entry.client_id != command.client_id:
        return False
    match entry.body, command.action:
        case Message(text=text, payload=payload), SendMessage() as asked:
            return (text, payload) == (asked.text, asked.payload)
        case Note(text), AddNote(asked_text):
            return text == asked_text
        case Snoozed(until), Snooze(asked_until):
            return until == asked_until
        case Transferred() as done, Transfer() as wanted:
            return wanted.operator_id == done.operator_id and wanted.team in (None, done.team)
        case Rated(score, comment), Rate(asked_score, asked_comment):
            return (score, comment) == (asked_score, asked_comment)
        case OrderPlaced(order), PlaceOrder(asked_order):
            return order.order_id == asked_order.order_id
        case CaseOpened(case), OpenCase(asked_case):
            return case.case_id == asked_case.case_id
        case Delivered() as settled, RecordDelivery() as outcome:
            return (settled.target_seq, settled.attempt) == (outcome.target_seq, outcome.attempt)
        case (
            (HandedOff(), HandOff())
            | (Taken(), Take())
            | (Released(), Release())
            | (HandedBack(), HandBack())
            | (Resolved(), Resolve())
            | (Reopened(), Reopen())
            | (SnoozeEnded(), EndSnooze())
        ):
            return True
    return False
