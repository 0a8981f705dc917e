"""``python healthy.py URL [NAME]``: ends with 0 when the address answers with success, else with 1. For health checks.

With a name, the value of this variable goes with it as ``token``.
"""

import os
import sys
import urllib.error
import urllib.parse
import urllib.request

url, *names = sys.argv[1:]
token = "".join("?" + urllib.parse.urlencode({"token": os.environ[name]}) for name in names)
try:
    urllib.request.urlopen(url + token, timeout=4).close()  # noqa: S310 - the address is in the compose file
except (OSError, ValueError) as error:
    sys.exit(f"{url}: {error}")
