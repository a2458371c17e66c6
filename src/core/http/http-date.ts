const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
const month = `(?<month>${months.join("|")})`;
const forms = [
  String.raw`[A-Z][a-z]{2}, (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`[A-Z][a-z]{5,8}, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`[A-Z][a-z]{2} ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));
const newestOfLastCentury = 69;

/** Reads a date of a header in one of HTTP's three forms, in milliseconds; undefined for anything else. @see RFC 9110 §5.6.7 */
export function httpDateMs(text: string): number | undefined {
  const found = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (found === undefined) return undefined;
  const [written, day, hour, minute, second] = ["year", "day", "hour", "minute", "second"].map((key) =>
    Number(found[key]),
  ) as [number, number, number, number, number];
  const short = written < newestOfLastCentury ? 2000 + written : 1900 + written;
  const year = found["year"]?.length === 2 ? short : written;
  const atMs = Date.UTC(year, months.indexOf(found["month"] ?? ""), day, hour, minute, second);
  // A day or an hour that there is not would become one of the next.
  const is = new Date(atMs);
  return is.getUTCDate() === day && is.getUTCHours() === hour && is.getUTCMinutes() === minute ? atMs : undefined;
}
