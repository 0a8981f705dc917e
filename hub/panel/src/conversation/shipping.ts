/** Sends what the outbox holds, with the same client_id until the hub has it; survives reloads in localStorage. */
import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { OperatorEntry } from "@/protocol.gen";
import { useConnection } from "@/realtime/connection";
import { RequestError, request } from "@/realtime/socket";
import { useSession } from "@/session/session";
import {
  type Outbox,
  type OutboxItem,
  accepted,
  confirmed,
  interrupted,
  nextMoment,
  refused,
  removed,
  restored,
  retried,
  sendable,
  sending,
  unsent,
  written,
} from "./outbox";

export const useShipping = defineStore("shipping", () => {
  const outbox = shallowRef<Outbox>([]);
  const listeners: ((conversationId: string, entry: OperatorEntry) => void)[] = [];
  let alarm: ReturnType<typeof setTimeout> | undefined;

  function become(next: Outbox): void {
    if (next === outbox.value) return;
    outbox.value = next;
    keep(next);
  }

  function begin(): void {
    become(restored(kept()));
    ship();
  }

  function write(conversationId: string, kind: OutboxItem["kind"], text: string): void {
    const item = { client_id: crypto.randomUUID(), conversation_id: conversationId, kind, text, written_at: Date.now() };
    become(written(outbox.value, item));
    ship();
  }

  function ship(): void {
    if (useConnection().state !== "online") return;
    for (const item of sendable(outbox.value, Date.now())) {
      become(sending(outbox.value, item.client_id));
      void shipOne(item);
    }
    clearTimeout(alarm);
    const moment = nextMoment(outbox.value, Date.now());
    if (moment !== null) alarm = setTimeout(ship, Math.max(50, moment - Date.now()));
  }

  async function shipOne({ client_id, conversation_id, kind, text }: OutboxItem): Promise<void> {
    try {
      const { entry } = await request(kind === "note" ? "note.add" : "message.send", { conversation_id, client_id, text });
      become(accepted(outbox.value, client_id, entry));
      for (const listener of listeners) listener(conversation_id, entry);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      become(refused(outbox.value, client_id, failure.error, Date.now()));
    }
    ship();
  }

  const connection = useConnection();
  connection.whenOnline(ship);
  connection.whenOffline(() => become(interrupted(outbox.value)));

  return {
    outbox,
    begin,
    write,
    of: (conversationId: string) => outbox.value.filter((item) => item.conversation_id === conversationId),
    shown: (entries: readonly OperatorEntry[]) => become(confirmed(outbox.value, entries)),
    retry: (clientId: string) => {
      become(retried(outbox.value, clientId));
      ship();
    },
    remove: (clientId: string) => become(removed(outbox.value, clientId)),
    whenAccepted: (listener: (conversationId: string, entry: OperatorEntry) => void) => void listeners.push(listener),
    unsentCount: computed(() => unsent(outbox.value).length),
  };
});

/** Everybody has an outbox of their own; null while nobody is logged in. */
function key(): string | null {
  const owner = useSession().operator;
  return owner && `linka.panel.outbox.${owner.id}`;
}

function kept(): Outbox {
  const place = key();
  if (place === null) return [];
  try {
    const value: unknown = JSON.parse(localStorage.getItem(place) ?? "[]");
    return Array.isArray(value) ? (value as Outbox).filter((item) => typeof item?.client_id === "string") : [];
  } catch {
    return []; // no storage, or not ours
  }
}

function keep(outbox: Outbox): void {
  const place = key();
  if (place === null) return;
  try {
    localStorage.setItem(place, JSON.stringify(unsent(outbox)));
  } catch {
    // No storage: the words still wait in this page, which shows them as waiting.
  }
}
