"""What Prometheus can know of the hub, beside the requests counted at the choke point."""

from prometheus_client import Counter, Enum, Gauge, Histogram

from storage.journal import Batch, Journal

BATCH_ENTRIES = Histogram(
    "linka_journal_batch_entries", "Entries in a batch", buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500)
)
BATCH_SECONDS = Histogram("linka_journal_batch_seconds", "Time until a batch is durable")
ENTRIES = Counter("linka_journal_entries", "Entries offered to the database")

BOT_TURNS = Counter("linka_bot_turns", "Messages that the bot was to answer", ["outcome"])
BOT_SECONDS = Histogram(
    "linka_bot_turn_seconds",
    "Time until the bot has answered, or it is known that it does not",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 6, 8),
)
BOT_IN_FLIGHT = Gauge("linka_bot_turns_in_flight", "Turns that a Rasa process works on", ["process"])
BOT_WAITING = Gauge("linka_bot_turns_waiting", "Turns that wait for a Rasa process", ["process"])
BOT_STATE = Enum(
    "linka_bot_process_state",
    "How a Rasa process is",
    ["process"],
    states=["off", "loading", "ready", "resting", "down"],
)

SENTENCES_HEARD = Counter("linka_sentences_heard", "Customers' sentences kept to learn from", ["reason"])
HARVEST_SECONDS = Histogram("linka_harvest_step_seconds", "Time of a step over what was recorded")
HARVEST_BEHIND = Gauge(
    "linka_harvest_behind_seconds",
    "How far learning from what was recorded is behind, on the hub that does it",
)


def watch_journal(journal: Journal) -> None:
    """Count every batch of a journal."""

    def note(batch: Batch) -> None:
        BATCH_ENTRIES.observe(batch.entries)
        BATCH_SECONDS.observe(batch.seconds)
        ENTRIES.inc(batch.entries)

    journal.on_batch = note
