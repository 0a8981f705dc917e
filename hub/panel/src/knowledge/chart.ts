/** Geometry of the plot of shares by day. Pure. */
import { scaleLinear, scalePoint } from "d3-scale";
import { line } from "d3-shape";
import type { Day } from "./unanswered";

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Dot {
  readonly day: Day;
  readonly x: number;
  /** Null on a day without conversations. */
  readonly y: number | null;
}

export interface Plot {
  readonly dots: readonly Dot[];
  /** The line through the days that had conversations; it is interrupted by the others. */
  readonly path: string;
  readonly rows: readonly { readonly share: number; readonly y: number }[];
  readonly columns: readonly { readonly day: string; readonly x: number }[];
}

/** Room for a date below, in pixels. */
const DATE = 72;

/** Shares stand on zero and end at one. */
export function plotOf(days: readonly Day[], frame: Frame): Plot {
  const x = scalePoint<string>().domain(days.map((day) => day.day)).range([frame.left, frame.width - frame.right]);
  const y = scaleLinear().domain([0, 1]).range([frame.height - frame.bottom, frame.top]);
  const dots = days.map((day): Dot => ({ day, x: x(day.day) ?? frame.left, y: day.conversations > 0 ? y(day.solved / day.conversations) : null }));
  const through = line<Dot>().defined((dot) => dot.y !== null).x((dot) => dot.x).y((dot) => dot.y ?? 0);
  const every = Math.max(1, Math.ceil((days.length * DATE) / Math.max(1, frame.width - frame.left - frame.right)));
  return {
    dots,
    path: through(dots) ?? "",
    rows: y.ticks(5).map((share) => ({ share, y: y(share) })),
    columns: dots.filter((_, index) => (days.length - 1 - index) % every === 0).map((dot) => ({ day: dot.day.day, x: dot.x })),
  };
}

/** The day nearest to a place, for pointing at. */
export function nearest(dots: readonly Dot[], x: number): number {
  let best = -1;
  dots.forEach((dot, index) => {
    if (dot.y !== null && (best < 0 || Math.abs(dot.x - x) < Math.abs((dots[best]?.x ?? 0) - x))) best = index;
  });
  return best;
}
