import { expect } from 'chai';

import type { ComponentLibrary } from './component-library.ts';
import { componentsOf, findComponent, nearestType } from './component-library.ts';
import { defaultRelease, loadRelease, nearestRelease, releases } from './releases.ts';
import { fieldAt } from './settings-below.ts';

async function libraryOf(version: string): Promise<ComponentLibrary> {
  const library = await loadRelease(version);
  if (library === undefined) throw new Error(`${version} is not kept`);
  return library;
}

describe('a release of the component library', () => {
  it('is one of several, each loaded once', async () => {
    expect(releases).to.include(defaultRelease).and.to.have.length.greaterThan(1);
    for (const version of releases) {
      const library = await libraryOf(version);
      expect(library.version).to.equal(version);
      expect(await loadRelease(version)).to.equal(library);
      expect(componentsOf(library, 'processor').every(({ kind }) => kind === 'processor')).to.equal(true);
    }
    expect(await loadRelease('0.1.0')).to.equal(undefined);
  });

  it('has signals, pairs, stability and settings from the components themselves', async () => {
    const library = await libraryOf(defaultRelease);
    const otlp = findComponent(library, 'receiver', 'otlp');
    expect(otlp).to.deep.include({
      handWritten: false,
      needsSettings: true,
      signals: ['traces', 'metrics', 'logs', 'profiles'],
      version: defaultRelease,
    });
    expect(otlp?.stability['traces']).to.equal('stable');
    expect(findComponent(library, 'connector', 'forward')?.connectorPairs).to.deep.include({
      from: 'logs',
      to: 'logs',
    });
    const batch = findComponent(library, 'processor', 'batch');
    expect(batch && fieldAt(batch.settings, ['send_batch_size'])).to.include({ default: 8192 });
  });

  it('knows a component by its older name too', async () => {
    const library = await libraryOf(defaultRelease);
    expect(findComponent(library, 'exporter', 'otlp')?.type).to.equal('otlp_grpc');
    expect(nearestType(library, 'processor', 'memory_limitter')).to.equal('memory_limiter');
  });

  it('differs from another one', async () => {
    const [older, newer] = [await libraryOf('0.149.0'), await libraryOf('0.155.0')];
    expect(findComponent(older, 'connector', 'routing')?.handWritten).to.equal(false);
    expect(findComponent(newer, 'connector', 'routing')?.borrowedFrom).to.equal('0.149.0');
    expect(findComponent(newer, 'receiver', 'otlp')?.borrowedFrom).to.equal(undefined);
    expect(findComponent(newer, 'receiver', 'statsd')?.handWritten).to.equal(false);
    expect(findComponent(older, 'receiver', 'statsd')).to.equal(undefined);
  });

  it('is chosen for a Collector of any version', () => {
    expect(nearestRelease('0.149.0')).to.equal('0.149.0');
    expect(nearestRelease('v0.152.1')).to.equal('0.149.0');
    expect(nearestRelease('1.0.0')).to.equal(releases[0]);
    expect(nearestRelease('0.90.0')).to.equal(releases.at(-1));
    expect(nearestRelease('not a version')).to.equal(releases.at(-1));
  });
});
