import type { HealthNode } from '@ampora/catalogue';
import { expect } from 'chai';
import { meaningOfDescription, meaningOfError, meaningOfHealth } from './meaning.ts';

const node = (changes: Partial<HealthNode> = {}): HealthNode => ({
  healthy: true,
  status: 'StatusOK',
  lastError: '',
  startTimeUnixNano: '1',
  statusTimeUnixNano: '2',
  components: [],
  ...changes,
});

describe('the meaning of an error text', () => {
  const same: [string, string, string][] = [
    [
      'process ids',
      'Agent process PID=4711 exited unexpectedly, exit code=1. Will restart in a bit...',
      'Agent process PID=81 exited unexpectedly, exit code=1. Will restart in a bit...',
    ],
    ['times', '2026-11-21T10:00:00.123Z failed', '2026-11-21T10:00:05.9Z failed'],
    ['addresses in memory', 'panic at 0xc0001234ab', 'panic at 0xc000ffee12'],
    ['goroutines', 'goroutine 17 [running]', 'goroutine 8123 [running]'],
    [
      'the nearer port of a connection',
      'read tcp 127.0.0.1:54022->127.0.0.1:4317: reset',
      'read tcp 127.0.0.1:39114->127.0.0.1:4317: reset',
    ],
    [
      'ids of requests',
      'request 0190a1b2-c3d4-7000-8000-000000000000 failed',
      'request 0190a1b2-c3d4-7000-8000-00000000ffff failed',
    ],
  ];
  for (const [what, left, right] of same) {
    it(`is the same whatever ${what}`, () => {
      expect(meaningOfError(left)).to.equal(meaningOfError(right));
    });
  }

  const different: [string, string, string][] = [
    ['exit code', 'exit code=1', 'exit code=2'],
    [
      'port that someone configured',
      'listen tcp 127.0.0.1:4317: bind: address already in use',
      'listen tcp 127.0.0.1:4318: bind: address already in use',
    ],
    [
      'farther port of a connection',
      'dial tcp 127.0.0.1:50001->10.0.0.1:4317',
      'dial tcp 127.0.0.1:50001->10.0.0.1:9092',
    ],
    ['count', '3 items dropped', '4 items dropped'],
  ];
  for (const [what, left, right] of different) {
    it(`differs with the ${what}`, () => {
      expect(meaningOfError(left)).to.not.equal(meaningOfError(right));
    });
  }
});

describe('the meaning of a health tree', () => {
  it('does not hang on times or the order of components', () => {
    const a = { name: 'a', ...node() };
    const b = { name: 'b', ...node({ status: 'Other' }) };
    const left = node({ components: [a, b] });
    const right = node({ components: [b, { ...a, statusTimeUnixNano: '99' }], startTimeUnixNano: '77' });
    expect(meaningOfHealth(left)).to.equal(meaningOfHealth(right));
  });

  it('differs with where a component stands', () => {
    const leaf = { name: 'x', ...node() };
    const inside = node({ components: [{ name: 'a', ...node({ components: [leaf] }) }] });
    const beside = node({ components: [{ name: 'a', ...node() }, leaf] });
    expect(meaningOfHealth(inside)).to.not.equal(meaningOfHealth(beside));
  });
});

describe('the meaning of a description', () => {
  it('does not hang on the order of attributes or of what is in them, and tells the two lists apart', () => {
    const a = { key: 'a', value: { x: 1, y: [1, 2] } };
    const b = { key: 'b', value: 'text' };
    expect(meaningOfDescription([a, b], [])).to.equal(
      meaningOfDescription([b, { key: 'a', value: { y: [1, 2], x: 1 } }], []),
    );
    expect(meaningOfDescription([a], [b])).to.not.equal(meaningOfDescription([a, b], []));
  });
});
