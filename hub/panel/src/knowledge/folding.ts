/** Words as they are searched for: small and capital letters, diacritics and spaces make no difference. Pure. */

export function folded(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll(/\s+/g, " ").trim();
}

/** Whether every word that is looked for is in the text. */
export function holds(text: string, looked: string): boolean {
  const within = folded(text);
  return folded(looked).split(" ").every((word) => within.includes(word));
}

/** The lines of what was pasted, tidied, each once; a dash before one is only how lists are written. */
export function linesOf(pasted: string): string[] {
  const lines = pasted.split(/\r?\n/).map((line) => line.replace(/^\s*[-•*]\s+/, "").replaceAll(/\s+/g, " ").trim());
  return lines.filter((line, index) => line && lines.findIndex((other) => folded(other) === folded(line)) === index);
}
