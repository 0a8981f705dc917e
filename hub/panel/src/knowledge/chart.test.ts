import { expect, it } from "vitest";
import { nearest, plotOf } from "./chart";
import type { Day } from "./unanswered";

const FRAME = { width: 640, height: 240, left: 60, right: 20, top: 10, bottom: 50 };
const day = (n: number, conversations: number, solved: number): Day => ({ day: `2026-11-${String(n).padStart(2, "0")}`, conversations, solved, handed_over: 0 });

it("stands on zero, ends at one, and breaks where nobody came", () => {
  const plot = plotOf([day(1, 10, 0), day(2, 0, 0), day(3, 4, 4), day(4, 4, 2)], FRAME);
  expect(plot.dots.map((dot) => dot.y)).toEqual([190, null, 10, 100]);
  expect(plot.path.match(/M/g)).toHaveLength(2);
  expect(plot.rows[0]).toEqual({ share: 0, y: 190 });
  expect(plot.rows.at(-1)?.share).toBe(1);
});

it("writes no more dates than there is room for, and always the last", () => {
  const days = Array.from({ length: 28 }, (_, index) => day(index + 1, 1, 1));
  const { columns } = plotOf(days, FRAME);
  expect(columns.length).toBeLessThanOrEqual(8);
  expect(columns.at(-1)?.day).toBe("2026-11-28");
});

it("finds the nearest day that has something to tell", () => {
  const { dots } = plotOf([day(1, 1, 1), day(2, 0, 0), day(3, 1, 0)], FRAME);
  expect([nearest(dots, 0), nearest(dots, 350), nearest(dots, 640), nearest([], 5)]).toEqual([0, 2, 2, -1]);
});

it("plots a single day and none at all", () => {
  expect(plotOf([day(1, 2, 1)], FRAME).dots[0]?.y).toBe(100);
  expect(plotOf([], FRAME)).toMatchObject({ dots: [], path: "" });
});
