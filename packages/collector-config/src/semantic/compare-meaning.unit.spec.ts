import { expect } from 'chai';

import { readFixture } from '../read-fixture.spec.ts';
import { compareMeaning, compareWithEffective } from './compare-meaning.ts';

describe('two texts', () => {
  const text = readFixture('gateway.yaml');

  it('may be the same to the byte, in meaning, or not at all', () => {
    expect(compareMeaning(text, text)).to.deep.equal({ identical: 'bytes', changes: [], unreadable: null });
    expect(compareMeaning(text, `# a note\n${text}`).identical).to.equal('meaning');
    const other = compareMeaning(text, text.replace('limit_mib: 512', 'limit_mib: 256'));
    expect(other.identical).to.equal(null);
    expect(other.changes.map((change) => change.sentence)).to.deep.equal([
      'memory_limiter in 2 pipelines now allows this many MiB of memory: 256 instead of 512',
    ]);
  });

  it('of which one is no configuration cannot be compared in meaning', () => {
    const { identical, changes, unreadable } = compareMeaning(text, 'a: [');
    expect({ identical, changes }).to.deep.equal({ identical: null, changes: [] });
    expect(unreadable?.side).to.equal('after');
  });
});

describe('what was assigned against what runs', () => {
  const [assigned, effective] = [readFixture('gateway.yaml'), readFixture('gateway.effective.yaml')];

  it('is the same when a Collector only filled in what is its own', () => {
    expect(compareWithEffective(assigned, { '': effective })).to.deep.equal({
      identical: 'meaning',
      changes: [],
      unreadable: null,
    });
  });

  it('differs where somebody changed it on the host, and says so once', () => {
    const changed = effective.replace('max_connection_age: 1m30s', 'max_connection_age: 2m0s');
    const { identical, changes } = compareWithEffective(assigned, { '': changed });
    expect(identical).to.equal(null);
    expect(changes.map((change) => change.sentence)).to.deep.equal([
      'receiver otlp now has protocols.grpc.keepalive.server_parameters.max_connection_age 2m0s instead of 90s',
    ]);
  });

  it('names every part of another configuration that does not run', () => {
    const { changes } = compareWithEffective(readFixture('edge.yaml'), effective);
    expect(changes.map((change) => change.sentence)).to.include.members([
      'exporter otlp_http is gone',
      'pipeline logs is gone (otlp → otlp_http)',
    ]);
  });
});
