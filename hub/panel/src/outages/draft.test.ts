import { describe, expect, it } from "vitest";
import { agree, asField, asInstant, bodyOf, draftOf, languagesOf, merged, newDraft, placed, restored } from "./draft";
import { outage } from "./samples";

describe("times of the form", () => {
  it("are those of this computer's clock, and come back as the same instants", () => {
    for (const at of ["2026-11-23T09:00:00.000Z", "2026-03-29T00:30:00.000Z", "2027-01-01T00:00:00.000Z"]) expect(asInstant(asField(at))).toBe(at);
    expect(asField(null)).toBe("");
    expect(asInstant("")).toBeNull();
  });
  it("leave to the hub what is no time", () => expect(asInstant("soon")).toBe("soon"));
});

describe("a draft", () => {
  it("of an outage is sent as that outage", () => {
    const one = outage();
    expect(bodyOf(draftOf(one))).toEqual({
      kind: "fault", towns: ["Brno"], streets: ["Líšeň"], starts: "2026-11-23T09:00:00.000Z", expected_until: "2026-11-23T18:00:00.000Z", words: { cs: "Kabel." },
    });
  });
  it("holds what was written in any language, and sends it back", () => {
    const draft = draftOf(outage({ words: { cs: "Kabel.", de: "Ein Kabel." } }));
    draft.words.cs = " ";
    expect(bodyOf(draft).words).toEqual({ de: "Ein Kabel." });
    expect(languagesOf(["cs", "en", "eo"], draft)).toEqual(["cs", "en", "eo", "de"]);
  });
  it("comes back from this computer, unless it is none of ours", () => {
    const draft = newDraft("key", Date.parse("2026-11-23T09:00:30Z"));
    expect(restored(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
    for (const broken of [null, 5, {}, { ...draft, towns: "Brno" }, { ...draft, kind: "flood" }, { ...draft, words: { cs: 5 } }, { ...draft, words: null }, { ...draft, streets: [5] }]) expect(restored(broken)).toBeNull();
  });
});

describe("two who write at once", () => {
  const base = draftOf(outage());

  it("lose nothing: what only they changed is taken, what both changed stays ours", () => {
    const ours = { ...draftOf(outage()), streets: ["Líšeň", "Židenice"], words: { cs: "Dva kabely." } };
    const theirs = draftOf(outage({ expected_until: "2026-11-23T20:00:00Z", words: { cs: "Tři kabely." } }));
    const merge = merged(ours, base, theirs);
    expect(merge.taken).toEqual(["expected_until"]);
    expect(merge.disputed).toEqual(["words"]);
    expect(merge.draft).toEqual({ ...ours, expected_until: theirs.expected_until });
  });

  it("write in two languages without a dispute", () => {
    const ours = { ...draftOf(outage()), words: { cs: "Kabel.", en: "A cable." } };
    const theirs = draftOf(outage({ words: { cs: "Kabel.", de: "Ein Kabel." } }));
    const merge = merged(ours, base, theirs);
    expect([merge.taken, merge.disputed]).toEqual([["words"], []]);
    expect(bodyOf(merge.draft).words).toEqual({ cs: "Kabel.", en: "A cable.", de: "Ein Kabel." });
  });

  it("dispute one language and still take over the others", () => {
    const ours = { ...draftOf(outage()), words: { cs: "" } };
    const theirs = draftOf(outage({ words: { cs: "Dva kabely.", de: "Zwei Kabel." } }));
    const merge = merged(ours, base, theirs);
    expect([merge.taken, merge.disputed]).toEqual([[], ["words"]]);
    expect(merge.draft.words).toEqual({ cs: "", de: "Zwei Kabel." });
  });

  it("are of one mind when both wrote the same", () => {
    const both = draftOf(outage({ towns: ["Brno", "Zlín"] }));
    expect(merged(both, base, both)).toMatchObject({ taken: [], disputed: [] });
    expect(agree(both, base, "towns")).toBe(false);
    expect(agree({ ...base, words: { en: "", cs: "Kabel." } }, base, "words")).toBe(true);
  });
});

it("puts the hub's errors beside our fields, each once", () => {
  const error = (code: string) => ({ code, message: code });
  expect(placed({ "towns.2": error("required"), "towns.3": error("too_long"), "words.cs": error("too_long"), "words.de": error("unknown_field"), starts: {}, other: error("x") })).toEqual({
    towns: error("required"), "words.cs": error("too_long"), "words.de": error("unknown_field"), starts: { code: "invalid", message: "starts" },
  });
});
