import { gauge, sample } from "../../collector.ts";
import {
  type Column,
  columnSamples,
  counterColumn,
  fromRows,
  gaugeColumn,
  joined,
  type WindowsCollector,
} from "../collector.ts";

const now = gauge("windows_time_current_timestamp_seconds", "OperatingSystem.LocalDateTime");
const micro = 1e-6;
const columns: readonly Column[] = [
  gaugeColumn(
    "ComputedTimeOffset",
    "windows_time_computed_time_offset_seconds",
    "Absolute time offset between the system clock and the chosen time source, in seconds",
    { scale: micro, history: true },
  ),
  gaugeColumn(
    "NTPRoundtripDelay",
    "windows_time_ntp_round_trip_delay_seconds",
    "Roundtrip delay experienced by the NTP client in receiving a response from the server for the most recent request, in seconds",
    { scale: micro, history: true },
  ),
  gaugeColumn(
    "NTPClientTimeSourceCount",
    "windows_time_ntp_client_time_sources",
    "Active number of NTP Time sources being used by the client",
    { history: true },
  ),
  gaugeColumn(
    "ClockFrequencyAdjustmentPPB",
    "windows_time_clock_frequency_adjustment_ppb",
    "Adjustment of the clock's frequency by the time service in parts per billion",
  ),
  counterColumn(
    "NTPServerIncomingRequests",
    "windows_time_ntp_server_incoming_requests_total",
    "Total number of requests received by NTP server",
  ),
  counterColumn(
    "NTPServerOutgoingResponses",
    "windows_time_ntp_server_outgoing_responses_total",
    "Total number of requests responded to by NTP server",
  ),
];

/** The clock, and what the time service of Windows (since Server 2016) thinks of it. */
export const time: WindowsCollector = {
  name: "time",
  metrics: [now, ...columns.map(({ metric }) => metric)],
  queries: ["time"],
  open: () => (source) => {
    const own = { samples: [sample(now.name, Math.floor(source.startedAtMs / 1000))] };
    const told = source.told("time");
    // An older Windows, or one whose time service has never run: it has no such class.
    if (!told.ok && told.detail.startsWith("InvalidClass")) return own;
    return joined(
      own,
      fromRows(told, (row) => columnSamples(columns, row, {})),
    );
  },
};
