/** Tells the others that we type: at most every three seconds, and that we stopped. */
import { RequestError, request } from "@/realtime/socket";
import { QUIET_AFTER, mustTell } from "./typing";

const toldAt = new Map<string, number>();
const quiet = new Map<string, ReturnType<typeof setTimeout>>();

/** Call at each keystroke (`on`), and when the words were sent or deleted (not `on`). */
export function typing(id: string, on: boolean): void {
  clearTimeout(quiet.get(id));
  if (on) {
    quiet.set(id, setTimeout(() => typing(id, false), QUIET_AFTER));
    if (!mustTell(toldAt.get(id) ?? null, Date.now())) return;
    toldAt.set(id, Date.now());
  } else if (!toldAt.delete(id)) return;
  void request("typing.set", { conversation_id: id, on }).catch((failure: unknown) => {
    if (!(failure instanceof RequestError)) throw failure; // only matters now: nothing to repeat
  });
}
