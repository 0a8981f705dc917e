/** The words of one answer in one language while one writes: kept on this computer until they are saved, and never put over a colleague's. */
import { type Ref, computed, ref, watch } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { useEditing } from "./editing";
import { isTexts, keepAt, keptAt } from "./kept";
import type { Edit } from "./knowledge";

interface Kept {
  readonly texts: string[];
  /** What they were before one began. */
  readonly base: string[];
}

const isKept = (value: unknown): value is Kept => {
  const one = value as Partial<Kept> | null;
  return typeof one === "object" && one !== null && isTexts(one.texts) && isTexts(one.base);
};
const same = (one: readonly string[], other: readonly string[]): boolean => JSON.stringify(one) === JSON.stringify(other);
const written = (texts: readonly string[]): string[] => texts.map((text) => text.trim()).filter(Boolean);
/** There is always a field to write in. */
const fields = (variants: readonly string[]): string[] => (variants.length > 0 ? [...variants] : [""]);

export interface Variants {
  readonly texts: Ref<string[]>;
  readonly edit: () => Edit | null;
  readonly error: Readonly<Ref<WireError | null>>;
  readonly waiting: Readonly<Ref<boolean>>;
  readonly save: () => Promise<void>;
  readonly restore: () => void;
  /** Ours over what a colleague has made of it meanwhile. */
  readonly insist: () => Promise<void>;
  readonly dirty: Readonly<Ref<boolean>>;
}

export function useVariants(answer: string, language: string, theirs: () => readonly string[]): Variants {
  const place = `words.${answer}.${language}`;
  const editing = useEditing();
  const kept = keptAt(place, isKept);
  const isThere = kept !== null && same(written(kept.texts), theirs());
  const base = ref<string[]>(kept && !isThere ? kept.base : [...theirs()]);
  const texts = ref<string[]>(kept?.texts ?? fields(theirs()));
  const error = ref<WireError | null>(null);
  const waiting = ref(false);
  /** What is on its way: leaving the field while it is being saved is no second edit. */
  let sending: readonly string[] = [];
  const dirty = computed(() => !same(written(texts.value), written(base.value)) && !same(written(texts.value), theirs()));

  watch([texts, base], () => keepAt(place, dirty.value ? { texts: texts.value, base: base.value } : null), { deep: true });
  // What others (or another window) have made of it is shown where nothing is being written.
  watch(theirs, (now) => {
    if (dirty.value) return;
    error.value = null;
    const reset = !same(written(texts.value), now);
    base.value = [...now];
    if (reset) texts.value = fields(now);
  });

  const edit = (): Edit | null => (dirty.value ? { kind: "set_words", answer, language, variants: written(texts.value), before: base.value } : null);

  async function save(): Promise<void> {
    const one = edit();
    if (!one || one.kind !== "set_words" || same(one.variants, sending)) return;
    sending = one.variants;
    const outcome = await editing.edit(one);
    sending = [];
    error.value = outcome.state === "refused" ? outcome.error : null;
    waiting.value = outcome.state === "waiting";
    if (outcome.state === "refused") return;
    base.value = [...one.variants];
  }

  /** Away with what is not saved. */
  function restore(): void {
    base.value = [...theirs()];
    texts.value = fields(theirs());
    error.value = null;
  }

  async function insist(): Promise<void> {
    base.value = [...theirs()];
    await save();
  }

  return { texts, edit, error, waiting, save, restore, insist, dirty };
}
