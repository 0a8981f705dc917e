/** What we call a contact: their name, else the name of the account, else the given word for a visitor. Pure. */
import type { ContactView } from "@/protocol.gen";

export function contactName(contact: ContactView, visitor: string): string {
  if (contact.name) return contact.name;
  return contact.username ? `@${contact.username.replace(/^@/, "")}` : visitor;
}
