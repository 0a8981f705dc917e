/** One thing read from the hub, and read anew whenever something has changed there. */
import { type Ref, onScopeDispose, ref, shallowRef, watch } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { ApiError } from "@/session/http";
import { useKnowledge } from "./overview";

export interface Reading<T> {
  readonly value: Readonly<Ref<T | null>>;
  /** Why the last reading failed; a null in it: the hub was not reached. */
  readonly trouble: Readonly<Ref<{ readonly error: WireError | null } | null>>;
  /** When the answer that is shown was asked for, in milliseconds of the page's own clock. */
  readonly askedAt: Readonly<Ref<number>>;
  readonly load: () => Promise<void>;
}

/** `what` tells what is read, so that another one does not wait for changes; what was read of the same stays while it is read again. */
export function useReading<T>(read: () => Promise<T>, what: () => string = () => ""): Reading<T> {
  const value = shallowRef<T | null>(null);
  const trouble = ref<{ readonly error: WireError | null } | null>(null);
  const askedAt = ref(0);
  const knowledge = useKnowledge();
  let asked = 0;

  async function load(): Promise<void> {
    const mine = ++asked;
    const at = performance.now();
    try {
      const answer = await read();
      if (mine !== asked) return;
      value.value = answer;
      trouble.value = null;
      askedAt.value = at;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (mine === asked) trouble.value = { error: failure.error };
    }
  }

  watch(what, () => {
    value.value = null;
    trouble.value = null;
    void load();
  });
  watch(() => knowledge.reads, () => void load());
  void load();
  onScopeDispose(() => (asked += 1));
  return { value, trouble, askedAt, load };
}
