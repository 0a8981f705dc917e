/** Words of a sentence that mean something: marks, whose places are counted in code points. Pure. */
import type { Mark } from "./knowledge";

export interface Piece {
  readonly text: string;
  readonly mark: Mark | null;
  /** Where it begins, in code points. */
  readonly start: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How many code points there are before a place that is counted in UTF-16 units, as fields and selections do. */
export function pointsBefore(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}

/** The sentence in order, cut where marks begin and end; marks that lie outside or within another are left out. */
export function piecesOf(text: string, marks: readonly Mark[]): Piece[] {
  const points = [...text];
  const pieces: Piece[] = [];
  let at = 0;
  const cut = (end: number, mark: Mark | null): void => {
    if (end > at) pieces.push({ text: points.slice(at, end).join(""), mark, start: at });
    at = Math.max(at, end);
  };
  for (const mark of sorted(marks)) {
    if (mark.start < at || mark.end > points.length) continue;
    cut(mark.start, null);
    cut(mark.end, mark);
  }
  cut(points.length, null);
  return pieces;
}

const isWord = (point: string | undefined): boolean => point !== undefined && /[\p{L}\p{N}\p{M}]/u.test(point);

/** A selection without the spaces at its ends, and with the rest of the words that it cuts; null when it holds no word. */
export function wholeWords(text: string, { start, end }: Span): Span | null {
  const points = [...text];
  while (start < end && !isWord(points[start])) start += 1;
  while (end > start && !isWord(points[end - 1])) end -= 1;
  if (start >= end) return null;
  while (start > 0 && isWord(points[start - 1])) start -= 1;
  while (end < points.length && isWord(points[end])) end += 1;
  return { start, end };
}

const overlap = (one: Span, other: Span): boolean => one.start < other.end && other.start < one.end;
const sorted = (marks: readonly Mark[]): Mark[] => [...marks].sort((one, other) => one.start - other.start);

/** With these words marked; a mark that they touch gives way. */
export function withMark(marks: readonly Mark[], span: Span, entity: string): Mark[] {
  return sorted([...marks.filter((mark) => !overlap(mark, span)), { ...span, entity, value: null }]);
}

/** Without the marks that a span touches. */
export function withoutMarks(marks: readonly Mark[], span: Span): Mark[] {
  return marks.filter((mark) => !overlap(mark, span));
}

/** The marks of a text after it was written in: they move along, grow when one writes within, and go with their words. */
export function followed(before: string, after: string, marks: readonly Mark[]): Mark[] {
  const [old, now] = [[...before], [...after]];
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const grown = now.length - old.length;
  const changed = { start: head, end: old.length - tail };
  return marks.flatMap((mark) => {
    if (mark.end <= changed.start) return [mark];
    if (mark.start >= changed.end) return [{ ...mark, start: mark.start + grown, end: mark.end + grown }];
    const within = changed.start > mark.start && changed.end < mark.end;
    return within ? [{ ...mark, end: mark.end + grown }] : [];
  });
}

/** A colour of the palette for each entity, the same on every page. */
export const COLOURS = 6;
export function colourOf(entity: string, entities: readonly string[]): number {
  return Math.max(0, entities.indexOf(entity)) % COLOURS;
}
