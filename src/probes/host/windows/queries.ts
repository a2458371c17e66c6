/** A question to WMI: class and property names are the same in every language of Windows, and raw counters only grow. */
export type Query = Readonly<{
  /** In PowerShell; without a class a statement of its own. */
  from: Readonly<{ wmiClass: string; filter?: string } | { statement: string }>;
  columns: readonly string[];
}>;

const noTotal = "Name<>'_Total'";
const registry = "HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion";

/** What the one PowerShell is asked, by the name under which it answers. */
export const queries = {
  memory: {
    from: { wmiClass: "Win32_PerfRawData_PerfOS_Memory" },
    columns: words(
      "AvailableBytes CacheBytes CommittedBytes CommitLimit PageFaultsPersec PagesPersec PageReadsPersec PageWritesPersec PagesInputPersec PagesOutputPersec PoolNonpagedBytes PoolPagedBytes",
    ),
  },
  processor: {
    from: { wmiClass: "Win32_PerfRawData_Counters_ProcessorInformation", filter: "NOT Name LIKE '%_Total'" },
    columns: words(
      "Name ClockInterruptsPersec DPCsQueuedPersec IdleBreakEventsPersec InterruptsPersec ParkingStatus PercentDPCTime ProcessorFrequency",
    ),
  },
  logical_disk: {
    from: { wmiClass: "Win32_PerfRawData_PerfDisk_LogicalDisk", filter: noTotal },
    columns: diskWords(),
  },
  physical_disk: {
    from: { wmiClass: "Win32_PerfRawData_PerfDisk_PhysicalDisk", filter: noTotal },
    columns: diskWords(),
  },
  volumes: {
    from: { wmiClass: "Win32_LogicalDisk" },
    columns: words("DeviceID DriveType FileSystem VolumeName Access"),
  },
  net: {
    from: { wmiClass: "Win32_PerfRawData_Tcpip_NetworkInterface" },
    columns: words(
      "Name BytesReceivedPersec BytesSentPersec CurrentBandwidth OutputQueueLength PacketsReceivedPersec PacketsSentPersec PacketsReceivedErrors PacketsReceivedDiscarded PacketsReceivedUnknown PacketsOutboundErrors PacketsOutboundDiscarded",
    ),
  },
  pagefile: { from: { wmiClass: "Win32_PageFileUsage" }, columns: words("Name AllocatedBaseSize CurrentUsage") },
  system: {
    from: { wmiClass: "Win32_PerfRawData_PerfOS_System" },
    columns: words(
      "ContextSwitchesPersec ExceptionDispatchesPersec Processes ProcessorQueueLength SystemCallsPersec Threads",
    ),
  },
  service: { from: { wmiClass: "Win32_Service" }, columns: words("Name State StartMode") },
  tcpv4: { from: { wmiClass: "Win32_PerfRawData_Tcpip_TCPv4" }, columns: tcpColumns() },
  tcpv6: { from: { wmiClass: "Win32_PerfRawData_Tcpip_TCPv6" }, columns: tcpColumns() },
  diskdrive: { from: { wmiClass: "Win32_DiskDrive" }, columns: words("Name Status Size Partitions") },
  thermalzone: {
    from: { wmiClass: "Win32_PerfRawData_Counters_ThermalZoneInformation" },
    columns: words("Name HighPrecisionTemperature Temperature"),
  },
  time: {
    from: { wmiClass: "Win32_PerfRawData_MicrosoftWindowsW32TimePerf_WindowsTimeService" },
    columns: words(
      "ClockFrequencyAdjustmentPPB ComputedTimeOffset NTPClientTimeSourceCount NTPRoundtripDelay NTPServerIncomingRequests NTPServerOutgoingResponses",
    ),
  },
  process: {
    from: { wmiClass: "Win32_PerfRawData_PerfProc_Process", filter: noTotal },
    columns: words(
      "Name IDProcess ElapsedTime HandleCount PageFaultsPersec PageFileBytes PriorityBase PrivateBytes ThreadCount VirtualBytes WorkingSet WorkingSetPeak WorkingSetPrivate PercentUserTime PercentPrivilegedTime IOReadBytesPersec IOWriteBytesPersec IOOtherBytesPersec IOReadOperationsPersec IOWriteOperationsPersec IOOtherOperationsPersec PoolPagedBytes PoolNonpagedBytes",
    ),
  },
  reboot: {
    from: {
      statement: `New-Object PSObject -Property @{Servicing=[int](Test-Path '${registry}\\Component Based Servicing\\RebootPending');Update=[int](Test-Path '${registry}\\WindowsUpdate\\Auto Update\\RebootRequired')}`,
    },
    columns: words("Servicing Update"),
  },
} as const satisfies Readonly<Record<string, Query>>;

export type QueryName = keyof typeof queries;

function words(text: string): readonly string[] {
  return text.split(" ");
}

function diskWords(): readonly string[] {
  return words(
    "Name CurrentDiskQueueLength DiskReadBytesPersec DiskReadsPersec DiskWriteBytesPersec DiskWritesPersec PercentDiskReadTime PercentDiskWriteTime PercentIdleTime SplitIOPerSec",
  );
}

function tcpColumns(): readonly string[] {
  return words(
    "ConnectionFailures ConnectionsActive ConnectionsEstablished ConnectionsPassive ConnectionsReset SegmentsReceivedPersec SegmentsRetransmittedPersec SegmentsSentPersec",
  );
}
