const units = [
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
] as const;

/** Writes a size as the configuration takes it, rounded to one place: `5MiB`, `1.5KiB`, `12B`. */
export function formatSize(sizeBytes: number): string {
  const unit = units.find(([, unitBytes]) => sizeBytes >= unitBytes);
  return unit === undefined ? `${sizeBytes}B` : `${Math.round((sizeBytes / unit[1]) * 10) / 10}${unit[0]}`;
}
