"""Measurements: always beside a yardstick in the same run, so that a number means something on another machine too."""
