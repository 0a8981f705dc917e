/** Keys that work everywhere but in fields and dialogs. */
import { onMounted, onUnmounted } from "vue";

export type Keys = Partial<Record<string, () => void>>;
export type Stroke = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/** What a stroke may be called, best first: as written, without capitals, and the digit that a Czech keyboard has under `ě`. */
export function namesOf({ key, code, shiftKey }: Stroke): string[] {
  const digit = shiftKey ? undefined : /^Digit(\d)$/.exec(code)?.[1];
  return [key, key.length === 1 ? key.toLowerCase() : key, ...(digit ? [digit] : [])];
}

export function useKeys(keys: () => Keys): void {
  function pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const inField = target.matches("input, textarea, select, [contenteditable]");
    if (target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")) return;
    if (inField) {
      if (event.key === "Escape") target.blur();
      return;
    }
    const known = keys();
    const name = namesOf(event).find((one) => known[one]);
    if (name === undefined) return;
    event.preventDefault();
    known[name]?.();
  }
  onMounted(() => window.addEventListener("keydown", pressed));
  onUnmounted(() => window.removeEventListener("keydown", pressed));
}
