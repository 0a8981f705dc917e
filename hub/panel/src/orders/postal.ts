/** Czech postal codes as people write them. Pure. */

/** `120 00`, or null. */
export function parsePostalCode(written: string): string | null {
  const digits = written.replace(/^\s*CZ[\s-]*/i, "").replace(/[\s\u00a0-]/g, "");
  return /^[1-7]\d{4}$/.test(digits) ? `${digits.slice(0, 3)} ${digits.slice(3)}` : null;
}
