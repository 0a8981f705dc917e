/** Makes what the browser gives us fit what the wire takes. Pure. */

import type { HostPage } from "../bridge";
import type { Page } from "../protocol.gen";

/** Characters of a message. */
export const MAX_TEXT = 4_000;
const MAX_LONG = 2_000;
const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

/** Without NULs and halves of characters, which the hub refuses. */
export function storable(text: string): string {
  return text
    .replaceAll("\u0000", "")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

/** Length in characters as the hub counts them. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** By how many characters this is more than a message may have. */
export function excess(text: string): number {
  return Math.max(0, lengthOf(text.trim()) - MAX_TEXT);
}

/** The page for the hub: cut to size; the language is the one the visitor reads the chat in. */
export function pageFor(page: HostPage | null, language: string): Page {
  const cut = (text: string) => [...storable(text)].slice(0, MAX_LONG).join("") || null;
  return {
    url: page ? cut(page.url) : null,
    title: page ? cut(page.title) : null,
    language: LANGUAGE.test(language) ? language : null,
  };
}
