/** Makes elements without HTML strings: text is always text. */

export type Child = Node | string | false | null | undefined;
type Listener = (event: Event) => void;
export type Props = Record<string, string | number | boolean | null | undefined | Listener>;

/** `onclick: f` listens, `false` and null leave an attribute out, `true` sets it bare. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  assign(element, props);
  element.append(
    ...children.filter(
      (child): child is Node | string => child !== null && child !== false && child !== undefined,
    ),
  );
  return element;
}

export function assign(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

const SVG = "http://www.w3.org/2000/svg";

/** Drawn on a 24 × 24 grid with a 2 px stroke. */
const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12h15M13 6l6 6-6 6",
  bot: "M6 9h12a2 2 0 012 2v6a2 2 0 01-2 2H6a2 2 0 01-2-2v-6a2 2 0 012-2zM12 9V5M9 13.5v1M15 13.5v1",
  human: "M12 4a4 4 0 110 8 4 4 0 010-8zM4.5 20c.8-3.6 3.9-5 7.5-5s6.7 1.4 7.5 5",
  clock: "M12 4a8 8 0 110 16 8 8 0 010-16zM12 8v4.5l3 1.5",
  sent: "M5 12.5l4.5 4.5L19 7.5",
  seen: "M2 12.5L6.5 17 15 8M11 16l1 1 9.5-9.5",
  alert: "M12 4a8 8 0 110 16 8 8 0 010-16zM12 8v5M12 16v.1",
  calendar: "M5 6h14v14H5zM5 10.5h14M9 3.5V8M15 3.5V8",
  down: "M12 5v14M6 13l6 6 6-6",
  home: "M4 11.5L12 5l8 6.5M6.5 10v9h11v-9",
  card: "M4 6h16v12H4zM8 11.5h3M8 14.5h3M15 10v5",
  bank: "M4 10l8-5 8 5zM6 10v7M10 10v7M14 10v7M18 10v7M4 19h16",
  star: "M12 4.5l2.3 4.9 5.2.7-3.8 3.7.95 5.3L12 16.5l-4.650 2.6.95-5.3L4.5 10.1l5.2-.7z",
  offline: "M4 4l16 16M8.5 15.5a5 5 0 015-1.4M5.5 12a9 9 0 013.8-2.2M13 9.3a9 9 0 015.5 2.7M12 19v.1",
};

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  assign(svg, { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" });
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
