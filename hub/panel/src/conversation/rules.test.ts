import { describe, expect, it } from "vitest";
import type { ConversationRow } from "@/protocol.gen";
import { type Me, actionsOf, isMine, silenceOf } from "./rules";
import { rowOfSample } from "./samples";

const me: Me = { id: "anna", role: "operator" };
const sara: Me = { id: "sara", role: "supervisor" };
const since = "2026-11-23T09:00:00Z";
const withAnna: ConversationRow["responder"] = { kind: "operator", operator_id: "anna", operator_name: "Anna", team: "support", since };
const bot = rowOfSample("a");
const queued = rowOfSample("a", { responder: { kind: "queued", team: "support", since, priority: 0 } });
const mine = rowOfSample("a", { responder: withAnna });
const snoozed = rowOfSample("a", { responder: withAnna, status: { kind: "snoozed", until: since } });
const resolved = rowOfSample("a", { status: { kind: "resolved", at: since } });

describe("the rules", () => {
  it("let one write only where one answers", () => {
    expect(silenceOf(mine, me)).toBeNull();
    expect(silenceOf(mine, sara)).toBe("colleague");
    expect([bot, queued, resolved].map((row) => silenceOf(row, me))).toEqual(["bot", "queued", "resolved"]);
    expect([mine, snoozed, queued, resolved].map((row) => isMine(row, me))).toEqual([true, true, false, false]);
  });

  it("offer what the hub would accept", () => {
    const offered = (row: ConversationRow, who: Me): string[] => [...actionsOf(row, who)].sort();
    expect(offered(bot, me)).toEqual(["order", "resolve", "take"]);
    expect(offered(queued, me)).toEqual(["order", "resolve", "take", "transfer"]);
    expect(offered(mine, me)).toEqual(["hand_back", "order", "release", "resolve", "snooze", "transfer"]);
    expect(offered(snoozed, me)).toContain("wake");
    expect(offered(resolved, me)).toEqual(["order", "reopen"]);
  });

  it("let only those above take over from a colleague", () => {
    expect([...actionsOf(mine, { id: "petr", role: "operator" })]).toEqual([]);
    expect([...actionsOf(mine, sara)]).toContain("take_over");
  });
});
