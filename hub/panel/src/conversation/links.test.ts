import { describe, expect, it } from "vitest";
import { piecesOf, webAddress } from "./links";
import { dice } from "./samples";

describe("links in a stranger's words", () => {
  it("are found without the punctuation around them, and lose no letter of the text", () => {
    const text = "See https://example.com/a?b=c. Or (http://example.org)!";
    const pieces = piecesOf(text);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.flatMap((piece) => piece.href ?? [])).toEqual(["https://example.com/a?b=c", "http://example.org/"]);
  });

  it("keep a bracket that belongs to the address", () => {
    const found = (text: string): string[] => piecesOf(text).filter((piece) => piece.href).map((piece) => piece.text);
    expect(found("(https://cs.wikipedia.org/wiki/Brno_(město)), viz")).toEqual(["https://cs.wikipedia.org/wiki/Brno_(město)"]);
    expect(found("(https://example.com/a).")).toEqual(["https://example.com/a"]);
  });

  it("never change the words, whatever they are", () => {
    const bits = ["https://", "http://a.cz", " ", "(", ")", ".", "<b>", "javascript:", "\n", "ř", "/x?y=1&z", "https://[", "“", "//"];
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = dice(seed);
      const text = Array.from({ length: random(14) }, () => bits[random(bits.length)]).join("");
      const pieces = piecesOf(text);
      expect(pieces.map((piece) => piece.text).join("")).toBe(text);
      for (const { href } of pieces) if (href !== null) expect(href).toMatch(/^https?:\/\//);
    }
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "", null])("never lead to %s", (address) => {
    expect(webAddress(address)).toBeNull();
  });

  it("leave a text without links as it is", () => {
    expect(piecesOf("<b>javascript:alert(1)</b>")).toEqual([{ text: "<b>javascript:alert(1)</b>", href: null }]);
    expect(piecesOf("")).toEqual([{ text: "", href: null }]);
  });
});
