import { changeTypes } from '@ampora/api-contract';
import { catalogue } from '@ampora/catalogue';
import { expect } from 'chai';
// What the bars of the time bar count is no part of what the package offers.
import { isChange } from '../../../projections/src/log-clock/kind-of-event.ts';

type Asked = Parameters<typeof isChange>[0];

describe('the types of events that are changes', () => {
  it('are those that the activity of the log counts, whoever took the decision', () => {
    const counted = catalogue
      .map(({ type }) => type)
      .filter((type) => isChange({ type, metadata: { actorRole: 'System' } } as Asked));
    expect([...changeTypes]).to.have.members(counted);
  });

  it('have every decision about configurations, groups and assignments', () => {
    const about = catalogue
      .map(({ type }) => type)
      .filter((type) =>
        /^(?:Configuration|Group|(?:Agent|Fleet)Configuration)(?!Name(?:Reserved|Released))/.test(type),
      );
    expect([...changeTypes]).to.include.members(about);
  });
});
