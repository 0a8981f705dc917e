/** What a role finds in the panel; whether it may do a thing, the hub decides. Pure. */
import type { ColleagueView } from "@/protocol.gen";

type Role = ColleagueView["role"] | undefined;

/** Sees conversations and outages. */
export const answers = (role: Role): boolean => role !== undefined && role !== "faq_maintainer";

/** Sees what the bot understands and says. */
export const teaches = (role: Role): boolean => role === "faq_maintainer" || role === "supervisor" || role === "admin";
