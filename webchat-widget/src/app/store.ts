/** Small values of one inbox, in localStorage where the browser allows it, else in memory for this visit. */

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Keys that begin with `prefix`. */
  keys(prefix: string): string[];
  /** Calls back when another tab changed a key. */
  onChange(listener: (key: string) => void): void;
}

export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    onChange: () => undefined,
  };
}

function browserStore(inbox: string): Store {
  const root = `linka:${inbox}:`;
  const storage = window.localStorage;
  storage.setItem(`${root}probe`, "1");
  storage.removeItem(`${root}probe`);
  // A value that finds no room (quota) is kept for this visit at least.
  const overflow = memoryStore();
  return {
    get: (key) => overflow.get(key) ?? storage.getItem(root + key),
    set(key, value) {
      try {
        storage.setItem(root + key, value);
        overflow.remove(key);
      } catch {
        overflow.set(key, value);
      }
    },
    remove(key) {
      overflow.remove(key);
      storage.removeItem(root + key);
    },
    keys(prefix) {
      const stored = Object.keys(storage).filter((key) => key.startsWith(root + prefix));
      return [...new Set([...stored.map((key) => key.slice(root.length)), ...overflow.keys(prefix)])];
    },
    onChange(listener) {
      window.addEventListener("storage", (event) => {
        if (event.key?.startsWith(root)) listener(event.key.slice(root.length));
      });
    },
  };
}

/** Third-party storage may be blocked, and then even naming `localStorage` throws. */
export function openStore(inbox: string): Store {
  try {
    return browserStore(inbox);
  } catch {
    return memoryStore();
  }
}
