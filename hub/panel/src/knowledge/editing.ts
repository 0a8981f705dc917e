/** Edits on their way into the draft: one batch at a time, in order, kept on this computer until the hub has them. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { ApiError } from "@/session/http";
import { type DraftBrief, type Edit, dropDraft, readDraft, sendEdits, settle, undoEdit } from "./knowledge";
import { keepAt, keptAt } from "./kept";
import { useKnowledge } from "./overview";

interface Batch {
  readonly id: string;
  readonly edits: readonly Edit[];
}

/** Saved; or refused by the hub, which says why; or it waits until the hub can be reached. */
export type Outcome = { readonly state: "saved" } | { readonly state: "refused"; readonly error: WireError } | { readonly state: "waiting" };

/** So many edits are taken at once. */
const MOST = 100;
/** Another window of the same person may be quicker so many times. */
const TRIES = 5;
/** Milliseconds for which a saved edit is still shown to those who have not read it yet. */
const SHOWN = 10_000;
const PLACE = "unsent";

const isBatches = (value: unknown): value is Batch[] => Array.isArray(value) && value.every((one) => typeof one?.id === "string" && Array.isArray(one.edits));

export const useEditing = defineStore("editing", () => {
  const knowledge = useKnowledge();
  const queue = ref<readonly Batch[]>([]);
  const saved = ref<readonly { readonly edits: readonly Edit[]; readonly at: number }[]>([]);
  const unreachable = ref(false);
  const waitingFor = new Map<string, (outcome: Outcome) => void>();
  let shipping = false;

  const waiting = computed(() => queue.value.reduce((count, batch) => count + batch.edits.length, 0));

  /** What this person had not sent when the page was closed. */
  function begin(): void {
    queue.value = keptAt(PLACE, isBatches) ?? [];
    saved.value = [];
    unreachable.value = false;
  }

  /** What a page that was asked for at a moment does not have yet. */
  function since(at: number): Edit[] {
    return [...saved.value.filter((one) => one.at > at), ...queue.value].flatMap((one) => one.edits);
  }

  function keep(next: readonly Batch[]): void {
    queue.value = next;
    keepAt(PLACE, next.length > 0 ? next : null);
  }

  /** More than the hub takes at once go out in several batches. */
  async function edit(...edits: readonly Edit[]): Promise<Outcome> {
    const batches = Array.from({ length: Math.ceil(edits.length / MOST) }, (_, index): Batch => ({ id: crypto.randomUUID(), edits: edits.slice(index * MOST, (index + 1) * MOST) }));
    keep([...queue.value, ...batches]);
    const outcomes = Promise.all(batches.map((batch) => new Promise<Outcome>((resolve) => waitingFor.set(batch.id, resolve))));
    void ship();
    const all = await outcomes;
    return all.find((one) => one.state === "refused") ?? all.find((one) => one.state === "waiting") ?? { state: "saved" };
  }

  function close(batch: Batch, outcome: Outcome): void {
    if (outcome.state !== "waiting") keep(queue.value.filter((one) => one.id !== batch.id));
    waitingFor.get(batch.id)?.(outcome);
    waitingFor.delete(batch.id);
  }

  async function ship(): Promise<void> {
    if (shipping || !knowledge.overview) return;
    shipping = true;
    try {
      for (let batch = queue.value[0]; batch; batch = queue.value[0]) {
        const outcome = await send(batch);
        unreachable.value = outcome.state === "waiting";
        if (outcome.state === "waiting") {
          for (const one of queue.value) close(one, outcome);
          return;
        }
        close(batch, outcome);
      }
    } finally {
      shipping = false;
    }
  }

  /** An edit says what it expects to find, so it may be told again to a draft that has moved on: nothing is overwritten. */
  async function send(batch: Batch): Promise<Outcome> {
    let version = knowledge.overview?.draft.version ?? 0;
    for (let tries = 0; tries < TRIES; tries += 1) {
      try {
        await arrived(await sendEdits(version, batch.edits), batch.edits);
        return { state: "saved" };
      } catch (failure) {
        if (!(failure instanceof ApiError)) throw failure;
        const error = failure.error;
        if (error === null || error.retryable) return { state: "waiting" };
        if (error.code !== "conflict" || typeof error.details?.version !== "number") return { state: "refused", error };
        if (await isThere(batch)) return { state: "saved" };
        version = error.details.version;
      }
    }
    return { state: "waiting" };
  }

  async function arrived(draft: DraftBrief, edits: readonly Edit[]): Promise<void> {
    const at = performance.now();
    saved.value = [...saved.value.filter((one) => at - one.at < SHOWN), { edits, at }];
    await knowledge.drafted(draft);
  }

  /** Whether an answer was lost on its way: the draft ends with just these edits already. */
  async function isThere(batch: Batch): Promise<boolean> {
    try {
      const draft = await readDraft();
      const last = draft.edits.slice(-batch.edits.length).map((one) => one.edit);
      if (!alike(last, batch.edits)) return false;
      await knowledge.load();
      return true;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      return false;
    }
  }

  /** Throws `ApiError`; so do the next two. */
  async function undo(): Promise<void> {
    await change((version) => undoEdit(version));
  }
  async function drop(): Promise<void> {
    await change((version) => dropDraft(version));
  }
  async function keepOne(id: string, whose: "mine" | "theirs"): Promise<void> {
    await change((version) => settle(version, id, whose));
  }

  async function change(how: (version: number) => Promise<DraftBrief>): Promise<void> {
    saved.value = [];
    try {
      await knowledge.drafted(await how(knowledge.overview?.draft.version ?? 0));
    } catch (failure) {
      void knowledge.load();
      throw failure;
    }
  }

  knowledge.whenRead(() => void ship());

  return { waiting, unreachable, queue, begin, since, edit, ship, undo, drop, keepOne };
});

/** The same edits, whatever the order of their fields. */
function alike(one: readonly Edit[], other: readonly Edit[]): boolean {
  const plain = (edits: readonly Edit[]): string => JSON.stringify(edits, (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value));
  return plain(one) === plain(other);
}
