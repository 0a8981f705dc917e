import { describe, expect, it } from "vitest";
import { piecesOf, webAddress } from "./links";

describe("links in a stranger's words", () => {
  it("are found without the punctuation around them, and lose no letter of the text", () => {
    const text = "See https://example.com/a?b=c. Or (http://example.org)!";
    const pieces = piecesOf(text);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.flatMap((piece) => piece.href ?? [])).toEqual(["https://example.com/a?b=c", "http://example.org/"]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "", null])("never lead to %s", (address) => {
    expect(webAddress(address)).toBeNull();
  });

  it("leave a text without links as it is", () => {
    expect(piecesOf("<b>javascript:alert(1)</b>")).toEqual([{ text: "<b>javascript:alert(1)</b>", href: null }]);
    expect(piecesOf("")).toEqual([{ text: "", href: null }]);
  });
});
