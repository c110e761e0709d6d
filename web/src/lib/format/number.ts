const whole = new Intl.NumberFormat('en-GB');

/** `12,345`. */
export function countText(count: number): string {
  return whole.format(count);
}

/** `1 agent`, `2 agents`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** A share of a whole without lying at the ends: only none is 0 %, only all is 100 %. */
export function shareText(part: number, total: number): string {
  if (total === 0) return '–';
  if (part === 0) return '0 %';
  if (part === total) return '100 %';
  const percent = (part / total) * 100;
  if (percent < 1) return '<1 %';
  if (percent > 99) return '>99 %';
  return `${Math.round(percent)} %`;
}

/** Bytes with a binary unit. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** The first digits of a hash, enough for people to compare. */
export function shortHash(hash: string): string {
  return hash.slice(0, 8);
}
