/** Finds the web addresses in plain text. Only http and https become links; everything else stays text. Pure. */

export type Piece = { text: string; href: string | null };

const ADDRESS = /https?:\/\/[^\s<>"'`]+/gi;

/** Full stops, commas and unmatched closing brackets at the end belong to the sentence. */
function trimmed(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1];
    if (last === undefined) break;
    const head = address.slice(0, end);
    const unmatched = last === ")" && head.split(")").length > head.split("(").length;
    if (!".,;:!?…’”»]}".includes(last) && !unmatched) break;
    end -= 1;
  }
  return address.slice(0, end);
}

function safeHref(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const plain = (url.protocol === "https:" || url.protocol === "http:") && !url.username && !url.password;
  return plain ? url.href : null;
}

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = safeHref(address);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), href: null });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length || found.length === 0) found.push({ text: text.slice(from), href: null });
  return found;
}
