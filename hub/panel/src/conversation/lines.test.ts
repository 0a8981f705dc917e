import { describe, expect, it } from "vitest";
import type { OperatorEntry } from "@/protocol.gen";
import { type BubbleLine, type Line, linesOf } from "./lines";
import type { OutboxItem } from "./outbox";
import { entryAt } from "./samples";

const anna = { kind: "operator", name: "Anna" } as const;

function lines(entries: OperatorEntry[], outbox: OutboxItem[] = [], readByContact = 0): Line[] {
  return linesOf({ entries, outbox, readByContact, me: "Anna", dayOf: (at) => at.slice(0, 10) });
}
const kinds = (found: Line[]): string[] => found.map((line) => line.kind);
const bubble = (found: Line[], key: string): BubbleLine => found.find((line) => line.key === key) as BubbleLine;

function waiting(change: Partial<OutboxItem> = {}): OutboxItem {
  return {
    client_id: "mine", conversation_id: "one", kind: "message", text: "unsent", written_at: Date.UTC(2026, 10, 23, 9, 5),
    state: "waiting", attempts: 0, retry_at: 0, error: null, entry: null, ...change,
  };
}
function delivered(seq: number, target_seq: number, attempt: number, outcome: "sent" | "failed" | "ambiguous"): OperatorEntry {
  return entryAt(seq, { author: { kind: "system", name: "" }, body: { kind: "delivered", target_seq, attempt, outcome, error: outcome === "failed" ? "blocked" : null } });
}

describe("the lines of a conversation", () => {
  it("are parted by day", () => {
    const found = lines([entryAt(1), entryAt(2, { at: "2026-11-24T08:00:00Z" })]);
    expect(kinds(found)).toEqual(["day", "message", "day", "message"]);
  });

  it("group one author's messages, until another speaks, time passes or something happens", () => {
    const found = lines([
      entryAt(1), entryAt(2),
      entryAt(3, { author: anna }),
      entryAt(4, { author: anna, at: "2026-11-23T09:10:00Z" }),
      entryAt(5, { author: anna, at: "2026-11-23T09:10:01Z", body: { kind: "handed_back" } }),
      entryAt(6, { author: anna, at: "2026-11-23T09:10:02Z" }),
    ]).filter((line) => line.kind === "message") as BubbleLine[];
    expect(found.map((line) => [line.first, line.last])).toEqual([[true, false], [false, true], [true, true], [true, true], [true, true]]);
  });

  it("tell sent from seen", () => {
    const found = lines([entryAt(1, { author: anna }), entryAt(2, { author: anna })], [], 1);
    expect(bubble(found, "entry-1").delivery).toBe("seen");
    expect(bubble(found, "entry-2").delivery).toBe("sent");
    expect(bubble(lines([entryAt(1)]), "entry-1").delivery).toBeNull();
  });

  it("fold the outcome of an outside delivery into its message, the last attempt counting", () => {
    const found = lines([entryAt(1, { author: anna }), delivered(2, 1, 1, "ambiguous"), delivered(3, 1, 2, "failed")]);
    expect(kinds(found)).toEqual(["day", "message"]);
    expect(bubble(found, "entry-1")).toMatchObject({ delivery: "undelivered", failure: "blocked" });
    const turned = lines([entryAt(1, { author: anna }), delivered(2, 1, 2, "sent"), delivered(3, 1, 1, "failed")]);
    expect(bubble(turned, "entry-1").delivery).toBe("sent");
  });

  it("end with what is not sent yet, once", () => {
    const found = lines([entryAt(1)], [waiting()]);
    expect(bubble(found, "mine")).toMatchObject({ text: "unsent", delivery: "waiting", author: anna, own: true });
    const both = lines([entryAt(1, { author: anna, client_id: "mine", own: true })], [waiting({ state: "accepted" })]);
    expect(kinds(both)).toEqual(["day", "message"]);
    expect(bubble(both, "mine").item).toBeNull();
  });

  it("never go back to an earlier day, so that every line has a key of its own", () => {
    const waited = [waiting({ client_id: "old", written_at: Date.UTC(2026, 10, 21) }), waiting({ client_id: "new", written_at: Date.UTC(2026, 10, 24) })];
    const found = lines([entryAt(1), entryAt(2, { at: "2026-11-22T23:59:59Z" })], waited);
    expect(kinds(found)).toEqual(["day", "message", "message", "message", "day", "message"]);
    expect(new Set(found.map((line) => line.key)).size).toBe(found.length);
  });

  it("mark a note as waiting or failed, but never as sent or seen", () => {
    const note = (change: Partial<OutboxItem>): BubbleLine => bubble(lines([], [waiting({ kind: "note", ...change })]), "mine");
    expect([note({}).delivery, note({ state: "accepted" }).delivery]).toEqual(["waiting", null]);
    const entry = entryAt(1, { author: anna, body: { kind: "note", text: "between us" } });
    expect(lines([entry], [], 9)[1]).toMatchObject({ kind: "note", text: "between us", delivery: null });
  });

  it("say why a message failed", () => {
    const error = { code: "invalid_state", message: "", retryable: false } as const;
    expect(bubble(lines([], [waiting({ state: "failed", error })]), "mine")).toMatchObject({ delivery: "failed", failure: "invalid_state" });
  });
});
