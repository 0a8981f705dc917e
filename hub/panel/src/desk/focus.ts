/** Where one part of the desk takes the place of another, the focus goes along, and comes back. */
import { nextTick, watch } from "vue";
import { useWide } from "@/design/narrow";

export interface Place {
  readonly id: string | null;
  readonly part: "" | "details" | "order";
}

export function useFocusAlong(place: () => Place): void {
  const wide = useWide();
  watch(place, async (now, before) => {
    await nextTick();
    // Details lie over the conversation: whoever opened them wants to be in them.
    if (now.part === "details" && !wide.value) return reach("[data-testid=context] button");
    if (!isLost()) return;
    if (now.id === null) reach(`[data-testid=conversation-row][data-id="${CSS.escape(before.id ?? "")}"]`, "[data-testid=conversation-row]");
    else if (now.id !== before.id) reach("main.chat");
    else if (now.part !== "order") reach("[data-testid=context] [data-testid=new-order]", "[data-testid=details]", "main.chat");
  });
}

/** What had the focus is gone or hidden. */
function isLost(): boolean {
  const at = document.activeElement;
  return !at || at === document.body || !at.checkVisibility();
}

/** Focuses the first of these that can be seen. */
function reach(...places: string[]): void {
  const found = places.map((place) => document.querySelector<HTMLElement>(place));
  found.find((element) => element?.checkVisibility())?.focus({ preventScroll: true });
}
