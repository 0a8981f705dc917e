import { describe, expect, it } from "vitest";
import { diffLines } from "./differing";
import { filledIn, inserted } from "./filling";
import { folded, holds, linesOf } from "./folding";
import { csvOf } from "./sheet";

it("searches without regard to case, diacritics and order", () => {
  expect(folded("  Účet   za Říjen ")).toBe("ucet za rijen");
  expect(holds("Kde najdu fakturu", "FAKTURU kde")).toBe(true);
  expect(holds("Kde najdu fakturu", "platba")).toBe(false);
});

it("takes pasted lines apart, each once and without the dashes of a list", () => {
  expect(linesOf("- kde je faktura\r\n\n  • Kde je  faktura \nco to stojí\n")).toEqual(["kde je faktura", "co to stojí"]);
});

describe("the words of an answer", () => {
  const known = { values: ["hours"], facts: { phone: { cs: "800 100 500" } } };

  it("are filled in as far as it is known", () => {
    expect(filledIn("Volejte {phone}, {hours}. {x} {}", "cs", known)).toEqual([
      { kind: "text", text: "Volejte " }, { kind: "fact", text: "800 100 500" }, { kind: "text", text: ", " }, { kind: "value", text: "hours" }, { kind: "text", text: ". " },
      { kind: "unknown", text: "x" }, { kind: "text", text: " " }, { kind: "unknown", text: "" },
    ]);
    expect(filledIn("{slot.__class__}", "cs", known)).toEqual([{ kind: "unknown", text: "slot.__class__" }]);
    expect(filledIn("{phone}", "en", known)).toEqual([{ kind: "unknown", text: "phone" }]);
  });

  it("get a placeholder where the caret is", () => expect(inserted("Volejte  hned", 8, 8, "phone")).toEqual({ text: "Volejte {phone} hned", caret: 15 }));
});

it("reads a diff without its heads", () => {
  const diff = "--- a/x.yml\n+++ b/x.yml\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n\\ No newline at end of file\n";
  expect(diffLines(diff)).toEqual([{ kind: "place", text: "@@ -1,2 +1,2 @@" }, { kind: "same", text: "same" }, { kind: "removed", text: "old" }, { kind: "added", text: "new" }]);
});

it("writes a table that no spreadsheet takes for formulas", () => {
  expect(csvOf([["a", 1, null], ['say "hi", you', -2.5, "=1+1"]])).toBe('a,1,\r\n"say ""hi"", you",-2.5,\'=1+1\r\n');
});
