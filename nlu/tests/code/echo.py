"""A child of the tests: says what it is told to say, and prints as libraries do."""

from workshop.speaking import heard, take_over_output

if __name__ == "__main__":
    say = take_over_output()
    print("a library has printed this")
    for asked in heard():
        say({"said": asked.get("say")})
