/**
 * What WMI tells of a Windows Server, in the forms in which ConvertTo-Json writes it: lists, a list of one as the one,
 * and a list with a count; whole numbers as numbers and as texts. Values from Microsoft's documentation and the examples
 * of exporters; taken from no machine here.
 */
export const windowsRows = {
  memory: [
    {
      AvailableBytes: 25_806_282_752,
      CacheBytes: 402_653_184,
      CommittedBytes: 9_663_676_416,
      CommitLimit: 40_265_318_400,
      PageFaultsPersec: 2_915_061_313,
      PagesPersec: 1_120_345,
      PageReadsPersec: 85_012,
      PageWritesPersec: 1023,
      PagesInputPersec: 1_110_223,
      PagesOutputPersec: 10_122,
      PoolNonpagedBytes: 314_572_800,
      PoolPagedBytes: 524_288_000,
    },
  ],
  volumes: {
    value: [
      { DeviceID: "C:", DriveType: 3, FileSystem: "NTFS", VolumeName: "系统", Access: 0 },
      { DeviceID: "D:", DriveType: 5, FileSystem: "UDF", VolumeName: "SSS_X64FRE_ZH-CN_DV9", Access: 1 },
      { DeviceID: "E:", DriveType: 5, FileSystem: null, VolumeName: null, Access: null },
    ],
    Count: 3,
  },
  logical_disk: [
    {
      Name: "C:",
      CurrentDiskQueueLength: 2,
      DiskReadBytesPersec: "18446744073709",
      DiskReadsPersec: 1_234_567,
      DiskWriteBytesPersec: 50_665_070_592,
      DiskWritesPersec: 765_432,
      PercentDiskReadTime: 5_000_000_000,
      PercentDiskWriteTime: 2_500_000_000,
      PercentIdleTime: 9_123_456_789_012,
      SplitIOPerSec: 17,
    },
    { Name: "HarddiskVolume1", CurrentDiskQueueLength: 0, DiskReadBytesPersec: 1 },
  ],
  processor: [
    {
      Name: "0,0",
      ClockInterruptsPersec: 1_000_000,
      DPCsQueuedPersec: 250_000,
      IdleBreakEventsPersec: 3_000_000,
      InterruptsPersec: 4_000_000,
      ParkingStatus: 0,
      PercentDPCTime: "1562500000",
      ProcessorFrequency: 2394,
    },
    { Name: "0,1", DPCsQueuedPersec: 7, PercentDPCTime: 0 },
  ],
  physical_disk: [
    { Name: "0 C:", CurrentDiskQueueLength: 1, DiskReadBytesPersec: 1024, PercentIdleTime: 70_000_000 },
    { Name: "1 D: E:", CurrentDiskQueueLength: 0, DiskReadBytesPersec: 2048 },
  ],
  time: {
    ClockFrequencyAdjustmentPPB: 0,
    ComputedTimeOffset: 2_500_000,
    NTPClientTimeSourceCount: 1,
    NTPRoundtripDelay: 31_250,
    NTPServerIncomingRequests: 0,
    NTPServerOutgoingResponses: 0,
  },
  process: [
    { Name: "Idle", IDProcess: 0, PercentUserTime: 0, PercentPrivilegedTime: "987654321000" },
    processRow({
      Name: "Shop",
      IDProcess: 4711,
      WorkingSet: 100_000_000,
      ThreadCount: 12,
      PercentUserTime: 600_000_000,
    }),
    processRow({
      Name: "Shop#1",
      IDProcess: 4712,
      WorkingSet: "50000000",
      ThreadCount: 3,
      PercentUserTime: 10_000_000,
    }),
    processRow({ Name: "svchost", IDProcess: 900, WorkingSet: 1, ThreadCount: 1, PercentUserTime: 1 }),
  ],
  net: {
    Name: "vmxnet3 以太网网络适配器",
    BytesReceivedPersec: 1_111_222_333,
    BytesSentPersec: 444_555_666,
    CurrentBandwidth: 10_000_000_000,
    OutputQueueLength: 0,
    PacketsReceivedPersec: 2_000_000,
    PacketsSentPersec: 1_500_000,
    PacketsReceivedErrors: 3,
    PacketsReceivedDiscarded: 4,
    PacketsReceivedUnknown: 0,
    PacketsOutboundErrors: 5,
    PacketsOutboundDiscarded: 6,
  },
  pagefile: { Name: "C:\\pagefile.sys", AllocatedBaseSize: 6144, CurrentUsage: 397 },
  system: {
    ContextSwitchesPersec: 4_294_967_295,
    ExceptionDispatchesPersec: 98_765,
    Processes: 142,
    ProcessorQueueLength: 3,
    SystemCallsPersec: 3_000_000_000,
    Threads: 1834,
  },
  service: [
    { Name: "Themes", State: "Running", StartMode: "Auto" },
    { Name: "gitlab-runner", State: "Stopped", StartMode: "Auto" },
    { Name: "MSSQL$MAIN", State: "Start Pending", StartMode: "Manual" },
    { Name: "Perforce服务", State: "Running", StartMode: "Disabled" },
  ],
  tcpv4: { ConnectionsEstablished: 87, SegmentsRetransmittedPersec: 1234, SegmentsSentPersec: 5_000_000 },
  tcpv6: { ConnectionsEstablished: 12, SegmentsRetransmittedPersec: 5, SegmentsSentPersec: 1000 },
  diskdrive: [
    { Name: "\\\\.\\PHYSICALDRIVE0", Status: "OK", Size: 256_052_966_400, Partitions: 3 },
    { Name: "\\\\.\\PHYSICALDRIVE1", Status: "Pred Fail", Size: "203912880128", Partitions: 1 },
  ],
  thermalzone: [
    { Name: "\\_TZ.TZ00", HighPrecisionTemperature: 3010, Temperature: 301 },
    { Name: "\\_TZ.TZ01", HighPrecisionTemperature: 0, Temperature: 330 },
    { Name: "\\_TZ.TZ02", HighPrecisionTemperature: 0, Temperature: 0 },
  ],
  reboot: { Servicing: 0, Update: 1 },
} as const;

/** Started 2026-11-22 02:00 UTC, which Windows counts in steps of 100 ns from the year 1601. */
function processRow<Row extends object>(row: Row) {
  return {
    ElapsedTime: "134397864000000000",
    HandleCount: 320,
    PercentPrivilegedTime: 20_000_000,
    PrivateBytes: 80_000_000,
    VirtualBytes: 2_000_000_000,
    IOReadBytesPersec: 4096,
    PoolPagedBytes: 300_000,
    ...row,
  };
}
