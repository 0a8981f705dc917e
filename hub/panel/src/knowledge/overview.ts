/** All there is to know at a glance, followed while somebody looks: whatever changes there, the open page reads anew. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { useConnection } from "@/realtime/connection";
import { ApiError } from "@/session/http";
import { useSession } from "@/session/session";
import { type DraftBrief, type Finding, type Overview, readFindings, readOverview } from "./knowledge";
import { isRunning } from "./trainings";

const EVERY = 3_000;

export const useKnowledge = defineStore("knowledge", () => {
  const state = ref<"loading" | "ready" | "failed" | "forbidden">("loading");
  /** Why the last reading failed; a null in it: the hub was not reached. */
  const trouble = ref<{ readonly error: WireError | null } | null>(null);
  const overview = ref<Overview | null>(null);
  const findings = ref<readonly Finding[]>([]);
  /** Grows whenever something has changed: the open page reads itself anew. */
  const reads = ref(0);
  let seen = "";
  let asked = 0;
  let followers = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const whenRead: (() => void)[] = [];

  const mayEdit = computed(() => overview.value?.may_edit === true);
  const languages = computed(() => overview.value?.languages.map((one) => one.code) ?? []);
  const training = computed(() => overview.value?.training ?? null);

  /** What was read before stays while it is read again, and when that fails. */
  async function load(): Promise<void> {
    const mine = ++asked;
    try {
      const read = await readOverview();
      if (mine !== asked) return; // a later answer is on its way
      take(read);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (mine !== asked) return;
      trouble.value = { error: failure.error };
      if (failure.error?.code === "unauthenticated") void useSession().check();
      if (failure.error?.code === "forbidden") state.value = "forbidden";
      else if (state.value !== "ready") state.value = "failed";
      return;
    }
    for (const listener of whenRead) listener();
  }

  function take(read: Overview): void {
    overview.value = read;
    trouble.value = null;
    state.value = "ready";
    // A training that goes on changes nothing else.
    const mark = JSON.stringify({ ...read, revision: "", training: [read.training?.id, isRunning(read.training)] });
    if (mark === seen) return;
    seen = mark;
    reads.value += 1;
    void loadFindings();
  }

  async function loadFindings(): Promise<void> {
    try {
      findings.value = await readFindings();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure; // the counts of the overview are there nevertheless
    }
  }

  /** The draft after an edit; everything that shows it is read anew. */
  async function drafted(draft: DraftBrief): Promise<void> {
    if (overview.value) overview.value = { ...overview.value, draft };
    await load();
  }

  function again(): void {
    clearTimeout(timer);
    if (followers > 0) timer = setTimeout(() => void tick(), EVERY);
  }

  async function tick(): Promise<void> {
    if (document.visibilityState === "visible") await load();
    again();
  }

  /** Somebody looks; the answer ends it. */
  function follow(): () => void {
    followers += 1;
    void load();
    again();
    return () => {
      followers -= 1;
      again();
    };
  }

  function forget(): void {
    asked += 1;
    seen = "";
    state.value = "loading";
    overview.value = null;
    findings.value = [];
    trouble.value = null;
  }

  useConnection().whenOnline(() => void (followers > 0 && load()));

  return { state, trouble, overview, findings, reads, mayEdit, languages, training, load, drafted, follow, forget, whenRead: (listener: () => void) => void whenRead.push(listener) };
});
