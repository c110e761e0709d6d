/** From the least to the most severe. */
export const logLevels = ['Debug', 'Information', 'Warning', 'Error', 'Critical'] as const;

export type LogLevel = (typeof logLevels)[number];

export function severityOf(level: LogLevel): number {
  return logLevels.indexOf(level);
}
