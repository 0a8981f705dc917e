"""A new operator, as the command line adds one."""

import unicodedata
from collections.abc import Sequence
from uuid import uuid4

from hub.clock import Clock, SystemClock
from hub.errors import Refusal
from hub.people.accounts import LOGIN, normalised_login
from hub.people.passwords import MAX_LENGTH, MIN_LENGTH, Passwords
from hub.settings import Settings
from storage.errors import AlreadyExists
from storage.model.people import Operator, Role
from storage.ports import OperatorStore

MAX_NAME = 120  # characters


async def add_operator(
    settings: Settings, *, login: str, name: str, role: str, password: str, teams: Sequence[str]
) -> Operator:
    """Add an operator to the database that the settings name.

    Raises:
        Refusal: a value cannot be used (bad_request), the login is taken (conflict), or there is no database.
        StorageUnavailable: the database is away.
    """
    from storage.mongo import open_storage

    if settings.mongodb_uri is None:
        raise Refusal("unavailable", "There is no database to write to: set LINKA_MONGODB_URI.")
    async with open_storage(
        settings.mongodb_uri, settings.mongodb_database, settings.mongodb_driver
    ) as storage:
        await storage.prepare()
        passwords = Passwords(workers=1)
        try:
            return await add(
                storage.operators,
                passwords,
                SystemClock(),
                login=login,
                name=name,
                role=role,
                password=password,
                teams=teams,
            )
        finally:
            passwords.close()


async def add(
    operators: OperatorStore,
    passwords: Passwords,
    clock: Clock,
    *,
    login: str,
    name: str,
    role: str,
    password: str,
    teams: Sequence[str] = ("support",),
) -> Operator:
    """Check the values and store the operator. Raises ``Refusal`` (bad_request, conflict)."""
    login = normalised_login(login)
    if not LOGIN.fullmatch(login):
        raise Refusal(
            "bad_request",
            "A login has 2 to 32 characters: letters a–z, digits, dots, dashes and underscores; it begins with a "
            "letter or digit.",
        )
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(char.isalpha() for char in name) or len(name) > MAX_NAME or not name.isprintable():
        raise Refusal("bad_request", f"A name has 1 to {MAX_NAME} characters that can be read.")
    if role not in set(Role):
        raise Refusal("bad_request", f"There is no role {role!r}. Choose one of: {', '.join(Role)}.")
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Refusal("bad_request", f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
    if any("\ud800" <= char <= "\udfff" for char in password):
        raise Refusal("bad_request", "The password holds half a character; check the terminal's encoding.")
    operator = Operator(
        id=str(uuid4()),
        login=login,
        name=name,
        role=Role(role),
        password_hash=await passwords.hash(password),
        teams=tuple(dict.fromkeys(teams)),
        created_at=clock.now(),
    )
    try:
        await operators.put_new(operator)
    except AlreadyExists as taken:
        raise Refusal("conflict", f"The login {login} is taken. Choose another.") from taken
    return operator
