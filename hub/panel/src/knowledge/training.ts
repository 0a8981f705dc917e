/** My newest training, followed while it runs; and publishing what came of it. */
import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";
import { ApiError } from "@/session/http";
import { useKnowledge } from "./overview";
import { type Training, cancelTraining, isRunning, readTraining, train } from "./trainings";

const EVERY = 1_000;

export const useTraining = defineStore("training", () => {
  const knowledge = useKnowledge();
  const current = ref<Training | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const running = computed(() => isRunning(current.value));

  async function load(): Promise<void> {
    clearTimeout(timer);
    try {
      const before = running.value;
      current.value = await readTraining();
      if (before && !running.value) void knowledge.load();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure; // asked again below; what is known stays
    }
    if (running.value) timer = setTimeout(() => void load(), EVERY);
  }

  /** Throws `ApiError`; so does `cancel`. */
  async function begin(): Promise<void> {
    current.value = await train(knowledge.overview?.draft.version ?? 0);
    void load();
  }

  async function cancel(): Promise<void> {
    if (!current.value) return;
    current.value = await cancelTraining(current.value.id);
    void load();
  }

  function forget(): void {
    clearTimeout(timer);
    current.value = null;
  }

  // The overview tells that one has begun in another window, or that its text has changed since.
  watch(() => JSON.stringify([knowledge.training?.id, knowledge.training?.state, knowledge.training?.outdated, knowledge.overview?.draft.version]), () => void (knowledge.training && !running.value && load()));

  return { current, running, load, begin, cancel, forget };
});
