import { expect } from 'chai';
import {
  askCollector,
  type CollectorVerdicts,
  inAnyOrder,
  readVerdicts,
} from './agreement/collector-verdicts.ts';
import { readSamples } from './agreement/sample-configs.ts';
import { findGo, needsGo } from './go-build.ts';
import { buildWideCollector } from './wide-collector.ts';

/** What we say of the same samples, and the table of both, is checked without Go: agreement/agreement.unit.spec.ts. */
describe("the real Collector's validate", function () {
  if (findGo() === undefined) {
    it.skip(needsGo);
    return;
  }

  const samples = readSamples();
  let verdicts: CollectorVerdicts;

  before(async function () {
    this.timeout(30 * 60_000);
    const { collector } = await buildWideCollector({ log: (line) => console.log(`    ${line}`) });
    verdicts = await askCollector(collector, samples);
  });

  it('says of every sample what the table of agreement has of it', () => {
    const [now, written] = [inAnyOrder(verdicts), inAnyOrder(readVerdicts())];
    const changed = samples
      .map(({ file }) => ({ file, now: now[file], written: written[file] }))
      .filter(({ now: said, written: before }) => JSON.stringify(said) !== JSON.stringify(before));
    expect(changed, 'run node test/interop/agreement/write-agreement.ts').to.deep.equal([]);
  });

  it('was asked about more than sixty', () => {
    expect(samples.length).to.be.greaterThan(60);
  });
});
