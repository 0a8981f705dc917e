/** One at a time among all tabs of this browser. Without Web Locks (plain http) only a convenience is lost: the hub knows repeats. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks;
  return locks ? ((await locks.request(name, work)) as undefined) : work();
}
