import {
  buildGraph,
  editConfig,
  type GraphNode,
  layoutGraph,
  parseConfig,
  type PipelineGraph,
} from '@ampora/collector-config';
import { expect } from 'chai';
import type { PaletteItem } from './drawing.ts';
import { dropPlaceAt } from './drop-place.ts';
import { neighbourOf } from './neighbour.ts';
import { countChanged, peekLines } from './peek-lines.ts';
import {
  freeId,
  type Plan,
  planConnection,
  planDelete,
  planDisconnection,
  planMove,
  planMoveTo,
  planNew,
  planNewPipeline,
  planRemovePipeline,
  planRename,
  planTakeOut,
  planUse,
} from './plan-edits.ts';
import { placeOfDrop, placesFor } from './use-places.ts';

const text = `# Kept by hand.
receivers:
  otlp: # in
  filelog/apps:
processors:
  batch:
    timeout: 5s   # short
  memory_limiter:
  resource:
connectors:
  spanmetrics:
exporters:
  debug: {verbosity: basic}
extensions:
  health_check:
service:
  extensions: [health_check]
  pipelines:
    traces:
      receivers: [otlp]
      processors:
      - memory_limiter # first
      - batch
      exporters: [debug, spanmetrics]
    metrics:
      receivers: [spanmetrics]
      exporters: [debug]
    logs:
      receivers: [filelog/apps]
      exporters: [debug]
`;
const graph = graphOf(text);

const batchItem: PaletteItem = {
  kind: 'processor',
  type: 'batch',
  doc: '',
  signals: ['traces', 'metrics', 'logs'],
  connectorPairs: [],
  needsSettings: false,
  handWritten: false,
};
const spanmetrics: PaletteItem = {
  ...batchItem,
  kind: 'connector',
  type: 'spanmetrics',
  signals: ['traces', 'metrics'],
  connectorPairs: [{ from: 'traces', to: 'metrics' }],
};

function graphOf(of: string): PipelineGraph {
  const parsed = parseConfig(of);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return buildGraph(parsed.document);
}
function node(key: string): GraphNode {
  const found = graph.nodes.find((one) => one.key === key);
  if (found === undefined)
    throw new Error(`${key} is none of ${graph.nodes.map((one) => one.key).join(', ')}`);
  return found;
}
function lane(key: string) {
  const found = graph.lanes.find((one) => one.key === key);
  if (found === undefined) throw new Error(key);
  return found;
}
/** Lines that go and lines that come. */
function changeOf(plan: Plan): readonly string[] {
  if (plan.kind === 'refused') return [`refused: ${plan.reason}`];
  const result = editConfig(text, plan.edits);
  if (!result.ok) return [`refused: ${result.message}`];
  return peekLines(text, result.text, result.changedLines).map(({ sign, text: line }) => `${sign}${line}`);
}

describe('what is done on the canvas', () => {
  const cases: readonly (readonly [string, () => Plan, readonly string[]])[] = [
    [
      'adds what is defined to a pipeline, at a place',
      () =>
        planUse(
          graph,
          { section: 'processors', id: 'resource' },
          { lane: lane('traces'), role: 'processors', index: 1 },
        ),
      ['+      - resource'],
    ],
    [
      'adds processors to a pipeline that has none',
      () =>
        planUse(graph, { section: 'processors', id: 'batch' }, { lane: lane('logs'), role: 'processors' }),
      ['+      processors: [batch]'],
    ],
    [
      'defines a component of a type that is there under a name of its own',
      () => planNew(graph, batchItem, { lane: lane('logs'), role: 'processors' }),
      ['+  batch/2:', '+      processors: [batch/2]'],
    ],
    ['only defines', () => planNew(graph, batchItem, null), ['+  batch/2:']],
    [
      'defines and switches on an extension',
      () => planNew(graph, { ...batchItem, kind: 'extension', type: 'pprof' }, null),
      ['+  pprof:', '-  extensions: [health_check]', '+  extensions: [health_check, pprof]'],
    ],
    [
      'moves a processor with its comment',
      () => planMove(node('traces:processor:batch'), 0),
      ['-      - memory_limiter # first', '+      - memory_limiter # first'],
    ],
    [
      'takes out of one pipeline only',
      () => planTakeOut(node('traces:exporter:debug')),
      ['-      exporters: [debug, spanmetrics]', '+      exporters: [spanmetrics]'],
    ],
    [
      'switches an extension off',
      () => planTakeOut(node('extension:health_check')),
      ['-  extensions: [health_check]', '+  extensions: []'],
    ],
    [
      'connects a receiver with another pipeline',
      () => planConnection(graph, 'traces:receiver:otlp', 'logs'),
      ['-      receivers: [filelog/apps]', '+      receivers: [filelog/apps, otlp]'],
    ],
    [
      'connects a pipeline with a connector',
      () => planConnection(graph, 'logs', 'metrics:receiver:spanmetrics'),
      ['-      exporters: [debug]', '+      exporters: [debug, spanmetrics]'],
    ],
    [
      'lets one processor follow another',
      () => planConnection(graph, 'traces:processor:batch', 'traces:processor:memory_limiter'),
      ['-      - memory_limiter # first', '+      - memory_limiter # first'],
    ],
    [
      'moves a use from one pipeline to another',
      () => planMoveTo(graph, node('traces:processor:batch'), lane('logs'), 0),
      ['-      - batch', '+      processors: [batch]'],
    ],
    [
      'renames with every use',
      () => planRename(node('traces:processor:batch'), 'batch/slow'),
      ['-  batch:', '+  batch/slow:', '-      - batch', '+      - batch/slow'],
    ],
    [
      'deletes with every use',
      () => planDelete(node('traces:processor:batch')),
      ['-  batch:', '-    timeout: 5s   # short', '-      - batch'],
    ],
    [
      'adds a pipeline under a free name',
      () => planNewPipeline(graph, 'logs'),
      ['+    logs/2:', '+      receivers: []', '+      exporters: []'],
    ],
    [
      'removes a pipeline',
      () => planRemovePipeline(lane('logs')),
      ['-    logs:', '-      receivers: [filelog/apps]', '-      exporters: [debug]'],
    ],
  ];
  for (const [what, plan, expected] of cases)
    it(what, () => {
      expect(changeOf(plan())).to.deep.equal(expected);
    });

  const refusals: readonly (readonly [string, () => Plan, RegExp])[] = [
    ['what stands there already', () => planConnection(graph, 'traces:receiver:otlp', 'traces'), /already/],
    ['two pipelines without a connector', () => planConnection(graph, 'traces', 'logs'), /connector/],
    [
      'a name of another type',
      () => planRename(node('traces:processor:batch'), 'resource'),
      /A name is batch/,
    ],
    [
      'a name with a space in it',
      () => planRename(node('traces:processor:batch'), 'batch/a b'),
      /without spaces/,
    ],
    [
      'a receiver among processors',
      () => planUse(graph, { section: 'receivers', id: 'otlp' }, { lane: lane('logs'), role: 'processors' }),
      /does not belong/,
    ],
    ['a move to where it stands', () => planMove(node('traces:processor:batch'), 1), /already/],
    [
      'a name that is taken',
      () => planRename(node('traces:processor:memory_limiter'), 'memory_limiter'),
      /already/,
    ],
  ];
  for (const [what, plan, reason] of refusals)
    it(`refuses ${what}`, () => {
      const made = plan();
      expect(made.kind === 'refused' ? made.reason : made.sentence).to.match(reason);
    });

  it('takes an edge away at the end that is meant', () => {
    const edge = (from: string, to: string) => {
      const found = graph.edges.find((one) => one.from === from && one.to === to);
      if (found === undefined) throw new Error(`${from} → ${to}`);
      return planDisconnection(graph, found);
    };
    expect(changeOf(edge('traces:processor:batch', 'traces:exporter:debug'))).to.include(
      '+      exporters: [spanmetrics]',
    );
    expect(changeOf(edge('traces:receiver:otlp', 'traces:processor:memory_limiter'))).to.include(
      '-      receivers: [otlp]',
    );
    expect(edge('traces:processor:memory_limiter', 'traces:processor:batch').kind).to.equal('refused');
    expect(changeOf(edge('traces:exporter:spanmetrics', 'metrics:receiver:spanmetrics'))).to.include(
      '-      receivers: [spanmetrics]',
    );
  });

  it('finds a free name', () => {
    expect(freeId('batch', [])).to.equal('batch');
    expect(freeId('batch', ['batch', 'batch/2'])).to.equal('batch/3');
  });

  it('offers the pipelines that a component fits into and is not in', () => {
    const possible = (places: ReturnType<typeof placesFor>) =>
      places.filter(({ isPossible }) => isPossible).map(({ word }) => word);
    expect(possible(placesFor(graph, [batchItem], { section: 'processors', id: 'batch' }))).to.deep.equal([
      'metrics',
      'logs',
    ]);
    expect(
      possible(placesFor(graph, [batchItem], { section: 'processors', id: 'batch', isNew: true })),
    ).to.deep.equal(['traces', 'metrics', 'logs']);
    expect(
      possible(placesFor(graph, [spanmetrics], { section: 'connectors', id: 'spanmetrics', isNew: true })),
    ).to.deep.equal(['traces: at its end', 'metrics: at its start']);
  });

  it('counts a replaced line once', () => {
    const lines = (line: number, count: number) => ({ line, count });
    expect(
      countChanged([
        { before: lines(1, 2), after: lines(1, 1) },
        { before: lines(5, 0), after: lines(4, 3) },
      ]),
    ).to.equal(5);
  });
});

describe('a place on the drawing', () => {
  const layout = layoutGraph(graph);
  const centre = (key: string) => {
    const box = layout.nodes.get(key);
    if (box === undefined) throw new Error(key);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };

  it('is the lane below the pointer and the place among its processors', () => {
    const first = centre('traces:processor:memory_limiter');
    const at = (x: number) => dropPlaceAt(graph, layout, { x, y: first.y });
    expect(at(first.x - 5)).to.include({ index: 0 });
    expect(at(first.x + 5)).to.include({ index: 1 });
    expect(at(first.x - 5)?.lane.key).to.equal('traces');
    expect(dropPlaceAt(graph, layout, { x: -50, y: first.y })).to.equal(null);
  });

  it('does not count what is being moved', () => {
    const second = centre('traces:processor:batch');
    expect(
      dropPlaceAt(graph, layout, { x: second.x + 300, y: second.y }, 'traces:processor:batch')?.index,
    ).to.equal(1);
  });

  it('becomes the list that a component belongs into', () => {
    const drop = { lane: lane('traces'), index: 1, end: 'exporters' as const };
    expect(placeOfDrop(drop, 'connectors')?.role).to.equal('exporters');
    expect(placeOfDrop(drop, 'processors')).to.include({ role: 'processors', index: 1 });
    expect(placeOfDrop(drop, 'receivers')).to.have.property('role', 'receivers');
    expect(placeOfDrop(drop, 'extensions')).to.equal(null);
  });

  it('is walked with the arrow keys as the eye goes', () => {
    const go = (from: string, direction: 'left' | 'right' | 'up' | 'down') =>
      neighbourOf(layout.nodes, from, direction);
    expect(go('traces:receiver:otlp', 'right')).to.equal('traces:processor:memory_limiter');
    expect(go('traces:processor:batch', 'left')).to.equal('traces:processor:memory_limiter');
    expect(go('traces:receiver:otlp', 'down')).to.equal('metrics:receiver:spanmetrics');
    expect(go('logs:receiver:filelog/apps', 'up')).to.equal('metrics:receiver:spanmetrics');
    expect(go('traces:receiver:otlp', 'left')).to.equal(undefined);
  });

  it('can be walked to from every node', () => {
    const start = 'traces:receiver:otlp';
    const seen = new Set([start]);
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = neighbourOf(layout.nodes, at, direction);
        if (next === undefined || seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    expect([...layout.nodes.keys()].filter((key) => !seen.has(key))).to.deep.equal([]);
  });
});
