"""The database as the commands beside `run` find it."""

from hub.launch import mongod
from hub.launch.errors import LaunchError
from hub.settings import Settings
from storage.mongo.replica_set import ReplicaSetError, server_version

_ANSWER_SECONDS = 3.0


async def require_database(settings: Settings) -> Settings:
    """The settings with the address of a database that answers.

    Raises `LaunchError` when it does not.
    """
    uri = mongod.uri(settings)
    try:
        await server_version(uri, _ANSWER_SECONDS)
    except ReplicaSetError as error:
        advice = (
            "check LINKA_MONGODB_URI"
            if settings.mongodb_uri
            else "start Linka (`make run`) in another terminal, and give this command the same LINKA_… settings"
        )
        raise LaunchError(f"The database does not answer ({error}): {advice}.") from None
    return settings.model_copy(update={"mongodb_uri": uri})
