import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collected, type Collector, counter, gauge, malformed, sample } from "../collector.ts";

/** Number of the system call adjtimex by what the kernel calls the machine; only those with 64 bits, as the fields are. */
const callNumbers: Readonly<Record<string, number>> = {
  x86_64: 159,
  aarch64: 171,
  riscv64: 171,
  ppc64le: 124,
  ppc64: 124,
  s390x: 124,
};
/** Modes 0 asks and changes nothing. @see adjtimex(2) */
const program = (call: number): string =>
  `my $t="\\0"x256;my $s=syscall(${call},$t);print join(" ",$s,unpack("x8 q q q q l x4 q q q x16 q q q l x4 q q q q q l",$t)),"\\n"`;
const names = [
  "state",
  "offset",
  "frequency",
  "maxError",
  "estimatedError",
  "status",
  "constant",
  "precision",
  "tolerance",
  "tick",
  "ppsFrequency",
  "jitter",
  "shift",
  "stability",
  "jitterCount",
  "calibrationCount",
  "errorCount",
  "stabilityCount",
  "taiOffset",
] as const;
type Timex = Readonly<Record<(typeof names)[number], number>>;

const clockIsUnsynchronised = 5;
const isInNanoseconds = 0x2000;
const micro = 1e6;
const scaledPpm = 1e6 * 65_536;
/** What adjtimex tells for a moment on some virtual machines: 2^32 ns. */
const brokenOffset = 4.294967296;

const kept = { history: true };
const offset = gauge("node_timex_offset_seconds", "Time offset in between local system and reference clock.", kept);
const syncStatus = gauge(
  "node_timex_sync_status",
  "Is clock synchronized to a reliable server (1 = yes, 0 = no).",
  kept,
);
const maxError = gauge("node_timex_maxerror_seconds", "Maximum error in seconds.", kept);
const others: readonly (readonly [ReturnType<typeof gauge>, (timex: Timex, perSecond: number) => number])[] = [
  [
    gauge("node_timex_frequency_adjustment_ratio", "Local clock frequency adjustment."),
    (t) => 1 + t.frequency / scaledPpm,
  ],
  [gauge("node_timex_estimated_error_seconds", "Estimated error in seconds."), (t) => t.estimatedError / micro],
  [gauge("node_timex_status", "Value of the status array bits."), (t) => t.status],
  [gauge("node_timex_loop_time_constant", "Phase-locked loop time constant."), (t) => t.constant],
  [gauge("node_timex_tick_seconds", "Seconds between clock ticks."), (t) => t.tick / micro],
  [gauge("node_timex_pps_frequency_hertz", "Pulse per second frequency."), (t) => t.ppsFrequency / scaledPpm],
  [gauge("node_timex_pps_jitter_seconds", "Pulse per second jitter."), (t, perSecond) => t.jitter / perSecond],
  [gauge("node_timex_pps_shift_seconds", "Pulse per second interval duration."), (t) => t.shift],
  [
    gauge("node_timex_pps_stability_hertz", "Pulse per second stability, average of recent frequency changes."),
    (t) => t.stability / scaledPpm,
  ],
  [
    counter("node_timex_pps_jitter_total", "Pulse per second count of jitter limit exceeded events."),
    (t) => t.jitterCount,
  ],
  [
    counter("node_timex_pps_calibration_total", "Pulse per second count of calibration intervals."),
    (t) => t.calibrationCount,
  ],
  [counter("node_timex_pps_error_total", "Pulse per second count of calibration errors."), (t) => t.errorCount],
  [
    counter("node_timex_pps_stability_exceeded_total", "Pulse per second count of stability limit exceeded events."),
    (t) => t.stabilityCount,
  ],
  [gauge("node_timex_tai_offset_seconds", "International Atomic Time (TAI) offset."), (t) => t.taiOffset],
];

/** What the kernel knows of the clock's error. Node has no such call, so perl makes it; off by default, as it starts a process. */
export const timex: Collector = {
  name: "timex",
  metrics: [offset, syncStatus, maxError, ...others.map(([metric]) => metric)],
  open: () => async (source) => {
    const call = callNumbers[source.facts.uname().machine];
    if (call === undefined) return absent("adjtimex that is known here");
    const told = await source.command("perl", "-e", program(call));
    if (!told.ok) return told.isMissing ? absent("perl") : { ok: false, reason: "permission", detail: told.detail };
    return collectedOf(told.stdout);
  },
};

function collectedOf(stdout: string): Collected {
  const values = stdout.trim().split(" ").map(Number);
  if (values.length !== names.length || !values.every(Number.isFinite)) return malformed("perl told no clock");
  const told = Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0])) as Timex;
  if (told.state < 0) return { ok: false, reason: "permission", detail: "adjtimex is not allowed" };
  return { ok: true, samples: samplesOf(told) };
}

function samplesOf(told: Timex): readonly Sample[] {
  const perSecond = (told.status & isInNanoseconds) === 0 ? micro : 1e9;
  const seconds = told.offset / perSecond;
  return [
    ...(Math.abs(seconds) === brokenOffset ? [] : [sample(offset.name, seconds)]),
    sample(syncStatus.name, told.state === clockIsUnsynchronised ? 0 : 1),
    sample(maxError.name, told.maxError / micro),
    ...others.map(([metric, valueOf]) => sample(metric.name, valueOf(told, perSecond))),
  ];
}
