/** Sends what the outbox holds, with the same client_id until the hub has it; shared by this operator's tabs, survives reloads. */
import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { OperatorEntry } from "@/protocol.gen";
import { useConnection } from "@/realtime/connection";
import { alone } from "@/realtime/locks";
import { RequestError, request } from "@/realtime/socket";
import { useSession } from "@/session/session";
import { keep, kept, whenKeptElsewhere } from "./keeping";
import {
  type Outbox,
  type OutboxItem,
  accepted,
  adopted,
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
  woken,
  written,
} from "./outbox";

export const useShipping = defineStore("shipping", () => {
  const outbox = shallowRef<Outbox>([]);
  const listeners: ((conversationId: string, entry: OperatorEntry) => void)[] = [];
  let alarm: ReturnType<typeof setTimeout> | undefined;

  function become(next: Outbox): void {
    if (next === outbox.value) return;
    const owner = me();
    if (owner !== null) keep(owner, outbox.value, next);
    outbox.value = next;
  }

  function begin(): void {
    const owner = me();
    outbox.value = owner === null ? [] : restored(kept(owner));
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
      void alone(`linka.panel.send/${item.conversation_id}`, () => shipOne(item));
    }
    clearTimeout(alarm);
    const moment = nextMoment(outbox.value, Date.now());
    if (moment !== null) alarm = setTimeout(ship, Math.max(50, moment - Date.now()));
  }

  async function shipOne({ client_id, conversation_id, kind, text }: OutboxItem): Promise<void> {
    // While we waited for our turn, another tab may have sent it, or the line may have gone.
    if (!outbox.value.some((item) => item.client_id === client_id && item.state === "sending")) return;
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
  connection.whenOnline(() => {
    become(woken(outbox.value));
    ship();
  });
  connection.whenOffline(() => become(interrupted(outbox.value)));
  whenKeptElsewhere(me, (clientId, item) => {
    outbox.value = item === null ? removed(outbox.value, clientId) : adopted(outbox.value, item);
    ship();
  });

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
function me(): string | null {
  return useSession().operator?.id ?? null;
}
