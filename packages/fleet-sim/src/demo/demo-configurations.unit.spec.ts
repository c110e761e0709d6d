import { expect } from 'chai';
import { collectorBuilds } from '../build.ts';
import { findFault, readOffer } from '../running-config.ts';
import { fleetBaseline, gatewaySampling } from './demo-configurations.ts';

const runs = (body: string, build: keyof typeof collectorBuilds) => {
  const { running, parserFault } = readOffer(Uint8Array.of(1), new Map([['', Buffer.from(body)]]));
  expect(parserFault).to.equal(undefined);
  return findFault(running!, collectorBuilds[build]);
};

describe('the configurations of the story', () => {
  it('differ from version to version', () => {
    for (const { versions, draft } of [fleetBaseline, gatewaySampling]) {
      const bodies = [...versions.map(({ body }) => body), ...(draft === undefined ? [] : [draft])];
      expect(new Set(bodies).size).to.equal(bodies.length);
    }
  });

  it('run everywhere, but for the mistake: the third, which the edge refuses', () => {
    const atTheEdge = fleetBaseline.versions.map(({ body }) => runs(body, 'edge') === undefined);
    expect(atTheEdge).to.deep.equal([true, true, false, true]);
    for (const { body } of fleetBaseline.versions) expect(runs(body, 'contrib')).to.equal(undefined);
    for (const { body } of gatewaySampling.versions) expect(runs(body, 'contribOld')).to.equal(undefined);
  });
});
