/** Words that were begun and not sent: one draft per operator and conversation, on this computer. */
import { useSession } from "@/session/session";

const key = (id: string, kind: "message" | "note"): string => `linka.panel.draft.${useSession().operator?.id ?? ""}.${kind}.${id}`;

export function draftOf(id: string, kind: "message" | "note"): string {
  try {
    return localStorage.getItem(key(id, kind)) ?? "";
  } catch {
    return ""; // no storage in this browser
  }
}

export function keepDraft(id: string, kind: "message" | "note", text: string): void {
  try {
    if (text) localStorage.setItem(key(id, kind), text);
    else localStorage.removeItem(key(id, kind));
  } catch {
    // No storage: the words stay in the field as long as the page is open.
  }
}
