import { sizeWords } from "../../core/size.ts";

const minuteS = 60;
const hourS = 3600;
const dayS = 86_400;

/** How a summary may write the value of its alert, by the name that stands in braces. */
export const valueForms: Readonly<Record<string, (value: number) => string>> = {
  value: digits,
  percent: (value) => `${digits(value * 100)} %`,
  bytes: sizeWords,
  duration: durationText,
};

/** Four significant digits at most: what a person compares. */
function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Seconds in the two greatest units, which need no translation. */
function durationText(value: number): string {
  const seconds = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  if (seconds < minuteS) return `${sign}${Number(seconds.toPrecision(3))} s`;
  if (seconds < hourS) return `${sign}${Math.floor(seconds / minuteS)} min`;
  if (seconds < dayS) return `${sign}${Math.floor(seconds / hourS)} h ${Math.floor((seconds % hourS) / minuteS)} min`;
  return `${sign}${Math.floor(seconds / dayS)} d ${Math.floor((seconds % dayS) / hourS)} h`;
}
