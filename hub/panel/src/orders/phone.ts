/** Phone numbers as people write them. Pure. The hub checks again; this shows at once what was understood. */
const HOME = "420";

/** In E.164 (`+420777123456`), or null. Without a prefix it is a Czech number of nine digits. */
export function parsePhone(written: string): string | null {
  const cleaned = written.replace(/\(0\)/g, "").replace(/[\s\u00a0().\-–/]/g, "");
  const international = /^(?:\+|00)(\d{7,15})$/.exec(cleaned);
  if (international) {
    const digits = international[1] as string;
    return digits.startsWith(HOME) && digits.length !== 12 ? null : `+${digits}`;
  }
  if (/^[2-9]\d{8}$/.test(cleaned)) return `+${HOME}${cleaned}`;
  return /^420[2-9]\d{8}$/.test(cleaned) ? `+${cleaned}` : null;
}

/** `+420 777 123 456`, with spaces that do not break. */
export function formatPhone(phone: string): string {
  const home = /^\+420(\d{3})(\d{3})(\d{3})$/.exec(phone);
  return home ? `+420\u00a0${home[1]}\u00a0${home[2]}\u00a0${home[3]}` : phone;
}
