/** What this person chose on this computer. `public/theme.js` reads the same key before the first paint. */
import { defineStore } from "pinia";
import { ref, watch } from "vue";
import { browserLanguage, setLanguage } from "@/words";
import { LANGUAGES, type Language } from "@/words/format";

export type Theme = "light" | "dark" | "system";
const KEY = "linka.panel.preferences";

export const usePreferences = defineStore("preferences", () => {
  const stored = read();
  const language = ref<Language>(LANGUAGES.find((one) => one === stored.language) ?? browserLanguage(navigator.languages));
  const theme = ref<Theme>(stored.theme === "light" || stored.theme === "dark" ? stored.theme : "system");
  const sendWith = ref<"enter" | "ctrl">(stored.sendWith === "ctrl" ? "ctrl" : "enter");

  watch(
    [language, theme, sendWith],
    () => {
      setLanguage(language.value);
      if (theme.value === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme.value;
      write({ language: language.value, theme: theme.value, sendWith: sendWith.value });
    },
    { immediate: true },
  );

  return { language, theme, sendWith };
});

function read(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // no storage, or not ours: the defaults
  }
}

function write(value: Record<string, unknown>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // No storage in this browser: the choice lasts until the page is closed.
  }
}
