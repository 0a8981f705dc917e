import { describe, expect, it } from "vitest";
import { dice, entriesFrom, entryAt } from "./samples";
import { LONGEST_PULL, type Timeline, appended, emptyTimeline, extended, firstSeq, lastSeq, missingAfter, opened } from "./timeline";

const seqs = (timeline: Timeline): number[] => timeline.entries.map((entry) => entry.seq);

describe("a timeline", () => {
  it("shows each entry once and in order, however often and in whatever order it comes", () => {
    let timeline = opened(emptyTimeline, entriesFrom(1, 3), false);
    for (const seq of [5, 4, 4, 2, 6, 5]) timeline = appended(timeline, [entryAt(seq)]);
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(timeline.ahead).toEqual([]);
  });

  it("keeps back what lies beyond a gap, and says what to ask for", () => {
    let timeline = opened(emptyTimeline, entriesFrom(1, 3), false);
    timeline = appended(timeline, [entryAt(6)]);
    expect(seqs(timeline)).toEqual([1, 2, 3]);
    expect(missingAfter(timeline)).toBe(3);
    timeline = appended(timeline, entriesFrom(4, 5));
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(missingAfter(timeline)).toBeNull();
  });

  it("asks when a digest is ahead, and only then", () => {
    const timeline = opened(emptyTimeline, entriesFrom(1, 3), false);
    expect(missingAfter(timeline, 3)).toBeNull();
    expect(missingAfter(timeline, 4)).toBe(3);
    expect(missingAfter(emptyTimeline, 4)).toBeNull();
  });

  it("keeps events that come before the newest page", () => {
    const early = appended(emptyTimeline, [entryAt(12)]);
    expect(seqs(early)).toEqual([]);
    expect(seqs(opened(early, entriesFrom(5, 11), true))).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("grows at the top, and takes entries that came along because of their target", () => {
    let timeline = opened(emptyTimeline, entriesFrom(51, 60), true);
    timeline = extended(timeline, [...entriesFrom(41, 50), entryAt(58)], true);
    expect(firstSeq(timeline)).toBe(41);
    expect(lastSeq(timeline)).toBe(60);
    expect(timeline.older).toBe(true);
    expect(extended(timeline, entriesFrom(1, 40), false).older).toBe(false);
  });

  it("joins the newest page after a reconnect, or leaves a gap to be pulled", () => {
    const before = opened(emptyTimeline, entriesFrom(1, 10), false);
    expect(seqs(opened(before, entriesFrom(8, 14), true)).at(-1)).toBe(14);
    const far = opened(before, entriesFrom(60, 70), true);
    expect(lastSeq(far)).toBe(10);
    expect(missingAfter(far)).toBe(10);
    expect(far.older).toBe(false);
  });

  it("begins anew where too much was missed", () => {
    const before = opened(emptyTimeline, entriesFrom(1, 10), false);
    const first = 10 + LONGEST_PULL + 2;
    const anew = opened(before, entriesFrom(first, first + 4), true);
    expect(firstSeq(anew)).toBe(first);
    expect(anew.older).toBe(true);
    expect(missingAfter(anew)).toBeNull();
  });

  it("is the same whatever the order and however often things come", () => {
    const wanted = seqs(opened(emptyTimeline, entriesFrom(1, 40), false));
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = dice(seed);
      const first = 1 + random(30);
      const steps = Array.from({ length: 40 + random(40) }, () => entryAt(1 + random(40)));
      const at = random(steps.length);
      let timeline = emptyTimeline;
      steps.forEach((entry, index) => {
        if (index === at) timeline = opened(timeline, entriesFrom(first, first + 9), first > 1);
        const newer = entry.seq >= first;
        timeline = newer ? appended(timeline, [entry]) : timeline;
        const shown = seqs(timeline);
        expect(shown).toEqual(shown.map((_, place) => (shown[0] ?? 0) + place));
      });
      if (firstSeq(timeline) > 1) timeline = extended(timeline, entriesFrom(1, firstSeq(timeline) - 1), false);
      for (let after = missingAfter(timeline, 40), asked = 0; after !== null && asked < 40; after = missingAfter(timeline, 40), asked += 1) {
        timeline = appended(timeline, entriesFrom(after + 1, Math.min(40, after + 1 + random(5))));
      }
      expect([seed, seqs(timeline), timeline.ahead, timeline.older]).toEqual([seed, wanted, [], false]);
    }
  });

  it("begins with an empty conversation", () => {
    const timeline = opened(emptyTimeline, [], false);
    expect(seqs(appended(timeline, [entryAt(1)]))).toEqual([1]);
  });
});
