/** Why the hub refused, in the reader's words. */
import type { Error as WireError } from "@/protocol.gen";
import { i18n } from "@/words";

export function reasonOf(error: WireError | null, online: boolean): string {
  const { t, te } = i18n.global;
  if (!online || error === null) return t("error.offline");
  if (error.code === "invalid_state" && error.details?.reason === "capacity") return t("error.capacity");
  const key = `error.${error.code}`;
  return te(key) ? t(key) : t("error.internal");
}
