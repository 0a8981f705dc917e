"""``python healthy.py URL``: ends with 0 when the address answers with success, else with 1. For health checks."""

import sys
import urllib.error
import urllib.request

try:
    urllib.request.urlopen(sys.argv[1], timeout=4).close()  # noqa: S310 - the address is in the compose file
except (OSError, ValueError) as error:
    sys.exit(f"{sys.argv[1]}: {error}")
