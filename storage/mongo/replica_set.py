"""Makes a lone mongod the one member of a replica set, which change streams and majority writes need."""

import asyncio
from typing import Any

from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import OperationFailure, PyMongoError

_NOT_YET_INITIALIZED = 94
_INVALID_CONFIG = 93
_POLL_SECONDS = 0.02


class ReplicaSetError(Exception):
    """The server answered, but could not be made the primary of its set."""


async def ensure_primary(address: str, name: str, within: float) -> None:
    """Wait until the server at `address` (``host:port``) answers, and make it primary of the set `name`.

    A fresh server is initiated. One whose set remembers another address for it (its port was changed) is
    reconfigured. Raises `ReplicaSetError`, also when it takes longer than `within` seconds.
    """
    host, _, port = address.rpartition(":")
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        host, int(port), directConnection=True, serverSelectionTimeoutMS=1_000, connectTimeoutMS=1_000
    )
    try:
        async with asyncio.timeout(within):
            await _listens(host, int(port))
            await _configure(client, address, name)
            while not (await client.admin.command("hello")).get("isWritablePrimary"):
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        raise ReplicaSetError(f"it was not ready after {within:.0f} seconds") from None
    except PyMongoError as error:
        raise ReplicaSetError(str(error)) from error
    finally:
        await client.close()


async def server_version(uri: str, within: float) -> str:
    """The version of the server at `uri`, which must be a member of a replica set.

    Raises `ReplicaSetError` when it is none, or does not answer within so many seconds.
    """
    # In a thread: the asyncio client leaves a socket open when it is closed while it tries to connect.
    return await asyncio.to_thread(_server_version, uri, within)


def _server_version(uri: str, within: float) -> str:
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(uri, serverSelectionTimeoutMS=round(within * 1_000))
    except (PyMongoError, ValueError) as error:
        raise ReplicaSetError(f"its address is not usable ({error})") from None
    with client:
        try:
            if not client.admin.command("hello").get("setName"):
                raise ReplicaSetError(
                    "it is not a replica set (one member is enough: start mongod with --replSet)"
                )
            return str(client.server_info()["version"])
        except PyMongoError as error:
            raise ReplicaSetError(_briefly(error)) from None


def _briefly(error: PyMongoError) -> str:
    return str(error).partition(" (configured timeouts")[0].partition(", Timeout:")[0]


async def _listens(host: str, port: int) -> None:
    # A plain connection: the driver would wait for its own heartbeat, and leaks a socket when it is interrupted.
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_POLL_SECONDS)
        else:
            writer.close()
            return


async def _configure(client: AsyncMongoClient[dict[str, Any]], address: str, name: str) -> None:
    try:
        await client.admin.command("replSetGetStatus")
    except OperationFailure as error:
        if error.code == _NOT_YET_INITIALIZED:
            members = [{"_id": 0, "host": address}]
            await client.admin.command("replSetInitiate", {"_id": name, "members": members})
        elif error.code == _INVALID_CONFIG:
            await _readdress(client, address)
        else:
            raise


async def _readdress(client: AsyncMongoClient[dict[str, Any]], address: str) -> None:
    # The server does not find itself in its configuration and will not show it, but it lies in its own database.
    config = await client.local["system.replset"].find_one({})
    if config is None or len(config["members"]) != 1:
        raise ReplicaSetError("its data belongs to a replica set with other members")
    config["members"][0]["host"] = address
    config["version"] += 1
    await client.admin.command("replSetReconfig", config, force=True)
