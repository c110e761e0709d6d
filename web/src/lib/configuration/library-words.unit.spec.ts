import { completionsAt, describeAt, loadRelease } from '@ampora/component-library';
import { expect } from 'chai';
import { toDescription, toSuggestion } from './library-words.ts';

describe('what the component library says, in an editor', () => {
  const library = async () => (await loadRelease('0.149.0'))!;

  it('offers keys where a key is written, with what follows them', async () => {
    const offered = completionsAt(await library(), ['processors', 'batch'], { processors: { batch: null } });
    const keys = offered.flatMap((completion) => toSuggestion(completion, 'key'));
    const timeout = keys.find(({ label }) => label === 'timeout');
    expect(timeout).to.include({ kind: 'field', insert: 'timeout: ' });
    expect(timeout?.detail).to.match(/^duration, default /);
    expect(offered.flatMap((completion) => toSuggestion(completion, 'value'))).to.deep.equal([]);
  });

  it('offers ids where a list item is written', async () => {
    const root = {
      receivers: { otlp: null },
      service: { pipelines: { traces: { receivers: [] } } },
    };
    const offered = completionsAt(await library(), ['service', 'pipelines', 'traces', 'receivers', 0], root);
    const items = offered.flatMap((completion) => toSuggestion(completion, 'item'));
    expect(items.map(({ label, insert }) => [label, insert])).to.deep.equal([['otlp', 'otlp']]);
  });

  it('describes a component by what it is, and a setting by its type and default', async () => {
    const component = describeAt(await library(), ['processors', 'batch']);
    expect(toDescription(component!).facts[0]).to.equal('processor');
    const setting = describeAt(await library(), ['processors', 'batch', 'timeout']);
    expect(toDescription(setting!).facts.join(' ')).to.match(/duration.*default/);
  });
});
