/** What we call a contact. Pure. */
import type { ContactView } from "@/protocol.gen";

const TAG = 4;

/** Their name, else the name of their account, else "Visitor 3f2a": without the tag all visitors would look the same. */
export function contactName(contact: ContactView, visitor: string): string {
  if (contact.name) return contact.name;
  if (contact.username) return `@${contact.username.replace(/^@/, "")}`;
  return `${visitor} ${contact.id.replace(/[^0-9a-z]/gi, "").slice(-TAG)}`;
}
