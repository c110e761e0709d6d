import { type Operation, operations } from '@ampora/api-contract';
import { expect } from 'chai';

/** Reads that take no moment, each with the reason. */
const onlyOfThePresent: Readonly<Record<string, string>> = {
  getEvent: 'an event never changes',
  getLogActivity: 'it is what moments are chosen on: it shows the whole log, within since and until',
  bisectAgent: 'it takes two moments of its own, `good` and `bad`',
  getEventProof: 'it proves an event against the newest signed root, whenever one looks',
  getConsistencyProof: 'it takes the sizes of two trees',
  listComponentReleases: 'what Collector components can be told comes with Ampora, not with the log',
  listComponents: 'as listComponentReleases',
  getComponent: 'as listComponentReleases',
  listRoots: 'a signed root never changes, and names its position',
  listSigningKeys: 'keys are in the vault, not in the log',
  getAuditRetention: 'how the audit log is kept is a matter of the present',
  listPeople: 'people are kept apart from the log, so that they can be forgotten',
  listProjections: 'it shows how the read models are doing, which is not in the log',
};

function fieldsOf({ query }: Operation): readonly string[] {
  return query === undefined ? [] : Object.keys((query as { shape?: object }).shape ?? {});
}

const reads = (Object.entries(operations) as [string, Operation][]).filter(
  ([, { method }]) => method === 'get',
);

describe('time travel', () => {
  it('is on offer wherever something is read, or it is said why not', () => {
    const without = reads.filter(([, operation]) => !fieldsOf(operation).includes('at')).map(([id]) => id);
    const unexplained = without.filter((id) => !(id in onlyOfThePresent));
    expect(
      unexplained,
      'give the query `...readQuery`, or say in this file why the past of it cannot be asked for',
    ).to.deep.equal([]);
  });

  it('is excused for nothing that offers it, or is not there', () => {
    const needless = Object.keys(onlyOfThePresent).filter((id) => {
      const read = reads.find(([name]) => name === id);
      return !read || fieldsOf(read[1]).includes('at');
    });
    expect(needless, 'take the line out of this file').to.deep.equal([]);
  });
});
