"""What there is in one seed, and who is cast for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType

from storage.memory import MemoryStorage
from tests.clients.client import Client
from tests.simulation.carrier import Carrier, Telegram
from tests.simulation.climate import Climate
from tests.simulation.database import Database
from tests.simulation.hub import SimHub
from tests.simulation.loop import VirtualLoop
from tests.simulation.network import Network
from tests.simulation.people import Customer, Person, Worker


@dataclass
class World:
    """Everything there is in one seed."""

    seed: int
    loop: VirtualLoop
    random: Random
    climate: Climate
    network: Network
    twin: MemoryStorage
    database: Database
    hubs: list[SimHub] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    carrier: Carrier | None = None
    telegram: Telegram = field(default_factory=Telegram)
    chats: dict[str, str] = field(default_factory=dict)  # conversation by chat
    stored: dict[str, float] = field(default_factory=dict)  # when each entry became durable, by its id
    probes: dict[str, str] = field(default_factory=dict)  # words said in calm, by conversation
    errors: list[str] = field(default_factory=list)  # what the hubs logged as unforeseen
    violations: list[str] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        """All who have a client."""
        return [*self.customers, *self.workers]

    @property
    def conversation_ids(self) -> list[str]:
        """All of them."""
        return [customer.conversation_id for customer in self.customers] + list(self.chats.values())


class Cast:
    """Who is made, and of which parts; a planted bug changes some of them."""

    client: Callable[..., Client] = Client
    carrier: type[Carrier] = Carrier
    weather: Mapping[str, float] = MappingProxyType({})  # in place of the seed's own
    hubs: Sequence[int] = (1, 2, 2, 2)  # how many there may be
    gaps: Sequence[float] = (0.3, 1.0, 3.0, 10.0)  # seconds between two deeds of one person, in the mean
    most_customers = 3

    def twin(self) -> MemoryStorage:
        """The storage."""
        return MemoryStorage()

    @contextmanager
    def plant(self) -> Iterator[None]:
        """Around the whole run."""
        yield
