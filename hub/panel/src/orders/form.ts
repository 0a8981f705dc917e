/** The order form of one conversation: its draft (kept on this computer), its errors, its price, and placing it. */
import { computed, reactive, ref, watch } from "vue";
import { useConversations } from "@/conversation/conversations";
import type { ContactView, Error as WireError, OrderView, UnderstoodView } from "@/protocol.gen";
import { ApiError, api } from "@/session/http";
import { useSession } from "@/session/session";
import { dayKey } from "@/words/format";
import { writtenAmount } from "./amount";
import { type Catalogue, type Quote, readCatalogue, readQuote } from "./catalogue";
import { FIELDS, type FieldError, type FieldErrors, type OrderDraft, type OrderField, checked, newDraft, orderBody, placed, restoredDraft, writtenIn } from "./draft";

/** Unsure: it may have been placed, and pressing again keeps it one order. */
export type Trouble = "unsure" | "conflict" | "refused";

export function useOrderForm(id: string, contact: ContactView, understood: UnderstoodView | null) {
  const blank = (): OrderDraft => newDraft(crypto.randomUUID(), contact, understood);
  const stored = readStored(id);
  const draft = reactive<OrderDraft>(restoredDraft(stored, blank()) ?? blank());
  const catalogue = ref<Catalogue | null>(null);
  const catalogueFailed = ref(false);
  const quote = ref<Quote | null>(null);
  const quoting = ref<"" | "busy" | "failed">("");
  const errors = ref<FieldErrors>({});
  const placing = ref(false);
  const trouble = ref<{ kind: Trouble; error: WireError | null } | null>(null);
  const done = ref<OrderView | null>(null);
  /** What only the hub could tell, and of which words: it holds until they are changed. */
  const refusals = new Map<OrderField, { written: string; error: FieldError }>();

  watch(draft, () => keepStored(id, draft));
  watch(() => [draft.tariff_code, ...draft.equipment].join(), () => void price(), { immediate: true });

  async function load(): Promise<void> {
    catalogueFailed.value = false;
    try {
      catalogue.value = await readCatalogue();
      // What the bot heard may be a nickname; only a real code may stay chosen.
      if (!catalogue.value.tariffs.some((tariff) => tariff.code === draft.tariff_code)) draft.tariff_code = "";
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      catalogueFailed.value = true;
    }
  }

  async function price(): Promise<void> {
    if (!draft.tariff_code) return;
    const [asked, equipment] = [draft.tariff_code, [...draft.equipment]];
    quoting.value = "busy";
    try {
      const answer = await readQuote(asked, equipment);
      if (asked !== draft.tariff_code || equipment.join() !== draft.equipment.join()) return;
      quote.value = answer;
      if (!draft.due_changed) draft.due = writtenAmount(answer.due.amount);
      if (errors.value.due) check("due");
      quoting.value = "";
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      quoting.value = "failed";
    }
  }

  /** After leaving a field: what is wrong with it now. */
  function check(field: OrderField): void {
    const refusal = refusals.get(field);
    const still = refusal?.written === writtenIn(draft, field) ? refusal.error : undefined;
    const found = checked(draft, dayKey(Date.now()))[field] ?? still;
    const next = { ...errors.value };
    if (found) next[field] = found;
    else delete next[field];
    errors.value = next;
  }

  /** The fields that need attention, in the order of the form. */
  const wrong = computed(() => FIELDS.filter((field) => errors.value[field]));

  async function place(): Promise<void> {
    if (placing.value) return;
    errors.value = checked(draft, dayKey(Date.now()));
    trouble.value = null;
    if (wrong.value.length > 0) return;
    placing.value = true;
    try {
      const currency = catalogue.value?.installation.currency ?? "CZK";
      done.value = await api<OrderView>("POST", `/api/conversations/${id}/orders`, orderBody(draft, currency));
      useConversations().orderPlaced(id, done.value);
      keepStored(id, null);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      refused(failure.error);
    } finally {
      placing.value = false;
    }
  }

  function refused(error: WireError | null): void {
    const fields = error?.code === "bad_request" ? (error.details?.fields as Record<string, unknown> | undefined) : undefined;
    if (fields) errors.value = placed(fields).errors;
    for (const field of wrong.value) refusals.set(field, { written: writtenIn(draft, field), error: errors.value[field] as FieldError });
    if (fields && wrong.value.length > 0) return;
    if (error?.code === "unauthenticated") void useSession().check();
    trouble.value = { kind: troubleOf(error), error };
  }

  /** Begin anew, with a key of its own: the next order is another one. */
  function restart(): void {
    Object.assign(draft, blank());
    keepStored(id, null);
    errors.value = {};
    refusals.clear();
    trouble.value = null;
    done.value = null;
    quote.value = null;
    void price();
  }

  /** Back to the amount that the hub calculated. */
  function useQuote(): void {
    if (!quote.value) return;
    draft.due = writtenAmount(quote.value.due.amount);
    draft.due_changed = false;
    check("due");
  }

  void load();
  return { draft, catalogue, catalogueFailed, quote, quoting, errors, wrong, placing, trouble, done, load, check, place, restart, useQuote };
}

function troubleOf(error: WireError | null): Trouble {
  if (error === null || error.code === "unavailable" || error.code === "internal") return "unsure";
  return error.code === "conflict" ? "conflict" : "refused";
}

const key = (id: string): string => `linka.panel.order.${useSession().operator?.id ?? ""}.${id}`;

function readStored(id: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key(id)) ?? "null");
  } catch {
    return null; // no storage, or not ours
  }
}

function keepStored(id: string, draft: OrderDraft | null): void {
  try {
    if (draft) localStorage.setItem(key(id), JSON.stringify(draft));
    else localStorage.removeItem(key(id));
  } catch {
    // No storage: the form keeps what was written as long as it is open.
  }
}
