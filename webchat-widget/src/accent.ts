/** Turns one brand colour into readable pairs: what is written on it, and itself as text. Pure. */

type Rgb = [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [17, 19, 22];
const ENOUGH = 4.5;

function parse(hex: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  return match ? ([1, 2, 3].map((i) => Number.parseInt(match[i] ?? "0", 16)) as Rgb) : null;
}

function format(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** WCAG contrast of two `#rrggbb` colours, 1–21; 0 when one of them is not a colour. */
export function contrast(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)];
  return first && second ? ratio(first, second) : 0;
}

/** White or near-black: whichever reads better on `accent`. */
export function inkOn(accent: string): string {
  const rgb = parse(accent);
  return rgb && ratio(rgb, WHITE) < ratio(rgb, BLACK) ? format(BLACK) : format(WHITE);
}

/** `accent` mixed towards black or white until it reads on `background` (4.5 : 1). */
export function asTextOn(accent: string, background: string): string {
  const [from, ground] = [parse(accent), parse(background)];
  if (!from || !ground) return accent;
  const goal = luminance(ground) > 0.3 ? BLACK : WHITE;
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = from.map((part, i) => Math.round(part + ((goal[i] ?? 0) - part) * share)) as Rgb;
    if (ratio(mixed, ground) >= ENOUGH) return format(mixed);
  }
  return format(goal);
}

export function isColour(value: string): boolean {
  return parse(value) !== null;
}
