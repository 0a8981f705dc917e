import { describe, expect, it } from "vitest";
import { type Frame, type MessageRow, type Row, rowsOf } from "../src/app/rows";
import { type News, reduce, START, type State } from "../src/app/state";
import type { WidgetConversation, WidgetEntry } from "../src/protocol.gen";
import { conversation, entry, own } from "./samples";

const NOW = Date.parse("2026-11-23T10:30:00Z");
const frame: Frame = {
  language: "en",
  now: NOW,
  greeting: "Hello!",
  suggestions: ["Tariffs?"],
  rating: null,
};

function stateOf(entries: WidgetEntry[], change: Partial<WidgetConversation> = {}, ...news: News[]): State {
  const seq = entries.at(-1)?.seq ?? 0;
  const first: News = { type: "began", entries, more: false, conversation: conversation({ seq, ...change }) };
  return [first, ...news].reduce(reduce, START);
}

const kinds = (rows: Row[]) => rows.map((row) => row.kind);
const messages = (rows: Row[]) => rows.filter((row): row is MessageRow => row.kind === "message");
const activities = (state: State, language: "cs" | "en" = "en") =>
  rowsOf(state, { ...frame, language }).flatMap((row) => (row.kind === "activity" ? [row.text] : []));
const waiting = (clientId: string, text: string, failed: "forbidden" | null = null): News => ({
  type: "outbox",
  outbox: [{ clientId, at: NOW, wish: { kind: "message", text, payload: null }, page: {}, failed }],
});

describe("the rows", () => {
  it("begin with the greeting and the suggested questions, until something is said", () => {
    expect(kinds(rowsOf(stateOf([]), frame))).toEqual(["message", "suggestions"]);
    expect(kinds(rowsOf(stateOf([own(1, "Hi")]), frame))).toEqual(["message", "message"]);
  });

  it("show the true state of one's own messages", () => {
    const state = stateOf([own(1, "a"), own(2, "b")], { read_by_operator: 1 });
    const shown = messages(rowsOf(state, frame)).filter((row) => row.own);
    expect(shown.map((row) => row.delivery)).toEqual([null, "sent"]);
    const seen = messages(rowsOf(reduce(state, { type: "seen", seq: 2 }), frame));
    expect(seen.at(-1)?.delivery).toBe("seen");
    expect(messages(rowsOf(reduce(state, waiting("x", "c")), frame)).at(-1)?.delivery).toBe("waiting");
    expect(messages(rowsOf(reduce(state, waiting("x", "c", "forbidden")), frame)).at(-1)?.delivery).toBe(
      "failed",
    );
  });

  it("keep the key of a message when it is confirmed", () => {
    const before = rowsOf(stateOf([], {}, waiting("id-1", "a")), frame).map((row) => row.key);
    const after = rowsOf(stateOf([own(1, "a", "id-1")], {}, waiting("id-1", "a")), frame).map(
      (row) => row.key,
    );
    expect(after).toEqual(before);
  });

  it("offer quick replies once", () => {
    const replies = [
      { title: "Yes", payload: "/yes" },
      { title: "No", payload: "/no" },
    ];
    const asked = entry(1, { body: { kind: "message", text: "Sure?", quick_replies: replies } });
    const open = (state: State) => messages(rowsOf(state, frame)).find((row) => row.replies.length > 0);
    expect(open(stateOf([asked]))).toMatchObject({ open: true, chosen: null });
    expect(open(stateOf([asked], {}, waiting("x", "Yes")))?.open).toBe(false);
    expect(open(stateOf([asked, own(2, "No")]))).toMatchObject({ open: false, chosen: "No" });
    const taken = entry(2, { body: { kind: "taken", operator_name: "Anna" } });
    expect(open(stateOf([asked, taken]))?.open).toBe(false);
  });

  it("group neighbours of one author", () => {
    const rows = messages(rowsOf(stateOf([entry(1), entry(2), own(3, "x")]), { ...frame, greeting: "" }));
    expect(rows.map((row) => [row.first, row.last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  it("separate days, but do not label today at the start", () => {
    const old = entry(1, { at: "2026-11-20T10:00:00Z" });
    const rows = rowsOf(stateOf([old, entry(2)]), frame);
    expect(rows.filter((row) => row.kind === "day").map((row) => row.text)).toEqual([
      "20 November 2026",
      "Today",
    ]);
  });

  it("say every activity in both languages", () => {
    const bodies: WidgetEntry["body"][] = [
      ...(
        ["requested", "not_understood", "topic", "bot_failed", "bot_timeout", "bot_unavailable"] as const
      ).map((reason) => ({ kind: "handed_off", reason, place: 1, opens_at: null }) as const),
      { kind: "handed_off", reason: "requested", place: 1, opens_at: "2026-11-24T07:00:00Z" },
      ...(["complaint", "wish", "fault"] as const).map(
        (category) => ({ kind: "case_opened", number: "C-123-4560", category }) as const,
      ),
      { kind: "taken", operator_name: "Anna" },
      { kind: "released" },
      { kind: "transferred", team: null, operator_name: "Petr" },
      { kind: "transferred", team: "sales", operator_name: null },
      { kind: "transferred", team: null, operator_name: null },
      { kind: "handed_back" },
      { kind: "resolved" },
      { kind: "reopened", operator_name: "Anna" },
      { kind: "reopened", operator_name: "" },
    ];
    const state = stateOf(bodies.map((body, index) => entry(index + 1, { body })));
    const [cs, en] = [activities(state, "cs"), activities(state, "en")];
    expect(cs).toHaveLength(bodies.length);
    expect(en).toHaveLength(bodies.length);
    for (const text of [...cs, ...en]) expect(text).toMatch(/^\S.*[.!]$/);
    expect(cs.filter((text, index) => text === en[index])).toEqual([]);
    expect(cs).toContain("Předáváme vás kolegům: obchod.");
  });

  it("ask for a rating, keep the form for the comment, and sum up what was given", () => {
    const resolved = { status: { kind: "resolved", at: "2026-11-23T10:10:00Z" } } as const;
    const toRate = stateOf([entry(1)], { ...resolved, can_rate: true });
    expect(kinds(rowsOf(toRate, frame))).toContain("rating");
    const rated = entry(2, { own: true, body: { kind: "rated", score: 4, comment: null } });
    const commented = entry(3, { own: true, body: { kind: "rated", score: null, comment: "Nice" } });
    const scored = stateOf([entry(1), rated], resolved);
    expect(kinds(rowsOf(scored, frame))).not.toContain("rating");
    const now = { ...frame, rating: { episode: 1, score: 4, done: false } };
    expect(kinds(rowsOf(scored, now))).toContain("rating");
    const both = rowsOf(stateOf([entry(1), rated, commented], resolved), frame);
    expect(both.filter((row) => row.kind === "activity")).toMatchObject([
      { text: "You rated us 4 of 5. Thank you!", quote: "Nice" },
    ]);
  });

  describe("for a comment after a reload", () => {
    const resolved = { status: { kind: "resolved", at: "2026-11-23T10:10:00Z" } } as const;
    const closed = (seq: number, episode = 1) => entry(seq, { episode, body: { kind: "resolved" } });
    const rated = (seq: number, score: number | null, comment: string | null, episode = 1) =>
      entry(seq, { episode, own: true, body: { kind: "rated", score, comment } });
    const asked = (state: State, rating: Frame["rating"] = null) =>
      kinds(rowsOf(state, { ...frame, rating })).filter((kind) => kind === "rating" || kind === "comment");
    const sending = (score: number | null, comment: string | null): News => ({
      type: "outbox",
      outbox: [{ clientId: "x", at: NOW, wish: { kind: "rating", score, comment }, page: {}, failed: null }],
    });
    const scored = stateOf([closed(1), rated(2, 4, null)], resolved);

    it("ask as long as the rating has none", () => {
      expect(asked(scored)).toEqual(["comment"]);
      expect(asked(stateOf([closed(1), rated(2, 4, null), rated(3, null, "Nice")], resolved))).toEqual([]);
      expect(asked(stateOf([closed(1), rated(2, 4, "Nice"), rated(3, 5, null)], resolved))).toEqual([]);
    });

    it("ask no longer when the visitor declined or something newer was said", () => {
      expect(asked(scored, { episode: 1, score: null, done: true })).toEqual([]);
      expect(asked(stateOf([closed(1), rated(2, 4, null), own(3, "Hi")]))).toEqual([]);
    });

    it("ask for the score again, not for a comment, when the conversation was closed anew", () => {
      const anew = stateOf([closed(1), rated(2, 4, null), closed(3)], { ...resolved, can_rate: true });
      expect(asked(anew)).toEqual(["rating"]);
      const next = stateOf([closed(1), rated(2, 4, null), own(3, "Hi"), closed(4)], {
        ...resolved,
        episode: 2,
        can_rate: true,
      });
      expect(asked(next)).toEqual(["rating"]);
    });

    it("count what is still on its way", () => {
      const unrated = { ...resolved, can_rate: true };
      expect(asked(stateOf([closed(1)], unrated, sending(4, null)))).toEqual(["comment"]);
      expect(asked(reduce(scored, sending(null, "Nice")))).toEqual([]);
    });

    it("keep the stars when only a comment was given", () => {
      expect(asked(stateOf([closed(1), rated(2, null, "Nice")], { ...resolved, can_rate: true }))).toEqual([
        "rating",
      ]);
    });
  });
});
