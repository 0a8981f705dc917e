import { describe, expect, it } from "vitest";
import type { Mark } from "./knowledge";
import { followed, piecesOf, pointsBefore, wholeWords, withMark, withoutMarks } from "./marking";

const mark = (start: number, end: number, entity = "town"): Mark => ({ start, end, entity, value: null });
const words = (text: string, marks: readonly Mark[]): string[] => marks.map(({ start, end }) => [...text].slice(start, end).join(""));

describe("a marked sentence", () => {
  it("is cut where marks begin and end, in code points", () => {
    const text = "🌧 výpadek v Brně dnes";
    const pieces = piecesOf(text, [mark(17, 21, "date"), mark(12, 16)]);
    expect(pieces.map(({ text: words, mark: one }) => [words, one?.entity])).toEqual([["🌧 výpadek v ", undefined], ["Brně", "town"], [" ", undefined], ["dnes", "date"]]);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  });

  it("loses no word to marks that overlap or lie outside", () => {
    for (const marks of [[mark(0, 5), mark(3, 8)], [mark(4, 99)], [mark(0, 9), mark(0, 9)]]) {
      expect(piecesOf("v Brně je", marks).map((piece) => piece.text).join("")).toBe("v Brně je");
    }
  });

  it("counts what stands before a place of a field", () => expect([pointsBefore("🌧a", 2), pointsBefore("🌧a", 3)]).toEqual([1, 2]));

  it.each([
    ["selected with its spaces", { start: 1, end: 7 }, { start: 2, end: 6 }],
    ["cut in the middle", { start: 3, end: 5 }, { start: 2, end: 6 }],
    ["two words", { start: 2, end: 8 }, { start: 2, end: 9 }],
    ["only a space", { start: 1, end: 2 }, null],
    ["nothing", { start: 3, end: 3 }, null],
  ])("marks whole words: %s", (_, selected, span) => expect(wholeWords("v Brně je", selected)).toEqual(span));

  it("gives the words to the new mark, and takes marks away", () => {
    const marks = [mark(0, 4), mark(5, 9, "date")];
    expect(withMark(marks, { start: 2, end: 4 }, "amount")).toEqual([mark(2, 4, "amount"), mark(5, 9, "date")]);
    expect(withoutMarks(marks, { start: 4, end: 6 })).toEqual([mark(0, 4)]);
  });
});

describe("marks of a sentence that is written in", () => {
  const before = "kdy jede vlak z Brna do Zlína";
  const marks = [mark(16, 20), mark(24, 29)];

  it.each([
    ["before them", "a kdy jede vlak z Brna do Zlína", ["Brna", "Zlína"]],
    ["between them", "kdy jede vlak z Brna rovnou do Zlína", ["Brna", "Zlína"]],
    ["behind them", "kdy jede vlak z Brna do Zlína?", ["Brna", "Zlína"]],
    ["within one", "kdy jede vlak z Bruna do Zlína", ["Bruna", "Zlína"]],
    ["over one", "kdy jede vlak z Prahy do Zlína", ["Zlína"]],
    ["away with one", "kdy jede vlak do Zlína", ["Zlína"]],
    ["away with all", "", []],
  ])("follow: %s", (_, after, expected) => expect(words(after, followed(before, after, marks))).toEqual(expected));

  it("stay within the text, whatever is written", () => {
    let random = 7;
    const next = (n: number): number => (random = (random * 16807) % 2147483647) % n;
    const letters = [..."ab č🌧 "];
    const text = (): string => Array.from({ length: next(12) }, () => letters[next(letters.length)]).join("");
    for (let round = 0; round < 2_000; round += 1) {
      const [old, now] = [text(), text()];
      const size = [...old].length;
      const start = next(size + 1);
      const kept = followed(old, now, start < size ? [mark(start, start + 1 + next(size - start))] : []);
      for (const one of kept) {
        expect(one.start).toBeLessThan(one.end);
        expect(one.end).toBeLessThanOrEqual([...now].length);
      }
    }
  });
});
