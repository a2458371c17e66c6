import type { Said } from "../../core/message/said.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Calendar } from "../../core/time/calendar.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Trouble } from "./trouble.ts";

const everyMs = 3_600_000;
const dayMs = 24 * everyMs;
/** Long enough to add the next year before working days are taken for holidays. */
const warnedDays = 14;

/** Which calendars know only a few days more, or none; undefined when all know enough. */
export function calendarTrouble(calendars: readonly Calendar[], nowMs: EpochMs): Said | undefined {
  const ending = calendars.filter(({ knownUntil }) => knownUntil - warnedDays * dayMs <= nowMs);
  if (ending.length === 0) return undefined;
  const said = ending.map(({ id, knownUntil }) => {
    const last = new Date(knownUntil).toISOString().slice(0, 10);
    return {
      en: `the calendar ${id} knows public holidays only until ${last}; later days are taken by their weekday: add those of the next year under calendars.${id}`,
      zh: `日历 ${id} 的节假日只到 ${last},之后按星期几判断:请在 calendars.${id} 补上下一年的`,
    };
  });
  return { en: said.map(({ en }) => en).join("; "), zh: said.map(({ zh }) => zh).join(";") };
}

/** Raises trouble of the daemon while a calendar that its config asks runs out. */
export class CalendarWatch {
  readonly #clock: Clock;
  readonly #trouble: Pick<Trouble, "set">;
  #calendars: readonly Calendar[] = [];
  #cancel: () => void = () => {};

  constructor(clock: Clock, trouble: Pick<Trouble, "set">) {
    this.#clock = clock;
    this.#trouble = trouble;
  }

  /** Watches these from now on. */
  watch(calendars: readonly Calendar[]): void {
    this.#calendars = calendars;
    this.#look();
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    this.#cancel();
    this.#trouble.set("calendar", calendarTrouble(this.#calendars, this.#clock.now()));
    this.#cancel = this.#clock.setTimer(everyMs, () => this.#look());
  }
}
