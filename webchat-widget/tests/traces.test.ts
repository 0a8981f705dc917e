/**
 * Lives that the reference client led in the simulated protocol (`python -m tests.simulation.traces`), with their losses,
 * gaps, repeats and reloads, replayed by what is shipped: it must show the same, each entry once and in order.
 */

import { describe, expect, it } from "vitest";
import { changed, next, type Outbox } from "../src/app/outbox";
import type { WidgetEntry } from "../src/protocol.gen";
import { reduce, START, type News, type State } from "../src/app/state";
import { isBehind, lastSeq } from "../src/app/timeline";
import { conversation, entry, own } from "./samples";
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
  state: State = START;
  outbox: Outbox = [];
  private clock = 0;
  /** Not read since the connection came about. */
  private stale = true;
  private readonly lines: [string | null, string][];

  constructor(trace: Trace) {
    this.lines = trace.timelines[0] ?? [];
  }

  live(step: Step): void {
    this.clock += 1;
    switch (step[0]) {
      case "news":
        if (step[2].length > 0) this.take(step[2].map((seq) => this.entry(seq)));
        if (step[3] > 0) this.apply({ type: "digest", seq: step[3] });
        break;
      case "on":
        this.stale = true;
        break;
      case "page":
        if (this.stale || isBehind(this.state.timeline)) this.read(step[2]);
        this.stale = false;
        expect(lastSeq(this.state.timeline)).toBeGreaterThanOrEqual(step[2]);
        break;
      case "write":
        this.keep(
          changed(this.outbox, {
            type: "written",
            clientId: step[2],
            now: this.clock,
            wish: { kind: "message", text: step[2], payload: null },
            page: {},
          }),
        );
        break;
      case "send":
        // Sent again although the timeline has shown it: that is for the hub to notice.
        if (this.outbox.some((item) => item.clientId === step[2])) {
          expect(next(this.outbox)?.clientId).toBe(step[2]);
        }
        break;
      case "yes":
        this.take([this.entry(step[3])]);
        this.keep(changed(this.outbox, { type: "accepted", clientId: step[2] }));
        break;
      case "no":
        this.keep(changed(this.outbox, { type: "refused", clientId: step[2], code: "invalid_state" }));
        break;
    }
    const seqs = this.shown();
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  }

  read(upto: number): void {
    const { ready, timeline } = this.state;
    const from = ready ? lastSeq(timeline) + 1 : Math.max(1, upto - FIRST_PAGE + 1);
    const entries: WidgetEntry[] = [];
    for (let seq = from; seq <= upto; seq += 1) entries.push(this.entry(seq));
    const state = conversation({ version: upto, seq: upto });
    if (ready) this.take(entries);
    else this.apply({ type: "began", entries, more: from > 1, conversation: state });
    this.confirm(entries);
    this.apply({ type: "conversation", conversation: state });
  }

  shown(): number[] {
    return this.state.timeline.entries.map(({ seq }) => seq);
  }

  entry(seq: number): WidgetEntry {
    const [clientId, text] = this.lines[seq - 1] ?? [null, ""];
    return clientId === null
      ? entry(seq, { body: { kind: "message", text, quick_replies: [] } })
      : own(seq, text, clientId);
  }

  private take(entries: WidgetEntry[]): void {
    this.apply({ type: "appended", entries, now: this.clock });
    this.confirm(entries);
  }

  private confirm(entries: WidgetEntry[]): void {
    for (const { client_id } of entries) {
      if (client_id) this.keep(changed(this.outbox, { type: "accepted", clientId: client_id }));
    }
  }

  private keep(outbox: Outbox): void {
    this.outbox = outbox;
    this.apply({ type: "outbox", outbox });
  }

  private apply(news: News): void {
    this.state = reduce(this.state, news);
  }
}

describe("a life in the simulation", () => {
  it("has been recorded", () => {
    expect(traces.length).toBeGreaterThanOrEqual(24);
  });

  it.each(traces.map((trace) => [`${String(trace.seed)} ${trace.who}`, trace] as const))(
    "%s ends with the same on the screen",
    (_, trace) => {
      const life = new Life(trace);
      for (const step of trace.steps) life.live(step);
      const all = trace.timelines[0]?.length ?? 0;
      if (isBehind(life.state.timeline)) life.read(all);
      expect(life.shown().at(-1)).toBe(all);
      expect(life.state.timeline.entries).toEqual(life.shown().map((seq) => life.entry(seq)));
      expect(life.outbox.filter((item) => item.failed === null)).toEqual([]);
    },
  );
});
