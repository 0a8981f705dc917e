"""The contract of ``Storage`` as a whole, over memory, Motor and PyMongo."""

from storage.ports import Storage


async def test_it_answers(storage: Storage) -> None:
    await storage.ping()


async def test_prepare_is_idempotent(storage: Storage) -> None:
    await storage.prepare()
    await storage.prepare()
