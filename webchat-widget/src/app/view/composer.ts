/** The message field: sends on Enter, grows with the text, remembers an unfinished message. */

import { excess } from "../text";
import type { Words } from "../words";
import { h, icon } from "./dom";

export interface ComposerActions {
  send(text: string): void;
  typed(empty: boolean): void;
}

/** Say how much is too much only when it is. */
const TALLEST = 140;

export class Composer {
  readonly element: HTMLFormElement;
  private readonly field: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private readonly problem: HTMLElement;
  private words: Words;

  constructor(words: Words, draft: string, actions: ComposerActions) {
    this.words = words;
    this.field = h("textarea", {
      id: "message",
      rows: 1,
      enterkeyhint: "send",
      autocomplete: "off",
      "data-testid": "message-input",
      "aria-describedby": "problem",
    });
    this.field.value = draft;
    this.button = h("button", { type: "submit", class: "send", "data-testid": "send" }, icon("send"));
    this.problem = h("p", { id: "problem", role: "alert" });
    this.element = h("form", { class: "composer" }, this.problem, this.field, this.button);
    const submit = () => {
      const text = this.field.value.trim();
      if (!text || excess(text) > 0) return this.focus();
      this.put("");
      actions.send(text);
      this.focus();
    };
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    this.field.addEventListener("input", () => {
      this.fit();
      actions.typed(this.field.value.trim() === "");
    });
  }

  get text(): string {
    return this.field.value;
  }

  /** Replaces what is written. */
  put(text: string): void {
    this.field.value = text;
    this.fit();
  }

  focus(): void {
    this.field.focus({ preventScroll: true });
  }

  draw(words: Words, placeholder: string): void {
    this.words = words;
    this.field.placeholder = placeholder;
    this.field.setAttribute("aria-label", placeholder.replace("…", ""));
    this.button.setAttribute("aria-label", words.send);
    this.fit();
  }

  private fit(): void {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    const over = excess(this.field.value);
    const problem = over > 0 ? this.words.tooLong(over) : "";
    this.problem.textContent = problem;
    this.button.disabled = over > 0;
    this.button.title = problem || this.words.send;
    this.field.setAttribute("aria-invalid", String(over > 0));
    this.element.classList.toggle("empty", this.field.value.trim() === "");
  }
}
