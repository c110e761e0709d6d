/** `2026-11-21 10:15:00`: UTC, to the second. */
export function timeText(timestamp: string | null): string {
  return timestamp === null ? '' : timestamp.slice(0, 19).replace('T', ' ');
}

/** A span for people: `42s`, `5m10s`, `3h20m`, `4d6h`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)}d` : `${Math.floor(hours / 24)}d${hours % 24}h`;
}
