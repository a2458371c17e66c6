/** What the names of Watchfire's own metrics and those of exporters begin with; names that a check chooses do not. */
export const takenPrefixes = ["watchfire_", "probe_", "node_", "windows_", "push_", "process_", "nodejs_", "go_"];
