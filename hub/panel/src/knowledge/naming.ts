/** Names of topics, answers, languages, teams and entities, in the reader's words. */
import { useI18n } from "vue-i18n";
import { useNames } from "@/context/naming";
import { useWorkspace } from "@/people/workspace";
import { type Language, languageName } from "@/words/format";
import type { TopicBrief } from "./knowledge";
import { useKnowledge } from "./overview";
import { titleIn } from "./topics";

export interface Naming {
  readonly topic: (name: string) => string;
  readonly answer: (name: string) => string;
  readonly language: (code: string) => string;
  readonly team: (id: string) => string;
  readonly entity: (name: string) => string;
  readonly table: (name: string) => string;
  readonly group: (name: string) => string;
}

export function useNaming(): Naming {
  const { t, te, locale } = useI18n();
  const named = useNames();
  const knowledge = useKnowledge();
  const workspace = useWorkspace();
  const spaced = (name: string): string => name.replaceAll(/[_/]/g, " ");
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const find = (name: string): TopicBrief | undefined => knowledge.overview?.topics.find((topic) => topic.name === name);

  function topic(name: string): string {
    const title = titleIn(find(name)?.title ?? {}, locale.value);
    const plain = capital(spaced(name)); // what the hub calls a topic without a title
    if (title && title !== plain) return title;
    return te(`intent.${name}`) ? t(`intent.${name}`) : plain;
  }

  return {
    topic,
    answer: (name) => (find(name) ? topic(name) : capital(spaced(name))),
    language: (code) => languageName(code, locale.value as Language),
    team: (id) => workspace.teamName(id),
    entity: (name) => named("entity", name),
    table: (name) => (te(`knowledge.table.${name}`) ? t(`knowledge.table.${name}`) : capital(named("entity", name))),
    group: (name) => (te(`knowledge.group.${name}`) ? t(`knowledge.group.${name}`) : capital(spaced(name))),
  };
}
