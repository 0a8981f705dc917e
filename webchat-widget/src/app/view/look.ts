/** What the rows of the conversation are drawn with: whose words, and what their buttons do. */

import type { LanguageCode } from "../words";

export interface RowActions {
  reply(title: string, payload: string): void;
  ask(question: string): void;
  retry(clientId: string): void;
  edit(clientId: string, text: string): void;
  remove(clientId: string): void;
  rate(score: number): void;
  comment(text: string): void;
  skipComment(): void;
}

export interface Look {
  language: LanguageCode;
  botName: string;
  actions: RowActions;
}
