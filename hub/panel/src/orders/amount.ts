/** Amounts of money as people write them. Pure; minor units (haléře). */

/** `1 499`, `1499,50`, `1.499 Kč`, `CZK 1,499.00` → minor units, or null. */
export function parseAmount(written: string): number | null {
  const bare = written.replace(/kč|czk|[\s\u00a0’']/gi, "").replace(/,[-–—]+$/, "");
  if (!/^\d[\d.,]*$/.test(bare)) return null;
  const decimals = /[.,](\d{1,2})$/.exec(bare);
  const whole = (decimals ? bare.slice(0, -decimals[0].length) : bare).replace(/[.,](?=\d{3}(?:\D|$))/g, "");
  if (!/^\d{1,9}$/.test(whole)) return null;
  return Number(whole) * 100 + Number((decimals?.[1] ?? "0").padEnd(2, "0"));
}

/** How an amount stands in its field: `1499` or `1499,50`. */
export function writtenAmount(amount: number): string {
  const whole = Math.trunc(amount / 100);
  const rest = amount % 100;
  return rest === 0 ? `${whole}` : `${whole},${String(rest).padStart(2, "0")}`;
}
