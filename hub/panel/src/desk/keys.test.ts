import { expect, it } from "vitest";
import { namesOf } from "./keys";

it.each([
  ["t", "KeyT", false, "t"],
  ["T", "KeyT", false, "t"],
  ["?", "Slash", true, "?"],
  ["?", "Comma", true, "?"],
  ["Escape", "Escape", false, "Escape"],
  ["ě", "Digit2", false, "2"],
  ["2", "Digit2", true, "2"],
])("takes %s (%s, shift: %s) for %s", (key, code, shiftKey, name) => expect(namesOf({ key, code, shiftKey })).toContain(name));

it("does not take a shifted digit key for its digit", () => expect(namesOf({ key: "!", code: "Digit1", shiftKey: true })).not.toContain("1"));
