import { describe, expect, it } from "vitest";
import { cs } from "@/words/cs";
import { en } from "@/words/en";
import { commandOf, deedsOf } from "./deeds";
import type { Action } from "./rules";
import { rowOfSample } from "./samples";

const since = "2026-11-23T09:00:00Z";
const mine = rowOfSample("a", { responder: { kind: "operator", operator_id: "anna", operator_name: "Anna", team: "support", since } });
const actions = (deeds: readonly { action: Action }[]): Action[] => deeds.map((deed) => deed.action);

describe("the deeds", () => {
  it("stand in a fixed order, with words in both languages and a key each where the help promises one", () => {
    const { main, side, order } = deedsOf(mine, { id: "anna", role: "operator" });
    expect([actions(main), actions(side), order?.action]).toEqual([["resolve"], ["transfer", "snooze", "release", "hand_back"], "order"]);
    for (const { word } of [...main, ...side]) for (const words of [en, cs]) expect(words.do).toHaveProperty(word);
    expect([...main, ...side].flatMap((deed) => deed.keys)).toEqual(["E", "X", "S"]);
  });

  it("are none for who only reads, and for nobody", () => {
    for (const me of [null, { id: "filip", role: "faq_maintainer" } as const]) {
      expect(deedsOf(mine, me)).toEqual({ main: [], side: [], order: null });
    }
  });

  it("ask the hub for what it knows", () => {
    expect((["take_over", "wake", "resolve", "transfer", "snooze", "order"] as const).map(commandOf)).toEqual(["take", "reopen", "resolve", null, null, null]);
  });
});
