import { expect } from 'chai';

import { nearestName } from './nearest-name.ts';

describe('the name that was probably meant', () => {
  const known = ['otlp', 'otlphttp', 'debug', 'memory_limiter', 'endpoint'];
  const cases: readonly (readonly [given: string, near: string | undefined])[] = [
    ['otpl', 'otlp'],
    ['oltp', 'otlp'],
    ['OTLP', 'otlp'],
    ['endpont', 'endpoint'],
    ['memorylimiter', 'memory_limiter'],
    ['kafka', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ];
  for (const [given, near] of cases)
    it(`of "${given.slice(0, 20)}" is ${near ?? 'none'}`, () => {
      expect(nearestName(given, known)).to.equal(near);
    });

  it('is looked for among a bounded number', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `name${index}`);
    expect(nearestName('zzzz', [...many, 'zzzy'])).to.equal(undefined);
    expect(nearestName('zzzz', ['zzzy', ...many])).to.equal('zzzy');
  });
});
