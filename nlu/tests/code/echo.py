"""A child of the tests: says what it is told to say, and prints as libraries do."""

import sys

from workshop.speaking import heard, take_over_output

if __name__ == "__main__":
    say = take_over_output()
    sys.stdout.write("a library has printed this\n")
    for asked in heard():
        say({"said": asked.get("say")})
