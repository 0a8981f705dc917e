import { describe, expect, it } from "vitest";
import { mustTell, stillTyping, typistsChanged } from "./typing";

const jana = { kind: "contact", name: "Jana" };

describe("typing", () => {
  it("is forgotten six seconds after the last news", () => {
    const typists = typistsChanged(typistsChanged([], jana, true, 0), jana, true, 2_000);
    expect(typists).toHaveLength(1);
    expect(stillTyping(typists, 7_999)).toHaveLength(1);
    expect(stillTyping(typists, 8_000)).toEqual([]);
  });

  it("ends at once when we are told so, for that person only", () => {
    const both = typistsChanged(typistsChanged([], jana, true, 0), { kind: "operator", name: "Petr" }, true, 0);
    expect(typistsChanged(both, jana, false, 1).map((one) => one.name)).toEqual(["Petr"]);
  });

  it("is told at most every three seconds", () => {
    expect([mustTell(null, 0), mustTell(0, 2_999), mustTell(0, 3_000)]).toEqual([true, false, true]);
  });
});
