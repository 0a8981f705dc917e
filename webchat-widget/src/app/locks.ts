/** One at a time among all tabs of this visitor. Without Web Locks (plain http) only a convenience is lost: see shipping. */

export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  let locks: LockManager | undefined;
  try {
    locks = navigator.locks;
    if (locks) await locks.query();
  } catch {
    locks = undefined; // storage is blocked for this frame, and locks with it
  }
  return locks ? ((await locks.request(name, work)) as T) : work();
}
