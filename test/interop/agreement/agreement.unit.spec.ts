import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { compareVerdicts, renderTable, tableFile } from './agreement-table.ts';
import { readVerdicts } from './collector-verdicts.ts';
import { ourVerdict } from './our-verdict.ts';
import { readSamples } from './sample-configs.ts';

describe('our checks and what a real Collector said', () => {
  const samples = readSamples();

  it('agree on every sample, or the sample says why not', async () => {
    const compared = compareVerdicts(samples, readVerdicts(), await ourVerdict());
    const unexplained = compared.filter(({ agree, sample }) => agree === (sample.explanation !== undefined));
    expect(
      unexplained.map(({ sample: { file }, collector, ours }) => ({ file, collector, ours })),
      'disagreements without an explanation, or explanations without a disagreement',
    ).to.deep.equal([]);
    expect(compared.filter(({ agree }) => agree).length / compared.length).to.be.greaterThan(0.95);
  });

  it('stand in the table in docs/ as they are now', async () => {
    const table = renderTable(compareVerdicts(samples, readVerdicts(), await ourVerdict()));
    expect(
      readFileSync(tableFile, 'utf8'),
      'run node test/interop/agreement/write-agreement.ts --recorded',
    ).to.equal(table);
  });

  it('were asked about each sample, and the folders tell what was said', () => {
    const verdicts = readVerdicts();
    expect(Object.keys(verdicts).toSorted()).to.deep.equal(samples.map(({ file }) => file).toSorted());
    for (const [file, said] of Object.entries(verdicts))
      expect(file.startsWith('sound/'), file).to.equal(said === null);
  });
});
