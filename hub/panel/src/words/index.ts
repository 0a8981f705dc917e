/** The panel's words in the chosen language. */
import { createI18n } from "vue-i18n";
import { cs } from "./cs";
import { en, type Words } from "./en";
import type { Language } from "./format";

/** Which of a message's forms fits: Czech has 1 | 2–4 | 5 and more. */
export function czechPlural(count: number): number {
  if (count === 1) return 0;
  return count >= 2 && count <= 4 ? 1 : 2;
}

export const i18n = createI18n<[Words], Language, false>({
  legacy: false,
  locale: "en",
  fallbackLocale: "en",
  messages: { cs, en },
  pluralRules: { cs: (count: number, forms: number) => Math.min(czechPlural(count), forms - 1) },
});

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}

/** The language of the browser, if we speak it. */
export function browserLanguage(languages: readonly string[]): Language {
  for (const tag of languages) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "cs" || primary === "sk") return "cs";
    if (primary === "en") return "en";
  }
  return "en";
}
