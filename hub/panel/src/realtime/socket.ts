/** The one socket of this panel: connected while somebody is logged in. */
import { io, type Socket } from "socket.io-client";
import type { Error as WireError, Events, Requests } from "@/protocol.gen";

type Listener<E extends keyof Events> = (event: Events[E]) => void;

/** The hub refused a request, or it could not be asked. */
export class RequestError extends globalThis.Error {
  constructor(readonly error: WireError) {
    super(error.message);
  }
}

const ANSWER_WITHIN = 10_000;

const socket: Socket = io("/operator", {
  autoConnect: false,
  // Polling would need each of its requests to reach the same hub; a WebSocket needs no such favour of a load balancer.
  transports: ["websocket"],
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 8_000,
  // Half to one and a half times the pause: a thousand panels do not come back at once.
  randomizationFactor: 0.5,
  withCredentials: true,
});

export function raw(): Socket {
  return socket;
}

export function on<E extends keyof Events>(event: E, listener: Listener<E>): void {
  socket.on(event as string, listener as (...args: unknown[]) => void);
}

const troubled: ((error: WireError) => void)[] = [];

/** Call `listener` whenever the hub answers that it cannot do its work for now. */
export function whenUnable(listener: (error: WireError) => void): void {
  troubled.push(listener);
}

/** Ask the hub. Nothing is queued while there is no connection: what must not be lost waits in the outbox. */
export async function request<E extends keyof Requests>(
  event: E,
  data: Requests[E]["request"],
): Promise<Requests[E]["reply"]> {
  if (!socket.connected) throw new RequestError(unreachable);
  let answer: { ok: true; data: Requests[E]["reply"] } | { ok: false; error: WireError };
  try {
    answer = await socket.timeout(ANSWER_WITHIN).emitWithAck(event, data);
  } catch {
    throw new RequestError(unreachable);
  }
  if (answer.ok) return answer.data;
  if (answer.error.code === "unavailable") for (const listener of troubled) listener(answer.error);
  throw new RequestError(answer.error);
}

const unreachable: WireError = { code: "unavailable", message: "There is no connection.", retryable: true };
