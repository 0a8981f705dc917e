/** The sentences that were not understood: read a page at a time, walked through, and placed. */
import { defineStore } from "pinia";
import { ref } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { ApiError } from "@/session/http";
import { useKnowledge } from "./overview";
import { type Understood, understand } from "./trainings";
import { type Alike, type Place, type Standing, type Unanswered, forHuman, place, readUnanswered, reopen } from "./unanswered";

/** Without a sentence that was dealt with; groups of which nothing is left go too. */
export function without(groups: readonly Alike[], id: string): Alike[] {
  return groups.map((group) => ({ ...group, sentences: group.sentences.filter((one) => one.id !== id) })).filter((group) => group.sentences.length > 0);
}

/** The next one to look at once `id` is gone; the one before it at the end. */
export function after(groups: readonly Alike[], id: string): string | null {
  const all = groups.flatMap((group) => group.sentences.map((one) => one.id));
  const index = all.indexOf(id);
  return all[index + 1] ?? all[index - 1] ?? null;
}

/** A later page behind what is there already; a group that goes on there is one group. */
export function joined(groups: readonly Alike[], more: readonly Alike[]): Alike[] {
  const known = new Set(groups.flatMap((group) => group.sentences.map((one) => one.id)));
  const news = more.map((group) => ({ ...group, sentences: group.sentences.filter((one) => !known.has(one.id)) })).filter((group) => group.sentences.length > 0);
  const grown = groups.map((group) => ({ ...group, sentences: [...group.sentences, ...news.filter((one) => one.id === group.id).flatMap((one) => one.sentences)] }));
  return [...grown, ...news.filter((group) => !groups.some((one) => one.id === group.id))];
}

/** At most so many texts are read at once. */
const MOST = 20;

export interface Read {
  readonly published: Understood | null;
  readonly draft: Understood | null;
}

export const useInbox = defineStore("inbox", () => {
  const knowledge = useKnowledge();
  const standing = ref<Standing>("open");
  const groups = ref<readonly Alike[]>([]);
  const next = ref<string | null>(null);
  const state = ref<"loading" | "ready" | "failed">("loading");
  const trouble = ref<{ readonly error: WireError | null } | null>(null);
  const more = ref(false);
  /** What the models make of a text, as far as it was asked for. */
  const read = ref<ReadonlyMap<string, Read>>(new Map());
  const readTrouble = ref<WireError | null | undefined>(undefined);
  let asked = 0;

  async function load(which: Standing = standing.value): Promise<void> {
    const mine = ++asked;
    if (which !== standing.value) {
      standing.value = which;
      groups.value = [];
      state.value = "loading";
    }
    try {
      const page = await readUnanswered(which, null);
      if (mine !== asked) return;
      groups.value = page.groups;
      next.value = page.next;
      trouble.value = null;
      state.value = "ready";
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (mine !== asked) return;
      trouble.value = { error: failure.error };
      if (state.value !== "ready") state.value = "failed";
    }
  }

  async function loadMore(): Promise<void> {
    if (more.value || !next.value) return;
    const mine = asked;
    more.value = true;
    try {
      const page = await readUnanswered(standing.value, next.value);
      if (mine !== asked) return;
      groups.value = joined(groups.value, page.groups);
      next.value = page.next;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      trouble.value = { error: failure.error };
    } finally {
      more.value = false;
    }
  }

  /** What is published and the draft would make of these. */
  async function understandAll(sentences: readonly Unanswered[]): Promise<void> {
    const texts = sentences.map((one) => one.text).filter((text) => !read.value.has(text)).slice(0, MOST);
    if (texts.length === 0) return;
    try {
      const answer = await understand(texts);
      const grown = new Map(read.value);
      texts.forEach((text, index) => grown.set(text, { published: answer.published?.[index] ?? null, draft: answer.draft?.[index] ?? null }));
      read.value = grown;
      readTrouble.value = undefined;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      readTrouble.value = failure.error;
    }
  }

  /** The draft may have moved on, in another window or by an edit just before: adding a sentence overwrites nothing. */
  async function placed(id: string, where: Place): ReturnType<typeof place> {
    let version = knowledge.overview?.draft.version ?? 0;
    for (;;) {
      try {
        return await place(id, version, where);
      } catch (failure) {
        const now = failure instanceof ApiError && failure.error?.code === "conflict" ? failure.error.details?.version : undefined;
        if (typeof now !== "number" || now === version) throw failure;
        version = now;
      }
    }
  }

  /** All of these throw `ApiError`; the sentence leaves the list once the hub knows. */
  async function put(id: string, where: Place): Promise<void> {
    const answer = await placed(id, where);
    groups.value = without(groups.value, id);
    await knowledge.drafted(answer.draft);
  }
  async function leave(id: string): Promise<void> {
    await forHuman(id);
    groups.value = without(groups.value, id);
    void knowledge.load();
  }
  async function bringBack(id: string): Promise<void> {
    await reopen(id);
    groups.value = without(groups.value, id);
    void knowledge.load();
  }

  /** New models read otherwise. */
  function readAnew(): void {
    read.value = new Map();
  }

  return { standing, groups, next, state, trouble, more, read, readTrouble, load, loadMore, understandAll, put, leave, bringBack, readAnew };
});
