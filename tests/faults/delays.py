"""How long things took: acknowledgements, screens, the longest time in which nothing was acknowledged. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.checker import Verdict
from tests.faults.evidence import Evidence, Stored
from tests.faults.injector import Stroke

REDIS_ONLY_MARGIN = 20.0
"""Seconds around a message in which nothing but Redis may have been broken, to blame its delay on Redis alone."""

REDIS_ONLY_WITHIN = 3.0
"""Seconds that a message may be delayed then."""

GRANTED_AT_MOST = 2.0
"""Seconds beside these that a machine may need by itself where other things are broken too, however slow it was."""

ENOUGH = 200  # delays, from which on they say something

SLOWEST = 12  # that are named


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds."""

    count: int
    p50: float
    p99: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        ordered = sorted(values)
        if not ordered:
            return cls(0, 0.0, 0.0, 0.0)
        return cls(
            len(ordered), ordered[len(ordered) // 2], ordered[int((len(ordered) - 1) * 0.99)], ordered[-1]
        )


@dataclass(frozen=True, slots=True)
class Delays:
    """``to_ack`` from writing to acknowledgement; ``to_screens`` from acknowledgement to others' open screens, of which
    ``to_screens_connected`` had one connection all the while, and no need to come back first; ``to_screens_calm`` is
    before anything was broken: what the machine needs by itself."""

    to_ack: Spread
    to_ack_redis_only: Spread
    to_screens: Spread
    to_screens_connected: Spread
    to_screens_redis_only: Spread
    to_screens_calm: Spread
    longest_stall: float
    slowest: tuple[str, ...] = ()

    def judge(self, verdict: Verdict, *, strictly: bool) -> None:
        """What Redis alone may cost: nothing but typing marks and the like, so a moment at most.

        Unless ``strictly``, beside what a machine that has other things to do needs by itself: all but the slowest
        hundredth of what it showed before anything was broken, since everybody comes at once then.
        """
        granted = 0.0 if strictly else min(self.to_screens_calm.p99, GRANTED_AT_MOST)
        within = REDIS_ONLY_WITHIN + granted
        for what, spread in (
            ("acknowledged", self.to_ack_redis_only),
            ("shown to others", self.to_screens_redis_only),
        ):
            if spread.count < ENOUGH:
                verdict.against(
                    "unmeasured", f"{what} while only Redis was broken: {spread.count} of {ENOUGH}"
                )
            if spread.most > within:
                verdict.against("late", f"{what} after {spread.most:.1f} s while only Redis was broken")


def measure(evidence: Evidence, strokes: Sequence[Stroke], began: float, ended: float) -> Delays:
    """Of what was written between ``began`` and ``ended``."""
    written = {
        attempt.client_id: attempt.at for witness in evidence.witnesses for attempt in witness.log.attempted
    }
    acks = {
        ack.client_id: ack.at
        for witness in evidence.witnesses
        for ack in witness.log.acknowledged
        if began <= ack.at <= ended
    }
    moments = sorted([began, *acks.values(), ended])
    seen = list(_seen(evidence, acks))
    slowest = sorted(seen, key=lambda one: -one.delay)[:SLOWEST]
    return Delays(
        Spread.of(at - written[client_id] for client_id, at in acks.items()),
        Spread.of(
            at - written[client_id]
            for client_id, at in acks.items()
            if _only_redis(written[client_id], strokes)
        ),
        Spread.of(one.delay for one in seen),
        Spread.of(one.delay for one in seen if one.connected),
        Spread.of(one.delay for one in seen if _only_redis(one.at, strokes)),
        Spread.of(
            one.delay for one in seen if one.at < min((stroke.at for stroke in strokes), default=ended)
        ),
        max(later - sooner for sooner, later in pairwise(moments)),
        tuple(f"{one.delay:.1f} s after {one.at - began:.1f} s: {one.where}" for one in slowest),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """When a message was acknowledged, how much later a screen that was open by then showed it, and which."""

    at: float
    delay: float
    connected: bool
    where: str


def _seen(evidence: Evidence, acks: dict[str, float]) -> Iterable[_Seen]:
    full: dict[tuple[str, int], Stored] = {}
    public: dict[tuple[str, int], Stored] = {}
    for conversation_id, timeline in evidence.timelines.items():
        for entry in timeline:
            full[conversation_id, entry.seq] = entry
            if entry.public:
                public[conversation_id, entry.public_seq] = entry
    for witness in evidence.witnesses:
        entries = public if witness.public else full
        openings = iter(witness.log.opened)
        coming = next(openings, None)
        opened: dict[str, float] = {}
        for index, shown in enumerate(witness.log.shown):
            while coming is not None and coming.shown_before <= index:
                opened.pop(coming.conversation_id, None)
                coming = next(openings, None)
            # Open with its first page: what was said while that was read came with it, and was not delivered late.
            # So the very first words on an empty screen are not measured either.
            opened.setdefault(shown.conversation_id, shown.at)
            entry = entries.get((shown.conversation_id, shown.seq))
            at = acks.get(entry.client_id) if entry is not None else None
            if entry is None or at is None or shown.client_id is not None:
                continue
            if opened[shown.conversation_id] < at:
                where = f"{witness.log.who}, {shown.conversation_id[:8]} {shown.seq} {entry.text}"
                connected = witness.had_one_connection(min(at, shown.at), shown.at)
                yield _Seen(at, max(0.0, shown.at - at), connected, where)


def _only_redis(at: float, strokes: Sequence[Stroke]) -> bool:
    """Whether Redis was broken then, and nothing else for a good while."""
    broken = False
    for stroke in strokes:
        if "redis" in stroke.target:
            broken = broken or stroke.at <= at <= stroke.until
        elif stroke.at - REDIS_ONLY_MARGIN / 4 <= at <= stroke.until + REDIS_ONLY_MARGIN:
            return False
    return broken
