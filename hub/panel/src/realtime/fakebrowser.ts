/** The little of a browser that stores need in tests. */
import { vi } from "vitest";

export function fakeBrowser(): Map<string, string> {
  const stored = new Map<string, string>();
  vi.stubGlobal("window", { addEventListener: () => undefined });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  });
  return stored;
}
