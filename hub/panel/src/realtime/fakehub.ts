/** Stands in for the socket in tests: what is asked waits here until the test answers it. */
import type { Error as WireError, Events, Requests } from "@/protocol.gen";

type Listener = (payload: never) => void;
export interface Question {
  readonly event: keyof Requests;
  readonly data: Record<string, unknown>;
  readonly answer: (reply: unknown) => Promise<void>;
  readonly refuse: (error: WireError) => Promise<void>;
}

export class RequestError extends globalThis.Error {
  constructor(readonly error: WireError) {
    super(error.message);
  }
}

const listeners = new Map<string, Listener[]>();
let troubled: ((error: WireError) => void)[] = [];
let open: Question[] = [];
const socket = {
  connected: false,
  /** Whether the library would reconnect by itself, and how often it was told to connect. */
  reconnects: true,
  dialled: 0,
  io: { reconnection: (on: boolean) => void (socket.reconnects = on) },
  on: (event: string, listener: Listener) => void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
  connect: () => {
    socket.dialled += 1;
    return socket;
  },
  disconnect: () => socket,
};

export const raw = (): typeof socket => socket;
export const on = <E extends keyof Events>(event: E, listener: (event: Events[E]) => void): void => socket.on(event, listener as Listener);

export const whenUnable = (listener: (error: WireError) => void): void => void troubled.push(listener);

export function request(event: keyof Requests, data: Record<string, unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const question: Question = {
      event,
      data,
      answer: (reply) => closed(question, () => resolve(reply)),
      refuse: (error) =>
        closed(question, () => {
          if (socket.connected && error.code === "unavailable") for (const listener of troubled) listener(error);
          reject(new RequestError(error));
        }),
    };
    open.push(question);
  });
}

async function closed(question: Question, settle: () => void): Promise<void> {
  open = open.filter((one) => one !== question);
  settle();
  await calm();
}

/** Everything that can happen without an answer or a timer has happened. */
export const calm = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What was asked and is not answered. */
export const waiting = (event: keyof Requests): Question[] => open.filter((question) => question.event === event);

export function only(event: keyof Requests): Question {
  const [question, ...others] = waiting(event);
  if (!question || others.length > 0) throw new globalThis.Error(`${event}: ${others.length + (question ? 1 : 0)} questions are open`);
  return question;
}

/** An event of the hub. */
export async function tell<E extends keyof Events>(event: E, payload: Events[E]): Promise<void> {
  emit(event, payload);
  await calm();
}

export async function connect(): Promise<void> {
  socket.connected = true;
  emit("connect", undefined);
  await calm();
}

/** The line breaks; whatever was asked stays without an answer. */
export async function cut(): Promise<void> {
  socket.connected = false;
  const cut = open;
  open = [];
  emit("disconnect", "transport close");
  for (const question of cut) void question.refuse({ code: "unavailable", message: "", retryable: true });
  await calm();
}

export function reset(): void {
  listeners.clear();
  troubled = [];
  open = [];
  Object.assign(socket, { connected: false, reconnects: true, dialled: 0 });
}

function emit(event: string, payload: unknown): void {
  for (const listener of listeners.get(event) ?? []) listener(payload as never);
}
