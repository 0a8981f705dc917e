/**
 * Lives that the reference client led in the simulated protocol (`python -m tests.simulation.traces`), with their losses,
 * gaps, repeats and reloads, replayed by what is shipped: it must show the same, each entry once and in order.
 */
import { describe, expect, it } from "vitest";
import type { OperatorEntry } from "@/protocol.gen";
import { type Outbox, accepted, confirmed, interrupted, refused, sendable, sending, unsent, written } from "./outbox";
import { entryAt } from "./samples";
import { type Timeline, appended, emptyTimeline, firstSeq, lastSeq, missingAfter, opened } from "./timeline";
import raw from "./traces.json?raw";

type Step =
  | ["on" | "off"]
  | ["news", number, number[], number]
  | ["page", number, number]
  | ["write", number, string, string]
  | ["send" | "later", number, string]
  | ["yes", number, string, number]
  | ["no", number, string, string];

interface Trace {
  seed: number;
  who: string;
  /** Of each conversation, by seq: one's own client_id or null, and the words. */
  timelines: [string | null, string][][];
  steps: Step[];
}

const FIRST_PAGE = 50;
const traces = JSON.parse(raw) as Trace[];

class Life {
  outbox: Outbox = [];
  private readonly timelines: Timeline[];
  /** What is said to exist, and the same with the entries that came. */
  private readonly newest: number[];
  private readonly told: number[];
  private toOpen = new Set<number>();
  private clock = 0;

  constructor(private readonly trace: Trace) {
    this.timelines = trace.timelines.map(() => emptyTimeline);
    this.newest = trace.timelines.map(() => 0);
    this.told = trace.timelines.map(() => 0);
  }

  live(step: Step): void {
    this.clock += 1;
    switch (step[0]) {
      case "on":
        this.toOpen = new Set(this.timelines.keys());
        break;
      case "off":
        this.outbox = interrupted(this.outbox);
        break;
      case "news":
        this.take(step[1], step[2].map((seq) => this.entry(step[1], seq)));
        this.newest[step[1]] = Math.max(step[3], this.newest[step[1]] ?? 0);
        this.told[step[1]] = Math.max(step[3], ...step[2], this.told[step[1]] ?? 0);
        break;
      case "page":
        this.read(step[1], step[2]);
        // What was stored since, and not told yet, need not be here: its event comes.
        expect(lastSeq(this.timelines[step[1]] ?? emptyTimeline)).toBeGreaterThanOrEqual(
          Math.min(step[2], this.told[step[1]] ?? 0),
        );
        break;
      case "write":
        this.outbox = written(this.outbox, {
          client_id: step[2],
          conversation_id: String(step[1]),
          kind: step[3] === "note.add" ? "note" : "message",
          text: step[2],
          written_at: this.clock,
        });
        break;
      case "send":
        this.send(step[2]);
        break;
      case "yes":
        this.outbox = accepted(this.outbox, step[2], this.entry(step[1], step[3]));
        this.take(step[1], [this.entry(step[1], step[3])]);
        break;
      case "later":
        this.outbox = refused(this.outbox, step[2], { code: "unavailable", message: "", retryable: true }, this.clock);
        break;
      case "no":
        this.outbox = refused(this.outbox, step[2], { code: "invalid_state", message: "", retryable: false }, this.clock);
        break;
    }
    this.timelines.forEach((_, place) => {
      const seqs = this.shown(place);
      expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
    });
  }

  /** Whatever is still known to be missing is asked for. */
  settle(): void {
    this.timelines.forEach((_, place) => {
      this.read(place, this.trace.timelines[place]?.length ?? 0);
    });
  }

  shown(place: number): number[] {
    return this.timelines[place]?.entries.map(({ seq }) => seq) ?? [];
  }

  check(): void {
    this.trace.timelines.forEach((lines, place) => {
      const timeline = this.timelines[place] ?? emptyTimeline;
      if (timeline.loaded) expect(lastSeq(timeline)).toBe(lines.length);
      expect(timeline.entries).toEqual(this.shown(place).map((seq) => this.entry(place, seq)));
      expect(timeline.ahead).toEqual([]);
      expect(firstSeq(timeline) <= Math.max(1, lines.length - FIRST_PAGE + 1)).toBe(true);
    });
    expect(unsent(this.outbox).filter((item) => item.state !== "failed")).toEqual([]);
  }

  private read(place: number, upto: number): void {
    const timeline = this.timelines[place] ?? emptyTimeline;
    if (this.toOpen.delete(place)) {
      const from = Math.max(1, upto - FIRST_PAGE + 1);
      this.show(place, opened(timeline, this.entries(place, from, upto), from > 1));
      return;
    }
    const after = missingAfter(timeline, this.newest[place]);
    if (after !== null) this.show(place, appended(timeline, this.entries(place, after + 1, upto)));
  }

  private take(place: number, entries: OperatorEntry[]): void {
    this.show(place, appended(this.timelines[place] ?? emptyTimeline, entries));
  }

  private show(place: number, timeline: Timeline): void {
    this.timelines[place] = timeline;
    this.outbox = confirmed(this.outbox, timeline.entries);
  }

  private send(clientId: string): void {
    const item = this.outbox.find((one) => one.client_id === clientId);
    // Sent again although the timeline has shown it: that is for the hub to notice.
    if (!item || item.state === "accepted") return;
    expect(sendable(this.outbox, Infinity).map((one) => one.client_id)).toContain(clientId);
    this.outbox = sending(this.outbox, clientId);
  }

  private entries(place: number, first: number, last: number): OperatorEntry[] {
    const entries: OperatorEntry[] = [];
    for (let seq = first; seq <= last; seq += 1) entries.push(this.entry(place, seq));
    return entries;
  }

  private entry(place: number, seq: number): OperatorEntry {
    const [clientId, text] = this.trace.timelines[place]?.[seq - 1] ?? [null, ""];
    return entryAt(seq, {
      own: clientId !== null,
      client_id: clientId,
      body: { kind: "message", text, quick_replies: [], pressed: false, understood: null },
    });
  }
}

describe("a life in the simulation", () => {
  it("has been recorded", () => {
    expect(traces.length).toBeGreaterThanOrEqual(24);
  });

  it.each(traces.map((trace) => [`${String(trace.seed)} ${trace.who}`, trace] as const))("%s ends with the same on the screen", (_, trace) => {
    const life = new Life(trace);
    for (const step of trace.steps) life.live(step);
    life.settle();
    life.check();
  });
});
