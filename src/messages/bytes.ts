const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `16 GiB`, `1.5 TiB`: whole from ten on, one digit after the point below that. */
export function bytes(count: number): string {
  const power = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(1, count)) / 10)),
  );
  const size = count / 1024 ** power;
  const shown = size >= 10 || Number.isInteger(size) ? Math.round(size) : size.toFixed(1);
  return `${shown} ${UNITS[power]}`;
}
