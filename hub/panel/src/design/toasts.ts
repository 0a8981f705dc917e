/** Short notices. Good ones go by themselves; bad ones stay until they are read. */
import { defineStore } from "pinia";
import { ref } from "vue";

export interface Toast {
  readonly id: number;
  readonly kind: "good" | "bad" | "info";
  readonly text: string;
}

const LASTS = 5_000;
const BAD_LASTS = 12_000;
const MOST = 4;

export const useToasts = defineStore("toasts", () => {
  const list = ref<readonly Toast[]>([]);
  let next = 1;

  function dismiss(id: number): void {
    list.value = list.value.filter((toast) => toast.id !== id);
  }

  function show(kind: Toast["kind"], text: string): void {
    const id = next++;
    const others = list.value.filter((toast) => toast.text !== text);
    list.value = [...others, { id, kind, text }].slice(-MOST);
    setTimeout(() => dismiss(id), kind === "bad" ? BAD_LASTS : LASTS);
  }

  return { list, show, dismiss };
});
