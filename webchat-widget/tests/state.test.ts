import { describe, expect, it } from "vitest";
import {
  BOT_THINKS,
  type News,
  backAt,
  placeInLine,
  reduce,
  START,
  type State,
  TYPING_LASTS,
  unconfirmed,
  unread,
} from "../src/app/state";
import { isBehind, lastSeq } from "../src/app/timeline";
import type { WidgetEntry } from "../src/protocol.gen";
import { conversation, entry, own } from "./samples";

const evolve = (state: State, ...news: News[]) => news.reduce(reduce, state);
const began = (...seqs: number[]): News => ({
  type: "began",
  entries: seqs.map((seq) => entry(seq)),
  more: (seqs[0] ?? 1) > 1,
  conversation: conversation({ seq: seqs.at(-1) ?? 0 }),
});
const appended = (...seqs: number[]): News => ({
  type: "appended",
  entries: seqs.map((seq) => entry(seq)),
  now: 0,
});
const seqs = (state: State) => state.timeline.entries.map((each) => each.seq);

describe("a hub that cannot save", () => {
  it("is said and forgotten, and changes nothing else", () => {
    const before = evolve(START, { type: "link", link: "online" }, began(1, 2));
    const away = evolve(before, { type: "away", on: true });
    expect(away).toEqual({ ...before, away: true });
    expect(evolve(away, { type: "away", on: true })).toBe(away);
    expect(evolve(away, { type: "away", on: false })).toEqual(before);
  });
});

describe("the timeline", () => {
  it("shows each entry once and in order, whatever way it comes", () => {
    const state = evolve(START, began(1, 2), appended(2, 1), appended(4, 3), appended(3));
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
  });

  it("does not show what lies beyond a gap, but knows that it is behind", () => {
    const gap = evolve(START, began(1), appended(3));
    expect(seqs(gap)).toEqual([1]);
    expect(isBehind(gap.timeline)).toBe(true);
    const mended = evolve(gap, appended(2, 3));
    expect(seqs(mended)).toEqual([1, 2, 3]);
    expect(isBehind(mended.timeline)).toBe(false);
  });

  it("learns from a digest and from the conversation what it missed", () => {
    expect(isBehind(evolve(START, began(1), { type: "digest", seq: 2 }).timeline)).toBe(true);
    const news: News = { type: "conversation", conversation: conversation({ version: 2, seq: 2 }) };
    expect(isBehind(evolve(START, began(1), news).timeline)).toBe(true);
  });

  it("notices what arrived before the first page and is not on it", () => {
    const state = evolve(START, appended(2), began(1));
    expect(seqs(state)).toEqual([1]);
    expect(isBehind(state.timeline)).toBe(true);
  });

  it("puts older pages in front, and only if they join", () => {
    const state = evolve(START, began(11, 12));
    expect(state.timeline.complete).toBe(false);
    const older = evolve(state, { type: "older", entries: [entry(9), entry(10)], more: false });
    expect(seqs(older)).toEqual([9, 10, 11, 12]);
    expect(older.timeline.complete).toBe(true);
    expect(seqs(evolve(state, { type: "older", entries: [entry(5)], more: true }))).toEqual([11, 12]);
  });
});

describe("the conversation", () => {
  it("never goes back to an older version, but takes a new place in the queue of the same one", () => {
    const queued = (version: number, place: number): News => ({
      type: "conversation",
      conversation: conversation({
        version,
        responder: { kind: "queued", place, since: "2026-11-23T10:00:00Z" },
      }),
    });
    const state = evolve(START, queued(5, 3), queued(4, 9), queued(5, 2));
    expect(state.conversation?.responder).toMatchObject({ place: 2 });
  });

  it("never unreads what the operator has seen", () => {
    const state = evolve(
      START,
      { type: "conversation", conversation: conversation({ read_by_operator: 1 }) },
      { type: "seen", seq: 4 },
      { type: "seen", seq: 2 },
      { type: "conversation", conversation: conversation({ version: 2, read_by_operator: 3 }) },
    );
    expect(state.conversation?.read_by_operator).toBe(4);
  });
});

describe("the place in line", () => {
  const queued = (place: number | null, seq: number): News => ({
    type: "conversation",
    conversation: conversation({
      version: 2,
      seq,
      responder: { kind: "queued", place, since: "2026-11-23T10:00:00Z" },
    }),
  });
  const place = (bodies: WidgetEntry["body"][], known: number | null = null) => {
    const entries = bodies.map((body, index) => entry(index + 1, { body }));
    const seq = entries.length;
    const first: News = { type: "began", entries, more: false, conversation: conversation({ seq }) };
    return placeInLine(evolve(START, first, queued(known, seq)));
  };
  const handedOff = { kind: "handed_off", reason: "requested", place: 3, opens_at: null } as const;
  const taken = { kind: "taken", operator_name: "Anna" } as const;
  const said = { kind: "message", text: "x", quick_replies: [] } as WidgetEntry["body"];

  it("is what the conversation says, if it says it", () => {
    expect(place([handedOff], 2)).toBe(2);
  });

  it("is until then what the newest entry that put the visitor in line said", () => {
    expect(place([handedOff])).toBe(3);
    expect(place([handedOff, said])).toBe(3);
  });

  it("gives way to when people are back, for who came outside of business hours", () => {
    const away = { ...handedOff, opens_at: "2026-11-24T07:00:00Z" };
    const evening = Date.parse("2026-11-23T21:00:00Z");
    const at = (bodies: WidgetEntry["body"][], now = evening) => {
      const entries = bodies.map((body, index) => entry(index + 1, { body }));
      const seq = entries.length;
      const began: News = { type: "began", entries, more: false, conversation: conversation({ seq }) };
      return backAt(evolve(START, began, queued(1, seq)), now)?.toISOString() ?? null;
    };
    expect(at([away, said])).toBe("2026-11-24T07:00:00.000Z");
    expect(at([away], Date.parse("2026-11-24T07:00:00Z"))).toBeNull();
    expect(at([handedOff])).toBeNull();
    expect(at([away, handedOff])).toBeNull();
    expect(at([away, taken, { kind: "released" }])).toBeNull();
    expect(at([said])).toBeNull();
  });

  it("is not taken from an earlier wait", () => {
    expect(place([])).toBeNull();
    expect(place([handedOff, taken, { kind: "released" }])).toBeNull();
    expect(place([handedOff, { kind: "transferred", team: "sales", operator_name: null }])).toBeNull();
    expect(place([handedOff, taken])).toBeNull();
    expect(place([handedOff, taken, { kind: "handed_back" }])).toBeNull();
    expect(place([handedOff, { kind: "resolved" }])).toBeNull();
    expect(place([handedOff, { kind: "reopened", operator_name: "Anna" }])).toBeNull();
  });

  it("is none for who is not in line", () => {
    const body = { ...handedOff };
    const first: News = {
      type: "began",
      entries: [entry(1, { body })],
      more: false,
      conversation: conversation({ seq: 1, responder: { kind: "operator", name: "Anna" } }),
    };
    expect(placeInLine(evolve(START, first))).toBeNull();
  });
});

describe("typing", () => {
  const anna = { kind: "operator", name: "Anna" } as const;

  it("is forgotten without news", () => {
    const state = evolve(START, { type: "typing", author: anna, on: true, now: 0 });
    expect(evolve(state, { type: "tick", now: TYPING_LASTS - 1 }).typist).not.toBeNull();
    expect(evolve(state, { type: "tick", now: TYPING_LASTS }).typist).toBeNull();
  });

  it("ends with the message", () => {
    const state = evolve(START, began(1), { type: "typing", author: anna, on: true, now: 0 }, appended(2));
    expect(state.typist).toBeNull();
  });

  it("shows that the bot thinks after one's own message, until it or a human's queue answers", () => {
    const asked = evolve(START, began(1), { type: "appended", entries: [own(2, "hello")], now: 10 });
    expect(asked.typist).toEqual({ author: { kind: "bot", name: "" }, until: 10 + BOT_THINKS });
    const responder = { kind: "queued", place: 1, since: "2026-11-23T10:00:00Z" } as const;
    const queued = conversation({ version: 2, seq: 2, responder });
    expect(evolve(asked, { type: "conversation", conversation: queued }).typist).toBeNull();
    expect(evolve(asked, appended(3)).typist).toBeNull();
  });
});

describe("unread", () => {
  it("counts messages of the other side after the last one seen", () => {
    const state = evolve(START, began(1, 2, 3), { type: "appended", entries: [own(4, "x")], now: 0 });
    expect(unread(state)).toBe(3);
    expect(unread(evolve(state, { type: "read", seq: 2 }))).toBe(1);
    expect(unread(evolve(state, { type: "read", seq: 4 }, { type: "read", seq: 1 }))).toBe(0);
  });
});

describe("the outbox in the state", () => {
  it("is shown only as long as the timeline does not hold the entry", () => {
    const item = { clientId: "id-1", at: 1, wish: { kind: "human" }, page: {}, failed: null } as const;
    const state = evolve(START, { type: "outbox", outbox: [item] }, began());
    expect(unconfirmed(state)).toEqual([item]);
    const shown = evolve(state, { type: "appended", entries: [own(1, "x", "id-1")], now: 0 });
    expect(unconfirmed(shown)).toEqual([]);
    expect(lastSeq(shown.timeline)).toBe(1);
  });

  it("survives a new session", () => {
    const item = { clientId: "id-1", at: 1, wish: { kind: "human" }, page: {}, failed: null } as const;
    const state = evolve(START, began(1), { type: "outbox", outbox: [item] }, { type: "forgotten" });
    expect(state.outbox).toEqual([item]);
    expect(state.ready).toBe(false);
  });
});
