/** Words that were begun and not saved yet: kept on this computer, for this person and this window, until they are. */
import { type Ref, ref, watch } from "vue";
import { useSession } from "@/session/session";
import type { MarkedText } from "./knowledge";

const PREFIX = "linka.panel.knowledge";
const key = (place: string): string => `${PREFIX}.${useSession().operator?.id ?? ""}.${place}`;

export function keptAt<T>(place: string, sound: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key(place)) ?? "null");
    return sound(value) ? value : null;
  } catch {
    return null; // no storage in this browser, or not ours
  }
}

export function keepAt(place: string, value: unknown): void {
  try {
    if (value === null || value === "") sessionStorage.removeItem(key(place));
    else sessionStorage.setItem(key(place), JSON.stringify(value));
  } catch {
    // No storage: the words stay in the field as long as the page is open.
  }
}

export const isText = (value: unknown): value is string => typeof value === "string";
export const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
export const isMarked = (value: unknown): value is MarkedText => {
  const one = value as Partial<MarkedText> | null;
  return typeof one === "object" && one !== null && isText(one.text) && Array.isArray(one.marks);
};

/** A field's text that outlives a reload; `place` may change with what is shown. */
export function useKeptText(place: () => string): Ref<string> {
  const text = ref(keptAt(place(), isText) ?? "");
  watch(place, (now) => (text.value = keptAt(now, isText) ?? ""), { flush: "sync" });
  watch(text, (now) => keepAt(place(), now), { flush: "sync" });
  return text;
}
