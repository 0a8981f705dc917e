/** The little of a browser that stores need in tests. */
import { vi } from "vitest";

type Heard = (event: { key: string; newValue: string | null }) => void;

interface FakeBrowser {
  /** What localStorage holds. */
  readonly stored: Map<string, string>;
  /** Another tab writes a value, or takes it away. */
  readonly elsewhere: (key: string, value: string | null) => void;
}

export function fakeBrowser(): FakeBrowser {
  const stored = new Map<string, string>();
  const listeners: Heard[] = [];
  vi.stubGlobal("window", { addEventListener: (name: string, heard: Heard) => name === "storage" && listeners.push(heard) });
  // Its keys are properties of its own, as in a browser.
  const methods: Record<string, unknown> = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  vi.stubGlobal("localStorage", new Proxy(methods, {
    ownKeys: () => [...stored.keys()],
    getOwnPropertyDescriptor: (_, key) => ({ value: stored.get(String(key)), enumerable: true, configurable: true }),
  }));
  const elsewhere = (key: string, newValue: string | null): void => {
    if (newValue === null) stored.delete(key);
    else stored.set(key, newValue);
    for (const heard of listeners) heard({ key, newValue });
  };
  return { stored, elsewhere };
}
