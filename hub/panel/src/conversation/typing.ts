/** Typing, both ways. Pure: times (ms) come from outside. */
export const TYPING_LASTS = 6_000;
const SAY_AGAIN_AFTER = 3_000;
export const QUIET_AFTER = 4_000;

export interface Typist {
  readonly kind: string;
  readonly name: string;
  readonly until: number;
}

/** Somebody began or stopped typing. */
export function typistsChanged(
  typists: readonly Typist[],
  author: { kind: string; name: string },
  on: boolean,
  now: number,
): Typist[] {
  const others = typists.filter((one) => one.kind !== author.kind || one.name !== author.name);
  return on ? [...others, { kind: author.kind, name: author.name, until: now + TYPING_LASTS }] : others;
}

/** Without news for six seconds nobody is typing any more. */
export function stillTyping(typists: readonly Typist[], now: number): Typist[] {
  return typists.filter((one) => one.until > now);
}

/** Whether our own typing must be told again. `toldAt` is null while the others think we are quiet. */
export function mustTell(toldAt: number | null, now: number): boolean {
  return toldAt === null || now - toldAt >= SAY_AGAIN_AFTER;
}
