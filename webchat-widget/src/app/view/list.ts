/** Keeps the drawn conversation equal to the rows, touching only what changed, and keeps the reader's place. */

import type { Row } from "../rows";
import { h, icon } from "./dom";
import type { Look } from "./look";
import { drawRow } from "./rows";

/** Closer to the end than this counts as "at the end". */
const NEAR = 48;

export class List {
  readonly element: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly rows: HTMLElement;
  private readonly pill: HTMLButtonElement;
  private readonly drawn = new Map<string, { look: string; node: HTMLElement }>();
  private stuck = true;

  constructor(onTop: () => void, onEnd: () => void) {
    this.rows = h("div", { class: "rows" });
    this.scroller = h(
      "div",
      { class: "scroller", tabindex: 0, role: "log", "aria-live": "off", "data-testid": "timeline" },
      this.rows,
    );
    this.pill = h("button", {
      type: "button",
      class: "pill",
      hidden: true,
      onclick: () => this.toEnd(),
      "data-testid": "new-messages",
    });
    this.element = h("div", { class: "list" }, this.scroller, this.pill);
    this.scroller.addEventListener("scroll", () => {
      this.stuck = this.distance() < NEAR;
      this.pill.hidden = this.stuck;
      if (this.stuck) onEnd();
      if (this.scroller.scrollTop < 200) onTop();
    });
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
  }

  get atEnd(): boolean {
    return this.stuck;
  }

  draw(rows: readonly Row[], look: Look, label: string): void {
    const before = this.rows.firstElementChild as HTMLElement | null;
    const offset = before ? before.offsetTop - this.scroller.scrollTop : 0;
    this.scroller.setAttribute("aria-label", label);
    const keep = new Set(rows.map((row) => row.key));
    for (const [key, { node }] of this.drawn) {
      if (keep.has(key)) continue;
      node.remove();
      this.drawn.delete(key);
    }
    let cursor = this.rows.firstElementChild;
    for (const row of rows) {
      const wanted = `${look.language}${look.botName}${JSON.stringify(row)}`;
      const old = this.drawn.get(row.key);
      let node = old?.node;
      if (!old || old.look !== wanted) {
        node = drawRow(row, look);
        if (old) {
          if (cursor === old.node) cursor = node;
          replaceKeepingFocus(old.node, node);
        } else {
          node.classList.add("fresh");
        }
        this.drawn.set(row.key, { look: wanted, node });
      }
      if (!node) continue;
      if (node === cursor) cursor = cursor.nextElementSibling;
      else this.rows.insertBefore(node, cursor);
    }
    if (this.stuck) this.toEnd();
    else if (before?.isConnected) this.scroller.scrollTop = before.offsetTop - offset;
  }

  /** The way back to the end, with what came while the reader looked at older messages. */
  announce(text: string, label: string): void {
    this.pill.replaceChildren(icon("down"), text);
    this.pill.setAttribute("aria-label", text || label);
    this.pill.hidden = this.stuck;
  }

  /** After everything around the list has been drawn too. */
  settle(): void {
    if (this.stuck) this.toEnd();
  }

  toEnd(): void {
    this.stuck = true;
    this.pill.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private distance(): number {
    return this.scroller.scrollHeight - this.scroller.clientHeight - this.scroller.scrollTop;
  }
}

/** A keyboard user stays on the same button of a row that is drawn anew. */
function replaceKeepingFocus(old: HTMLElement, fresh: HTMLElement): void {
  const stops = (node: HTMLElement) => [...node.querySelectorAll<HTMLElement>("a, button, textarea")];
  const index = stops(old).indexOf(document.activeElement as HTMLElement);
  old.replaceWith(fresh);
  if (index >= 0) stops(fresh)[index]?.focus();
}
