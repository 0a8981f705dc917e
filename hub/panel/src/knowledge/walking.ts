/** J and K walk through the rows of a list; the focus goes along, so that Enter opens. */
export function step(area: HTMLElement | null, rows: string, by: number): void {
  const all = [...(area?.querySelectorAll<HTMLElement>(rows) ?? [])];
  const focused = all.indexOf(document.activeElement as HTMLElement);
  const from = focused >= 0 ? focused : all.findIndex((row) => row.getAttribute("aria-current") === "true");
  all[Math.min(all.length - 1, Math.max(0, from + by))]?.focus();
}
