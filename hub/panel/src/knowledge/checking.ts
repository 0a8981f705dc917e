/** Checks while one writes: what an edit that is not made yet would bring in, asked for after a pause. */
import { type Ref, onScopeDispose, ref, watch } from "vue";
import { ApiError } from "@/session/http";
import { fresh } from "./finding";
import { type Edit, type Finding, findingsWith } from "./knowledge";
import { useKnowledge } from "./overview";

const PAUSE = 400;

export function useChecking(edits: () => readonly Edit[]): Readonly<Ref<readonly Finding[]>> {
  const found = ref<readonly Finding[]>([]);
  const knowledge = useKnowledge();
  let later: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function check(now: readonly Edit[]): Promise<void> {
    const mine = ++asked;
    try {
      const answer = await findingsWith(now);
      if (mine === asked) found.value = fresh(answer, knowledge.findings);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (mine === asked) found.value = []; // the same is checked again when it is saved
    }
  }

  watch(
    () => JSON.stringify(edits()),
    () => {
      clearTimeout(later);
      asked += 1;
      const now = edits();
      if (now.length === 0) found.value = [];
      else later = setTimeout(() => void check(now), PAUSE);
    },
  );
  onScopeDispose(() => {
    clearTimeout(later);
    asked += 1;
  });
  return found;
}
