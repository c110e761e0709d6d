import { defaultRelease, loadRelease } from '@ampora/component-library';
import { expect } from 'chai';
import { drawDifferences, drawSvg, drawText, readAsFarAsPossible } from './draw-text.ts';
import { rateOf, strokeOf, throughputKey } from './edge-rate.ts';
import { levelAt, listPalette, setYaml } from './form-level.ts';
import { complaintAbout, typedValue } from './typed-value.ts';

const text = `receivers:
  otlp:
exporters:
  otlp/eu: &eu
    endpoint: eu:4317
    tls: {insecure: false}
  otlp/us: *eu
  debug:
    verbosity: basic # how much
processors:
  batch:
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [otlp/us, otlp/eu, debug]
`;
const asked = (of: string) => ({ text: of, findings: [], withLocks: true });

describe('a text as a drawing', () => {
  it('marks what cannot be changed here, and why', () => {
    const drawing = drawText(asked(text));
    expect(drawing?.locks.get('traces:exporter:otlp/us')).to.deep.include({ isPartial: false });
    expect(drawing?.locks.get('traces:exporter:otlp/us')?.message).to.match(/alias/);
    expect(drawing?.locks.has('traces:exporter:otlp/eu')).to.equal(true);
    expect(drawing?.locks.has('traces:exporter:debug')).to.equal(false);
    expect(drawing?.without).to.deep.equal([]);
  });

  it('tells a part that is read-only from the whole', () => {
    const partly = text
      .replace('  debug:\n', '  debug:\n    sending_queue: *q\n')
      .replace('  otlp:\n', '  otlp: &q {}\n');
    const lock = drawText(asked(partly))?.locks.get('traces:exporter:debug');
    expect(lock).to.deep.include({ isPartial: true });
  });

  it('leaves out the lines that cannot be read, and no others', () => {
    const broken = text.replace('    verbosity: basic # how much', '    verbosity: basic: much');
    const drawing = drawText(asked(broken));
    expect(drawing?.without).to.deep.equal([9]);
    expect(drawing?.graph.lanes[0]?.exporters.length).to.equal(3);
    expect(drawing?.locks.size).to.equal(0);
  });

  it('gives up on what is no configuration at all', () => {
    expect(readAsFarAsPossible('')).to.equal(null);
    expect(readAsFarAsPossible('- a\n- b\n')).to.equal(null);
    expect(readAsFarAsPossible('{'.repeat(500))).to.equal(null);
  });

  it('keeps lines where they are while some are left out', () => {
    const broken = `oops: [\n${text}`;
    const read = readAsFarAsPossible(broken);
    expect(read?.without).to.deep.equal([1]);
    expect(read?.document.positionOf(['exporters', 'debug']).line).to.equal(9);
  });

  it('is written as a picture of its own', () => {
    const svg = drawSvg({ text, findings: [], theme: 'dark', title: 'A & B' });
    expect(svg).to.match(/^<svg [^]*<title id="graph-title">A &amp; B<\/title>[^]*<\/svg>\n$/);
  });

  it('says what was added, taken away and changed', () => {
    const after = text.replace('[batch]', '[]').replace('basic', 'detailed').replace('[otlp]', '[otlp, nop]');
    const marks = drawDifferences({ before: text, after });
    expect(marks.get('traces:processor:batch')).to.equal('removed');
    expect(marks.get('traces:receiver:nop')).to.equal('added');
    expect(marks.get('traces:exporter:debug')).to.equal('modified');
    expect(marks.has('traces:receiver:otlp')).to.equal(false);
    expect(drawDifferences({ before: 'a: [', after }).size).to.equal(0);
  });

  it('has two hundred components in well under a second', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `debug/${index}`);
    const large = `receivers:\n  otlp:\nexporters:\n${ids.map((id) => `  ${id}:\n    verbosity: basic\n`).join('')}service:\n  pipelines:\n    traces:\n      receivers: [otlp]\n      exporters: [${ids.join(', ')}]\n`;
    expect(drawText(asked(large))?.graph.nodes.length).to.equal(201);
  });
});

describe('the flow over an edge', () => {
  const drawing = drawText(asked(text));
  const nodes = new Map(drawing?.graph.nodes.map((node) => [node.key, node]));
  const rates = new Map([
    [throughputKey('receivers', 'otlp', 'traces'), 120],
    [throughputKey('exporters', 'debug', 'traces'), 7.5],
  ]);
  const rate = (from: string, to: string) => {
    const edge = drawing?.graph.edges.find((one) => one.from === from && one.to === to);
    if (edge === undefined) throw new Error(`${from} → ${to}`);
    return rateOf(edge, nodes, rates);
  };

  it('is what the receiver takes in, and what the exporter sends', () => {
    expect(rate('traces:receiver:otlp', 'traces:processor:batch')).to.equal(120);
    expect(rate('traces:processor:batch', 'traces:exporter:debug')).to.equal(7.5);
    expect(rate('traces:processor:batch', 'traces:exporter:otlp/eu')).to.equal(null);
  });

  it('widens the line with it, within bounds', () => {
    const widths = [null, 0, 1, 100, 10_000, 1e12].map(strokeOf);
    expect(widths).to.deep.equal(widths.toSorted((one, other) => one - other));
    expect(widths.at(-1)).to.equal(9);
  });
});

describe('the form of a component', () => {
  const level = async (path: readonly (string | number)[], of = text) => {
    const library = await loadRelease(defaultRelease);
    if (library === undefined) throw new Error('the default release is not kept');
    return levelAt(library, { text: of, release: '', path });
  };

  it('has every setting with its type, default and words, set ones with their value', async () => {
    const { fields, isKnown } = await level(['exporters', 'debug']);
    expect(isKnown).to.equal(true);
    expect(fields.find(({ name }) => name === 'verbosity')).to.deep.include({
      value: 'basic',
      isSet: true,
      edited: 'word',
      enum: ['none', 'basic', 'normal', 'detailed'],
      lock: null,
    });
    const batch = await level(['processors', 'batch']);
    expect(batch.fields.find(({ name }) => name === 'timeout')).to.deep.include({
      type: 'duration',
      default: '200ms',
      isSet: false,
      value: null,
    });
  });

  it('goes down into settings that are not written yet', async () => {
    const outer = await level(['exporters', 'otlp_grpc'], 'exporters:\n  otlp_grpc:\n');
    expect(outer.fields.find(({ name }) => name === 'tls')).to.deep.include({ edited: 'below', members: 0 });
    const inner = await level(['exporters', 'otlp_grpc', 'tls'], 'exporters:\n  otlp_grpc:\n');
    expect(inner.fields.map(({ name }) => name)).to.include('insecure');
  });

  it('is read-only where the text is shared', async () => {
    const { lock, fields } = await level(['exporters', 'otlp/us']);
    expect(lock).to.match(/alias/);
    expect(fields.every((field) => field.lock !== null)).to.equal(true);
  });

  it('shows what nobody knows as the YAML that it is', async () => {
    const odd = 'exporters:\n  strange:\n    deep: # why\n      er: [1, 2]\n      # kept\n      last: x\n';
    const { fields, isKnown } = await level(['exporters', 'strange'], odd);
    expect(isKnown).to.equal(false);
    expect(fields[0]).to.deep.include({ edited: 'yaml', name: 'deep' });
    expect(fields[0]?.source).to.include('er: [1, 2]\n# kept\nlast: x');
  });

  it('takes YAML for a setting, and changes only what differs', () => {
    const odd = 'exporters:\n  strange:\n    deep:\n      er: [1, 2] # two\n      last: x\n';
    const result = setYaml({
      text: odd,
      path: ['exporters', 'strange', 'deep'],
      yaml: 'er: [1, 2]\nlast: "z"',
    });
    expect(result.ok && result.text).to.equal(odd.replace('last: x', 'last: z'));
    const refused = setYaml({ text: odd, path: ['exporters', 'strange', 'deep'], yaml: 'er: [1' });
    expect(!refused.ok && refused.message).to.match(/^Line \d/);
  });

  it('offers every component of a release', async () => {
    const library = await loadRelease(defaultRelease);
    const items = library === undefined ? [] : listPalette(library);
    expect(items.map(({ kind, type }) => `${kind}/${type}`)).to.include.members([
      'receiver/otlp',
      'processor/batch',
    ]);
  });

  it('reads what is typed as the type has it', () => {
    expect(typedValue('int', '5')).to.equal(5);
    expect(typedValue('string', '5')).to.equal('5');
    expect(typedValue('bool', 'true')).to.equal(true);
    expect(typedValue('int', '${env:N}')).to.equal('${env:N}');
    expect(typedValue('any', '1.5')).to.equal(1.5);
  });

  it('complains of what cannot be right', () => {
    expect(complaintAbout('duration', '5')).to.match(/unit/);
    expect(complaintAbout('duration', '1m30s')).to.equal(null);
    expect(complaintAbout('uint', '-1')).to.match(/negative/);
    expect(complaintAbout('int', 'many')).to.match(/whole/);
    expect(complaintAbout('int', '${env:N}')).to.equal(null);
  });
});
