/** Words of an answer with their {placeholders}: which are known, and how they look filled in. Pure. */
import type { Words } from "./knowledge";

export interface Filling {
  readonly kind: "text" | "fact" | "value" | "unknown";
  /** What is read: the fact, or the placeholder's name. */
  readonly text: string;
}

export interface Known {
  readonly values: readonly string[];
  readonly facts: Readonly<Record<string, Words>>;
}

/** The answer in a language, cut at its placeholders. */
export function filledIn(words: string, language: string, known: Known): Filling[] {
  return words.split(/(\{[^{}\n]*\})/).flatMap((part, index): Filling[] => {
    if (index % 2 === 0) return part ? [{ kind: "text", text: part }] : [];
    const name = part.slice(1, -1);
    const fact = known.facts[name]?.[language];
    if (fact !== undefined) return [{ kind: "fact", text: fact }];
    return [{ kind: known.values.includes(name) ? "value" : "unknown", text: name }];
  });
}

export const isKnown = (name: string, known: Known): boolean => known.values.includes(name) || name in known.facts;

/** With a placeholder where the caret is; the caret's new place too. */
export function inserted(words: string, from: number, to: number, name: string): { readonly text: string; readonly caret: number } {
  const gap = `{${name}}`;
  return { text: words.slice(0, from) + gap + words.slice(to), caret: from + gap.length };
}
