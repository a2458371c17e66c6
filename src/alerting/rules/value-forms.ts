const sizeUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const minuteS = 60;
const hourS = 3600;
const dayS = 86_400;

/** How a summary may write the value of its alert, by the name that stands in braces. */
export const valueForms: Readonly<Record<string, (value: number) => string>> = {
  value: digits,
  percent: (value) => `${digits(value * 100)} %`,
  bytes: sizeText,
  duration: durationText,
};

/** Four significant digits at most: what a person compares. */
function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function sizeText(value: number): string {
  let amount = Math.abs(value);
  let unit = 0;
  while (amount >= 1024 && unit < sizeUnits.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${value < 0 ? "-" : ""}${Number(amount.toPrecision(3))} ${sizeUnits[unit]}`;
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
