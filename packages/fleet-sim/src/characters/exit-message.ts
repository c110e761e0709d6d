import type { Random } from '../random.ts';

/** What a supervisor reports when its Collector dies: another process id each time, which means nothing. */
export function exitMessage(random: Random, exitCode = 1): string {
  return `Agent process PID=${random.between(1_000, 65_000)} exited unexpectedly, exit code=${exitCode}. Will restart in a bit...`;
}
