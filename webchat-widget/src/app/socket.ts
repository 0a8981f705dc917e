/**
 * One connection of Socket.IO 5 over Engine.IO 4 on a WebSocket: just what this chat uses of them (one namespace,
 * JSON only, acknowledgements). The official client would take half of the size budget, and its own reconnecting and
 * buffering would be in the way of the outbox.
 */

import type { WireError } from "./wire";

export interface SocketListener {
  connected(): void;
  heard(name: string, data: unknown): void;
  /** Over, once; `refused` when the hub answered the handshake with an error, `dismissed` when it ended it on purpose. */
  closed(why: { refused: WireError | null; dismissed: boolean }): void;
}

export type Packet =
  | { type: "open"; silence: number }
  | { type: "ping" | "close" | "connected" | "disconnected" | "other" }
  | { type: "refused"; error: WireError | null }
  | { type: "event"; name: string; data: unknown }
  | { type: "ack"; id: number; data: unknown };

const CONNECT_WITHIN = 10_000;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads one frame; whatever is not ours, or not whole, is `other`. */
export function parse(frame: string, namespace: string): Packet {
  switch (frame[0]) {
    case "0": {
      const { pingInterval = 25_000, pingTimeout = 20_000 } = (json(frame.slice(1)) ?? {}) as Record<
        string,
        number
      >;
      return { type: "open", silence: pingInterval + pingTimeout };
    }
    case "1":
      return { type: "close" };
    case "2":
      return { type: "ping" };
  }
  const match = /^4([0-4])(\/[^,]*)(?:,(\d*)(.*))?$/s.exec(frame);
  if (match?.[2] !== namespace) return { type: "other" };
  const [, type, , id, body] = match;
  const data = json(body ?? "");
  switch (type) {
    case "0":
      return { type: "connected" };
    case "1":
      return { type: "disconnected" };
    case "2":
      return Array.isArray(data) && typeof data[0] === "string"
        ? { type: "event", name: data[0], data: data[1] }
        : { type: "other" };
    case "3":
      return Array.isArray(data) && id ? { type: "ack", id: Number(id), data: data[0] } : { type: "other" };
    default: {
      const error = (data as { data?: WireError } | null)?.data;
      return { type: "refused", error: error?.code ? error : null };
    }
  }
}

export class ChatSocket {
  connected = false;
  private over = false;
  private lastId = 0;
  private silence = CONNECT_WITHIN;
  private watchdog = 0;
  private readonly waiting = new Map<number, (data: unknown) => void>();
  private readonly ws: WebSocket;
  private readonly namespace: string;
  private readonly listener: SocketListener;

  constructor(origin: string, namespace: string, auth: object, listener: SocketListener) {
    this.namespace = namespace;
    this.listener = listener;
    this.ws = new WebSocket(`${origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
    this.ws.onclose = () => this.end();
    this.ws.onmessage = ({ data }) => {
      if (typeof data === "string" && !this.over) this.receive(parse(data, namespace), auth);
    };
    this.watch();
  }

  /** Null when no answer came in time or the connection ended first. */
  ask(name: string, data: unknown, within: number): Promise<unknown> {
    if (!this.connected) return Promise.resolve(null);
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      const done = (answer: unknown) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(done, within, null);
      this.waiting.set(id, done);
      this.ws.send(`42${this.namespace},${id}${JSON.stringify([name, data])}`);
    });
  }

  close(): void {
    this.end();
  }

  private receive(packet: Packet, auth: object): void {
    this.watch();
    switch (packet.type) {
      case "open":
        this.silence = packet.silence;
        this.ws.send(`40${this.namespace},${JSON.stringify(auth)}`);
        break;
      case "ping":
        this.ws.send("3");
        break;
      case "connected":
        this.connected = true;
        this.listener.connected();
        break;
      case "event":
        this.listener.heard(packet.name, packet.data);
        break;
      case "ack":
        this.waiting.get(packet.id)?.(packet.data);
        break;
      case "refused":
        this.end(packet.error);
        break;
      case "disconnected":
      case "close":
        this.end(null, true);
        break;
    }
  }

  /** The hub pings; when it has been silent for too long, the connection is dead whatever the browser says. */
  private watch(): void {
    clearTimeout(this.watchdog);
    if (!this.over)
      this.watchdog = setTimeout(() => this.end(), this.connected ? this.silence : CONNECT_WITHIN);
  }

  private end(refused: WireError | null = null, dismissed = false): void {
    if (this.over) return;
    this.over = true;
    this.connected = false;
    clearTimeout(this.watchdog);
    this.ws.onclose = null;
    this.ws.close();
    for (const done of [...this.waiting.values()]) done(null);
    this.listener.closed({ refused, dismissed });
  }
}
