/** The host page as the visitor sees it, also when it changes without a reload. */

import type { HostPage } from "../bridge";

export function currentPage(): HostPage {
  return { url: location.href, title: document.title, language: document.documentElement.lang };
}

/** Calls back once for each change of address, title or language. */
export function watchPage(changed: (page: HostPage) => void): void {
  let before = JSON.stringify(currentPage());
  const look = () => {
    const page = currentPage();
    const now = JSON.stringify(page);
    if (now === before) return;
    before = now;
    changed(page);
  };
  // A router sets the title some moments after the address.
  const soon = () => setTimeout(look, 50);
  for (const name of ["popstate", "hashchange"]) addEventListener(name, soon);
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) {
    navigation.addEventListener("currententrychange", soon);
  } else {
    for (const name of ["pushState", "replaceState"] as const) {
      const original = history[name];
      history[name] = (...args: Parameters<typeof original>) => {
        original.apply(history, args);
        soon();
      };
    }
  }
  const observer = new MutationObserver(soon);
  observer.observe(document.head, { subtree: true, childList: true, characterData: true });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
}
