"""``python -m with_token run …``: Rasa's own command, with the token of its HTTP API from the environment.

That API can load a model from any address and shows every dialogue. Rasa takes its token from the command line only,
which everyone on the machine can read. What Rasa would check in vain in every turn is checked once.
"""

import os
import sys

from rasa.__main__ import main

from schemas import check_each_once

NAME = "LINKA_RASA_TOKEN"

if __name__ == "__main__":
    token = os.environ.pop(NAME, "")
    if not token:
        sys.exit(f"{NAME} must be set: without it Rasa obeys whoever reaches its port")
    # What the system shows of this process stays as it was. In one word, since a token may begin like an option.
    sys.argv[2:2] = [f"--auth-token={token}"]
    check_each_once()
    main()
