/** Keys that work everywhere but in fields and dialogs. */
import { onMounted, onUnmounted } from "vue";

export type Keys = Partial<Record<string, () => void>>;

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
    const handler = keys()[event.key];
    if (!handler) return;
    event.preventDefault();
    handler();
  }
  onMounted(() => window.addEventListener("keydown", pressed));
  onUnmounted(() => window.removeEventListener("keydown", pressed));
}
