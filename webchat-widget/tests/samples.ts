import type { WidgetConversation, WidgetEntry } from "../src/protocol.gen";

export const ID = "c1";

export function entry(seq: number, change: Partial<WidgetEntry> = {}): WidgetEntry {
  return {
    seq,
    episode: 1,
    at: `2026-11-23T10:00:${String(seq % 60).padStart(2, "0")}Z`,
    author: { kind: "bot", name: "Optik" },
    own: false,
    client_id: null,
    body: { kind: "message", text: `message ${seq}`, quick_replies: [] },
    ...change,
  };
}

export function own(seq: number, text: string, clientId = `id-${seq}`): WidgetEntry {
  return entry(seq, {
    own: true,
    author: { kind: "contact", name: "" },
    client_id: clientId,
    body: { kind: "message", text, quick_replies: [] },
  });
}

export function conversation(change: Partial<WidgetConversation> = {}): WidgetConversation {
  return {
    id: ID,
    version: 1,
    seq: 0,
    episode: 1,
    status: { kind: "open" },
    responder: { kind: "bot" },
    can_rate: false,
    read_by_operator: 0,
    ...change,
  };
}
