import { describe, expect, it } from "vitest";
import { fieldValue, presetsAt } from "./moments";

describe("when a conversation comes back", () => {
  it.each([
    ["Monday", 23, ["23 11:30", "23 13:30", "24 08:00", "30 08:00"]],
    ["Saturday", 28, ["28 11:30", "28 13:30", "29 08:00", "30 08:00"]],
    ["Sunday, when tomorrow is Monday", 29, ["29 11:30", "29 13:30", "30 08:00"]],
  ])("is offered on a %s", (_, day, wanted) => {
    const found = presetsAt(new Date(2026, 10, day, 10, 30)).map(({ at }) => fieldValue(at));
    expect(found).toEqual(wanted.map((moment) => `2026-11-${moment.replace(" ", "T")}`));
  });
});
