"""How bad the weather is in one seed: which faults there are and how often. Each seed has its own mixture."""

from dataclasses import dataclass
from random import Random


@dataclass(slots=True)
class Climate:
    """Chances are from 0 to 1, times in seconds. ``calm`` ends all of it."""

    latency: float  # of the network, in the mean, one way
    spike: float  # chance that a packet is held up for a second or so, and what follows with it
    doubled: float  # chance that an event arrives once more, later
    batch_fault: float  # chance that something befalls a batch of entries
    unstorable: bool  # whether some words can never be stored
    read_fault: float  # chance that a single read or write fails
    read_lag: (
        float  # seconds until a majority has a new entry, in the mean: its keys are taken, nobody sees it
    )
    disk: float  # seconds until a batch is durable, in the mean
    bot_fails: float
    bot_slow: float
    hands_over: float
    cuts: float  # chances per second
    reloads: float
    crashes: float
    spite: float  # chance that a hub crashes when an entry has just been stored
    deploys: float
    outages: float
    partitions: float
    stream_cuts: float

    def calm(self) -> None:
        """The end of all faults."""
        for name in self.__slots__:
            if name not in ("latency", "disk", "bot_slow", "hands_over", "unstorable"):
                setattr(self, name, 0.0)
        self.latency = min(self.latency, 0.02)


def climate(random: Random) -> Climate:
    """Some faults are switched off in each seed, so that others show by themselves."""

    def some(chance: float, low: float, high: float) -> float:
        return random.uniform(low, high) if random.random() < chance else 0.0

    return Climate(
        latency=random.choice((0.002, 0.02, 0.1)),
        spike=some(0.5, 0.005, 0.05),
        doubled=some(0.5, 0.02, 0.2),
        batch_fault=some(0.6, 0.05, 0.5),
        unstorable=random.random() < 0.2,
        read_fault=some(0.3, 0.005, 0.05),
        read_lag=some(0.4, 0.005, 0.5),
        disk=random.choice((0.003, 0.02, 0.2)),
        bot_fails=some(0.5, 0.05, 0.5),
        bot_slow=some(0.4, 0.05, 0.4),
        hands_over=random.choice((0.05, 0.3)),
        cuts=some(0.6, 0.05, 0.8),
        reloads=some(0.5, 0.03, 0.4),
        crashes=some(0.5, 0.05, 0.3),
        spite=some(0.4, 0.005, 0.05),
        deploys=some(0.2, 0.03, 0.15),
        outages=some(0.35, 0.03, 0.2),
        partitions=some(0.3, 0.03, 0.2),
        stream_cuts=some(0.4, 0.05, 0.5),
    )
