/** A list of names that grows as one writes. Pure. */

/** With a new name at its end, tidied; the same list when it says nothing new. */
export function withName(names: readonly string[], written: string): readonly string[] {
  const name = written.replaceAll(/\s+/g, " ").trim();
  if (!name || names.some((one) => sameName(one, name))) return names;
  return [...names, name];
}

/** Several at once, from a pasted line. */
export function withNames(names: readonly string[], written: string): readonly string[] {
  return written.split(/[,;\n]/).reduce(withName, names);
}

/** Small and capital letters and diacritics make no other name. */
export function sameName(one: string, other: string): boolean {
  return one.localeCompare(other, "cs", { sensitivity: "base" }) === 0;
}
