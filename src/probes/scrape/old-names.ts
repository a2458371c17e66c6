/** Names that windows_exporter had before 0.31, and that rules elsewhere got wrong, with those that it has now. */
const oldNames: ReadonlyMap<string, string> = new Map([
  ["windows_cs_physical_memory_bytes", "windows_memory_physical_total_bytes"],
  ["windows_os_visible_memory_bytes", "windows_memory_physical_total_bytes"],
  ["windows_os_physical_memory_free_bytes", "windows_memory_physical_free_bytes"],
  ["windows_os_paging_limit_bytes", "windows_pagefile_limit_bytes"],
  ["windows_os_paging_free_bytes", "windows_pagefile_free_bytes"],
  ["windows_os_processes", "windows_system_processes"],
  ["windows_os_processes_limit", "windows_system_processes_limit"],
  ["windows_cs_logical_processors", "windows_cpu_logical_processor"],
  ["windows_system_system_up_time", "windows_system_boot_time_timestamp"],
  ["windows_system_boot_time_timestamp_seconds", "windows_system_boot_time_timestamp"],
  ["windows_net_packets_received_errors", "windows_net_packets_received_errors_total"],
  ["windows_net_packets_outbound_errors", "windows_net_packets_outbound_errors_total"],
  ["windows_disk_drive_status", "windows_diskdrive_status"],
]);

/** The name that a series has today. */
export function presentName(name: string): string {
  return oldNames.get(name) ?? name;
}
