/** The two plain HTTP calls of the chat. */

import type { WireError } from "./wire";

export interface Inbox {
  id: string;
  name: string;
  languages: string[];
  accent: string;
  sites: string[];
  greeting: Record<string, string>;
  suggestions: Record<string, string[]>;
}

/** The hub said no, or (code `unavailable`) could not be asked. */
export class Refused extends Error {
  readonly error: WireError;
  /** The hub was there and said so itself. */
  readonly answered: boolean;

  constructor(error: WireError, answered = true) {
    super(error.message);
    this.error = error;
    this.answered = answered;
  }
}

const UNREACHABLE: WireError = { code: "unavailable", message: "no answer", retryable: true };

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  let answer: { ok: true; data: T } | { ok: false; error: WireError };
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(10_000) });
    answer = await response.json();
  } catch {
    throw new Refused(UNREACHABLE, false);
  }
  if (!answer.ok) throw new Refused(answer.error);
  return answer.data;
}

/** @throws Refused */
export function readInbox(inbox: string): Promise<Inbox> {
  return call(`/widget-api/inboxes/${inbox}`);
}

/** A new visitor's token. @throws Refused */
export async function openSession(inbox: string, language: string): Promise<string> {
  const session = await call<{ token: string }>("/widget-api/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ inbox_id: inbox, language }),
  });
  return session.token;
}
