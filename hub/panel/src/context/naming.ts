/** Names of what the bot speaks of, in the reader's words. */
import { useI18n } from "vue-i18n";

/** `named("intent", "ask_tariffs")`; what nobody has named yet is told by its key, with its underscores as spaces. */
export function useNames(): (group: "intent" | "entity" | "fact", key: string) => string {
  const { t, te } = useI18n();
  return (group, key) => (te(`${group}.${key}`) ? t(`${group}.${key}`) : key.replaceAll("_", " "));
}
