/** Stands in for the hub in tests: what it answers by method and path, and what it was asked. */
import { vi } from "vitest";

export class FakeApiError extends globalThis.Error {
  constructor(readonly error: unknown) {
    super("refused");
  }
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

type Answer = unknown | ((body: never) => unknown);

const answers = new Map<string, Answer>();
export let asked: Asked[] = [];

/** `answer("POST /edits", …)`; a function is asked each time, and may throw what `refusal` makes. */
export const answer = (what: string, how: Answer): void => void answers.set(what, how);
export const refusal = (error: unknown): (() => never) => () => {
  throw new FakeApiError(error);
};
export const sent = (what: string): unknown[] => asked.filter((one) => `${one.method} ${one.path}` === what).map((one) => one.body);

export const api = vi.fn(async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const known = path.replace("/api/knowledge", "").replace(/\?.*$/, "");
  asked.push({ method, path: known, body: JSON.parse(JSON.stringify(body ?? null)) });
  const how = answers.get(`${method} ${known}`);
  if (how === undefined) throw new globalThis.Error(`nobody asked for ${method} ${known}`);
  return typeof how === "function" ? (how as (body: unknown) => unknown)(body) : how;
});

const kept = new Map<string, string>();
export const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
/** What is kept on this computer, by the end of its key. */
export const keptAs = (end: string): string | undefined => [...kept].find(([key]) => key.endsWith(end))?.[1];

export function reset(): void {
  answers.clear();
  asked = [];
  kept.clear();
}
