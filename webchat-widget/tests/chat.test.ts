import { afterEach, expect, test, vi } from "vitest";
import { Chat } from "../src/app/chat";

type Answers = (name: string, data: { after_seq?: number; before_seq?: number }, hub: Hub) => unknown;

/** The hub's end of a socket: what it answers is up to the test. */
class Hub {
  static answers: Answers;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readyState = 1;

  constructor() {
    queueMicrotask(() => this.say('0{"pingInterval":10000,"pingTimeout":10000}'));
  }

  send(text: string): void {
    if (text.startsWith("40")) return queueMicrotask(() => this.say('40/widget,{"sid":"s"}'));
    const request = /^42\/widget,(\d+)(.*)$/.exec(text);
    if (!request) return;
    const [name, data] = JSON.parse(request[2] ?? "");
    queueMicrotask(() => {
      const answer = Hub.answers(name, data, this);
      this.say(`43/widget,${request[1]}[${JSON.stringify({ ok: true, data: answer ?? {} })}]`);
    });
  }

  tell(name: string, data: unknown): void {
    this.say(`42/widget,${JSON.stringify([name, data])}`);
  }

  close(): void {}

  private say(data: string): void {
    this.onmessage?.({ data });
  }
}

const entry = (seq: number) => ({
  seq,
  episode: 1,
  at: "2026-01-01T00:00:00Z",
  author: { kind: "operator", name: "Anna" },
  own: false,
  client_id: null,
  body: { kind: "message", text: `${seq}`, quick_replies: [] },
});
const conversation = (seq: number) => ({
  id: "c",
  version: seq,
  seq,
  episode: 1,
  status: { kind: "open" },
  responder: { kind: "operator", name: "Anna" },
  can_rate: false,
  read_by_operator: 0,
});

/** A chat that has begun, and how often it read its timeline. */
async function begun(answers: Answers): Promise<{ shown: () => number[]; reads: () => number }> {
  let reads = 0;
  Hub.answers = (name, data, hub) => {
    if (name === "timeline.read") reads += 1;
    return answers(name, data, hub);
  };
  vi.stubGlobal("location", { origin: "http://hub.example" });
  vi.stubGlobal("WebSocket", Hub);
  const kept = new Map<string, string>();
  const store = {
    get: (key: string) => kept.get(key) ?? null,
    set: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
    keys: () => [...kept.keys()],
    onChange: () => {},
  };
  const session = { token: async () => "token", forget: () => {} };
  const listener = { changed: () => {}, arrived: () => {}, refused: () => {} };
  const chat = new Chat("demo", store as never, session as never, listener as never);
  await chat.start();
  await vi.waitFor(() => expect(chat.state.link).toBe("online"));
  return { shown: () => chat.state.timeline.entries.map((each) => each.seq), reads: () => reads };
}

afterEach(() => vi.unstubAllGlobals());

test("what became durable while the first page was read is read at once", async () => {
  const chat = await begun((name, data, hub) => {
    if (name !== "timeline.read") return {};
    if (data.after_seq !== undefined)
      return { entries: [entry(5)], more: false, conversation: conversation(5) };
    hub.tell("timeline.appended", { conversation_id: "c", entries: [entry(5)] });
    hub.tell("conversation.updated", { conversation: conversation(5) });
    return { entries: [1, 2, 3, 4].map(entry), more: false, conversation: conversation(5) };
  });
  expect(chat.shown()).toEqual([1, 2, 3, 4, 5]);
  expect(chat.reads()).toBe(2);
});

test("what cannot be read yet is not asked for again and again", async () => {
  const chat = await begun((name, data) => {
    if (name !== "timeline.read") return {};
    const entries = data.after_seq === undefined ? [1, 2].map(entry) : [];
    return { entries, more: false, conversation: conversation(3) };
  });
  expect(chat.shown()).toEqual([1, 2]);
  expect(chat.reads()).toBe(2);
});

test("older pages of the first read are left alone", async () => {
  const chat = await begun((name) =>
    name === "timeline.read" ? { entries: [8, 9].map(entry), more: true, conversation: conversation(9) } : {},
  );
  expect(chat.shown()).toEqual([8, 9]);
  expect(chat.reads()).toBe(1);
});
