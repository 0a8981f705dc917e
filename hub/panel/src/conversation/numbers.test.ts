import { describe, expect, it } from "vitest";
import { numbersApart } from "./numbers";
import { dice } from "./samples";

describe("numbers that no line may break", () => {
  it.each([
    ["Stížnost číslo C-598-2610.", ["Stížnost číslo ", "C-598-2610", "."]],
    ["1234-5671 a 1234-5674", ["", "1234-5671", " a ", "1234-5674", ""]],
    ["od 300-500 do 12345-67890", ["od 300-500 do 12345-67890"]],
    ["", [""]],
  ])("are found in %s", (text, parts) => {
    expect(numbersApart(text)).toEqual(parts);
  });

  it("lose no letter of any text", () => {
    const bits = ["C-", "123", "-", "4560", "1234-5671", " ", "ř", "\n", "<b>", "."];
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = dice(seed);
      const text = Array.from({ length: random(14) }, () => bits[random(bits.length)]).join("");
      expect(numbersApart(text).join("")).toBe(text);
    }
  });
});
