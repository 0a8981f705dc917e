"""What all suites share."""

import os

from hypothesis import settings

pytest_plugins = ["tests.mongod", "tests.redis_server"]

# `make proof` tries many more examples; tests that set a number of their own derive it from the profile's.
settings.register_profile("proof", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
