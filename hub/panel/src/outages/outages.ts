/** The list of outages: what is on and planned, and the past as far as it was asked for. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { useConnection } from "@/realtime/connection";
import { on } from "@/realtime/socket";
import { ApiError } from "@/session/http";
import { useSession } from "@/session/session";
import { type Outage, type Place, readPast, readPlaces, readPresent } from "./outage";

export const useOutages = defineStore("outages", () => {
  const state = ref<"loading" | "ready" | "failed" | "forbidden">("loading");
  /** Why the last reading failed; a null in it: the hub was not reached. */
  const trouble = ref<{ readonly error: WireError | null } | null>(null);
  const now = ref<readonly Outage[]>([]);
  const planned = ref<readonly Outage[]>([]);
  const mayEdit = ref(false);
  const languages = ref<readonly string[]>([]);
  const over = ref<readonly Outage[]>([]);
  const next = ref<string | null>(null);
  const pastState = ref<"unread" | "loading" | "ready" | "failed">("unread");
  const places = ref<readonly Place[]>([]);
  /** Grows whenever the list was read: whoever shows one outage looks whether it is still as shown. */
  const reads = ref(0);
  /** How many pages show the list: while nobody looks, news are not followed. */
  let shown = 0;
  let asked = 0;

  const all = computed(() => [...now.value, ...planned.value, ...over.value]);

  /** What was read before stays while it is read again, and when that fails. */
  async function load(): Promise<void> {
    const mine = ++asked;
    if (state.value !== "ready") state.value = "loading";
    try {
      const present = await readPresent();
      if (mine !== asked) return; // a later answer is on its way
      now.value = present.now;
      planned.value = present.planned;
      mayEdit.value = present.may_edit;
      languages.value = present.languages;
      trouble.value = null;
      state.value = "ready";
      reads.value += 1;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (mine !== asked) return;
      trouble.value = { error: failure.error };
      if (failure.error?.code === "unauthenticated") void useSession().check();
      if (failure.error?.code === "forbidden") state.value = "forbidden";
      else if (state.value !== "ready") state.value = "failed";
    }
  }

  /** The first page of the past anew, or the next one. */
  async function loadPast(more = false): Promise<void> {
    if (pastState.value === "loading") return;
    pastState.value = "loading";
    try {
      const page = await readPast(more ? next.value : null);
      over.value = more ? [...over.value, ...page.outages] : page.outages;
      next.value = page.next;
      pastState.value = "ready";
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      pastState.value = "failed";
    }
  }

  /** Suggestions only: without them every name can still be written. */
  async function loadPlaces(): Promise<void> {
    try {
      places.value = await readPlaces();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
    }
  }

  async function refresh(): Promise<void> {
    await Promise.all([load(), ...(pastState.value === "unread" ? [] : [loadPast()])]);
  }

  function follow(): () => void {
    shown += 1;
    return () => (shown -= 1);
  }

  function news(): void {
    if (shown > 0) void refresh();
  }

  function forget(): void {
    asked += 1;
    state.value = "loading";
    [now, planned, over].forEach((list) => (list.value = []));
    next.value = null;
    pastState.value = "unread";
    mayEdit.value = false;
    trouble.value = null;
  }

  on("outages.changed", news);
  useConnection().whenOnline(news);

  return { state, trouble, now, planned, mayEdit, languages, over, next, pastState, places, reads, all, load, loadPast, loadPlaces, refresh, follow, forget };
});
