import type { Series } from "../../../core/checks/series.ts";

const fewestPoints = 4;

/**
 * Returns in how many seconds a course reaches a value: Infinity when it does not go there, 0 when it is there already, undefined with
 * too little data (fewer than four points, or less than half of the window). It goes there as fast as the slower of two lines by least
 * squares, through the whole window and through its newer half: growth that has stopped counts no longer.
 */
export function secondsUntil(points: Series["points"], reaches: number, windowMs: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < fewestPoints) return undefined;
  if (last[0] - first[0] < windowMs / 2) return undefined;
  const distance = reaches - last[1];
  if (distance === 0) return 0;
  const middleMs = last[0] - windowMs / 2;
  const newer = points.findIndex((point) => point[0] >= middleMs);
  const direction = Math.sign(distance);
  const newerSpeed = slope(points, newer) * direction;
  const speed = newerSpeed > 0 ? Math.min(newerSpeed, slope(points) * direction) : 0;
  if (!(speed > 0)) return Number.POSITIVE_INFINITY;
  return Math.abs(distance) / speed;
}

/** Growth per second of the line through the points from `first` on, by least squares; 0 through fewer than two. */
export function slope(points: Series["points"], first = 0): number {
  const count = points.length - first;
  const origin = points[first];
  if (count < 2 || origin === undefined) return 0;
  const [originMs, originValue] = origin;
  let sumTime = 0;
  let sumValue = 0;
  let together = 0;
  let spread = 0;
  // Once over the points, from the first of them as origin, so that large values lose nothing; by index, since taking pairs apart costs five times as much.
  for (let index = first; index < points.length; index += 1) {
    const point = points[index];
    if (point === undefined) break;
    const time = (point[0] - originMs) / 1000;
    const value = point[1] - originValue;
    sumTime += time;
    sumValue += value;
    together += time * value;
    spread += time * time;
  }
  const timeSpread = spread - (sumTime * sumTime) / count;
  return timeSpread <= 0 ? 0 : (together - (sumTime * sumValue) / count) / timeSpread;
}
