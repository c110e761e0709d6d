import { readFileSync } from 'node:fs';

/** Text of a file in `fixtures/`: our configurations, and what a Collector 0.149.0 made of them (`*.effective.yaml`). */
export function readFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
}
