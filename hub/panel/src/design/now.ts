/** The time, for "waiting 4 min": one clock for the whole panel. */
import { type Ref, ref } from "vue";

const EVERY = 15_000;
const now = ref(Date.now());
setInterval(() => (now.value = Date.now()), EVERY);

export function useNow(): Readonly<Ref<number>> {
  return now;
}
