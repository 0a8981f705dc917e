"""What Prometheus can know of the hub, beside the requests counted at the choke point."""

from prometheus_client import Counter, Histogram

from storage.journal import Batch, Journal

BATCH_ENTRIES = Histogram(
    "linka_journal_batch_entries", "Entries in a batch", buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500)
)
BATCH_SECONDS = Histogram("linka_journal_batch_seconds", "Time until a batch is durable")
ENTRIES = Counter("linka_journal_entries", "Entries offered to the database")


def watch_journal(journal: Journal) -> None:
    """Count every batch of a journal."""

    def note(batch: Batch) -> None:
        BATCH_ENTRIES.observe(batch.entries)
        BATCH_SECONDS.observe(batch.seconds)
        ENTRIES.inc(batch.entries)

    journal.on_batch = note
