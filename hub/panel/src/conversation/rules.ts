/** What may be done with a conversation now, so that the panel offers only that. The hub has the last word. Pure. */
import type { ColleagueView, ConversationRow } from "@/protocol.gen";

export type Me = Pick<ColleagueView, "id" | "role">;
export type Action = "take" | "take_over" | "release" | "transfer" | "hand_back" | "resolve" | "reopen" | "snooze" | "wake" | "order";

/** Why the operator cannot write to the contact at the moment; null: they can. */
export type Silence = "bot" | "queued" | "colleague" | "resolved";

export function isMine(row: ConversationRow, me: Me): boolean {
  return row.status.kind !== "resolved" && row.responder.kind === "operator" && row.responder.operator_id === me.id;
}

export function silenceOf(row: ConversationRow, me: Me): Silence | null {
  if (row.status.kind === "resolved") return "resolved";
  if (row.responder.kind === "operator") return row.responder.operator_id === me.id ? null : "colleague";
  return row.responder.kind;
}

export function standsAbove(me: Me): boolean {
  return me.role === "supervisor" || me.role === "admin";
}

export function actionsOf(row: ConversationRow, me: Me): ReadonlySet<Action> {
  if (row.status.kind === "resolved") return new Set<Action>(["reopen", "order"]);
  if (isMine(row, me)) {
    const asleep: Action = row.status.kind === "snoozed" ? "wake" : "snooze";
    return new Set<Action>(["release", "transfer", "hand_back", "resolve", "order", asleep]);
  }
  if (row.responder.kind === "operator") return new Set<Action>(standsAbove(me) ? ["take_over", "order"] : []);
  if (row.responder.kind === "queued") return new Set<Action>(["take", "transfer", "resolve", "order"]);
  return new Set<Action>(["take", "resolve", "order"]);
}
