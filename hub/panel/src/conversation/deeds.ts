/** The things to do with a conversation: from what the rules allow to buttons, in their order. Pure. */
import type { ConversationRow } from "@/protocol.gen";
import type { Plain } from "./commands";
import { type Action, type Me, actionsOf } from "./rules";

export interface Deed {
  readonly action: Action;
  /** Key under `do`. */
  readonly word: string;
  readonly test: string;
  readonly keys: readonly string[];
}

/** Main: a button with words, always there. Side: an icon beside it; in the menu of a phone. */
const MAIN: readonly Action[] = ["take", "take_over", "reopen", "resolve"];
const SIDE: readonly Action[] = ["transfer", "snooze", "wake", "release", "hand_back"];

const DEEDS: Record<Action, Omit<Deed, "action">> = {
  take: { word: "take", test: "take", keys: ["T"] },
  take_over: { word: "takeOver", test: "take", keys: ["T"] },
  reopen: { word: "reopen", test: "reopen", keys: ["E"] },
  resolve: { word: "resolve", test: "resolve", keys: ["E"] },
  transfer: { word: "transfer", test: "transfer", keys: ["X"] },
  snooze: { word: "snooze", test: "snooze", keys: ["S"] },
  wake: { word: "wake", test: "wake", keys: ["S"] },
  release: { word: "release", test: "release", keys: [] },
  hand_back: { word: "handBack", test: "hand-back", keys: [] },
  order: { word: "order", test: "new-order", keys: ["W"] },
};

export interface Deeds {
  readonly main: readonly Deed[];
  readonly side: readonly Deed[];
  readonly order: Deed | null;
}

export function deedsOf(row: ConversationRow, me: Me | null): Deeds {
  // Who maintains the answers reads conversations and works in none.
  const may = me === null || me.role === "faq_maintainer" ? new Set<Action>() : actionsOf(row, me);
  const those = (actions: readonly Action[]): Deed[] =>
    actions.filter((action) => may.has(action)).map((action) => ({ action, ...DEEDS[action] }));
  return { main: those(MAIN), side: those(SIDE), order: those(["order"])[0] ?? null };
}

/** What the hub is asked for; null for what opens a dialog or a form first. */
export function commandOf(action: Action): Plain | null {
  switch (action) {
    case "take_over":
      return "take";
    case "wake":
      return "reopen";
    case "transfer":
    case "snooze":
    case "order":
      return null;
    default:
      return action;
  }
}
