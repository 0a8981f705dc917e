/** What an operator does with a conversation, beside writing. A refusal is told in a toast. */
import { useToasts } from "@/design/toasts";
import type { Error as WireError, OperatorEntry } from "@/protocol.gen";
import { useConnection } from "@/realtime/connection";
import { reasonOf } from "@/realtime/reasons";
import { RequestError, request } from "@/realtime/socket";
import { i18n } from "@/words";
import { useConversations } from "./conversations";

export type Plain = "take" | "release" | "hand_back" | "resolve" | "reopen";

export async function act(id: string, action: Plain): Promise<boolean> {
  return attempt(id, () => request(`conversation.${action}`, { conversation_id: id, client_id: crypto.randomUUID() }));
}

export async function transfer(id: string, to: { team?: string; operator_id?: string }): Promise<boolean> {
  return attempt(id, () => request("conversation.transfer", { conversation_id: id, client_id: crypto.randomUUID(), ...to }), true);
}

export async function snooze(id: string, until: Date): Promise<boolean> {
  const data = { conversation_id: id, client_id: crypto.randomUUID(), until: until.toISOString() };
  return attempt(id, () => request("conversation.snooze", data));
}

async function attempt(id: string, ask: () => Promise<{ entry: OperatorEntry }>, toOthers = false): Promise<boolean> {
  try {
    const { entry } = await ask();
    useConversations().took(id, [entry]);
    return true;
  } catch (failure) {
    if (!(failure instanceof RequestError)) throw failure;
    useToasts().show("bad", refusal(failure.error, toOthers));
    return false;
  }
}

function refusal(error: WireError, toOthers: boolean): string {
  if (toOthers && error.details?.reason === "capacity") return i18n.global.t("error.capacityOther");
  return reasonOf(error, useConnection().state === "online");
}
