import { expect } from 'chai';
import fc from 'fast-check';

import { checkConfig } from '../check-config.ts';
import type { ConfigDocument } from '../parse-config.ts';
import { parseConfig } from '../parse-config.ts';
import { readFixture } from '../read-fixture.spec.ts';
import { buildGraph } from './build-graph.ts';
import { laneAtLine, linesOf, nodesAtLine } from './graph-lines.ts';
import type { PipelineGraph } from './graph-model.ts';
import { layoutGraph } from './layout-graph.ts';
import { describeGraph, renderGraphSvg } from './render-graph-svg.ts';

function documentOf(text: string): ConfigDocument {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.document;
}

function edgesOf(graph: PipelineGraph): readonly string[] {
  return graph.edges.map((edge) => `${edge.from} > ${edge.to}`);
}

const broken = `receivers:
  otlp:
exporters:
  debug:
    verbosity: basic
  spare:
connectors:
  spanmetrics:
service:
  pipelines:
    metrics:
      receivers: [spanmetrics]
      exporters: [debug]
    traces:
      receivers: [otlp, nowhere]
      processors:
        - batch
        - batch
      exporters: [debug, spanmetrics]
    logs:
      receivers: [otlp]
`;

describe('the pipeline graph', () => {
  it('of a gateway has its lanes by signal, its flow, and its connector across lanes', () => {
    const graph = buildGraph(documentOf(readFixture('gateway.yaml')));
    expect(graph.lanes.map((lane) => lane.key)).to.deep.equal(['traces', 'traces/out', 'metrics']);
    expect(edgesOf(graph)).to.have.members([
      'traces:processor:memory_limiter > traces:processor:batch',
      'traces:receiver:otlp > traces:processor:memory_limiter',
      'traces:processor:batch > traces:exporter:forward',
      'traces/out:receiver:forward > traces/out:exporter:otlp/backend',
      'traces/out:receiver:forward > traces/out:exporter:debug',
      'metrics:processor:memory_limiter > metrics:processor:batch/large',
      'metrics:receiver:otlp > metrics:processor:memory_limiter',
      'metrics:processor:batch/large > metrics:exporter:otlp/backend',
      'traces:exporter:forward > traces/out:receiver:forward',
    ]);
    expect(graph.edges.at(-1)).to.include({ kind: 'connector', lane: null });
    expect(graph.extensions).to.deep.equal(['extension:health_check']);
    expect(graph.unused).to.deep.equal([]);
  });

  it('shows what is named and not defined, what is there twice, and what nothing uses', () => {
    const graph = buildGraph(documentOf(broken));
    const states = Object.fromEntries(graph.nodes.map((node) => [node.key, node.state]));
    expect(states).to.include({
      'traces:receiver:nowhere': 'undefined',
      'traces:processor:batch': 'undefined',
      'traces:processor:batch#2': 'undefined',
      'metrics:receiver:spanmetrics': 'defined',
      'unused:exporters:spare': 'defined',
    });
    expect(graph.unused).to.deep.equal(['unused:exporters:spare']);
    const connector = graph.edges.find((edge) => edge.kind === 'connector');
    expect(connector).to.include({ fromSignal: 'traces', toSignal: 'metrics' });
  });

  it('puts each finding at its node, at its lane, or at the whole', () => {
    const document = documentOf(`${broken}nonsense: 1\n`);
    const graph = buildGraph(document, checkConfig(document));
    const at = (key: string): readonly string[] =>
      graph.nodes.find((node) => node.key === key)?.findings.map((finding) => finding.code) ?? [];
    expect(at('traces:receiver:nowhere')).to.deep.equal(['reference/undefined-receiver']);
    expect(at('traces:processor:batch#2')).to.include('pipeline/duplicate-processor');
    expect(at('unused:exporters:spare')).to.deep.equal(['component/unused']);
    const logs = graph.lanes.find((lane) => lane.key === 'logs');
    expect(logs?.findings.map((finding) => finding.code)).to.deep.equal(['pipeline/no-exporters']);
    expect(graph.findings.map((finding) => finding.code)).to.deep.equal(['structure/unknown-section']);
  });

  it('does not take for missing what a reference may define', () => {
    const graph = buildGraph(
      documentOf(
        'receivers: ${file:in.yaml}\nservice: {pipelines: {logs: {receivers: [otlp], exporters: "${env:OUT}"}}}',
      ),
    );
    expect(graph.nodes.map((node) => node.state)).to.deep.equal(['unknown']);
    expect(graph.lanes[0]?.isPartial).to.equal(true);
  });

  it('knows the lines of a node, and the nodes of a line', () => {
    const graph = buildGraph(documentOf(broken));
    const debug = graph.nodes.find((node) => node.key === 'traces:exporter:debug')!;
    expect(linesOf(debug)).to.deep.equal([
      { first: 19, last: 19 },
      { first: 4, last: 5 },
    ]);
    expect(nodesAtLine(graph, 5).map((node) => node.key)).to.deep.equal([
      'metrics:exporter:debug',
      'traces:exporter:debug',
    ]);
    expect(nodesAtLine(graph, 18).map((node) => node.key)).to.deep.equal(['traces:processor:batch#2']);
    expect(nodesAtLine(graph, 6).map((node) => node.key)).to.deep.equal(['unused:exporters:spare']);
    expect(nodesAtLine(graph, 9)).to.deep.equal([]);
    expect(laneAtLine(graph, 16)?.key).to.equal('traces');
  });

  it('grows with the number of uses and not with their product', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `nop/${index}`);
    const section = ids.map((id) => `  ${id}:\n`).join('');
    const list = `[${ids.join(', ')}]`;
    const pipelines = ['traces', 'logs']
      .map((signal) => `    ${signal}: {receivers: ${list}, exporters: ${list}}\n`)
      .join('');
    const graph = buildGraph(
      documentOf(`receivers:\n${section}exporters:\n${section}service:\n  pipelines:\n${pipelines}`),
    );
    expect(graph.nodes).to.have.length(800);
    expect(graph.edges).to.have.length(800);
    expect(graph.junctions).to.have.length(2);
  });
});

describe('the layout of a graph', () => {
  const names = ['gateway.yaml', 'gateway.effective.yaml', 'edge.yaml', 'edge.effective.yaml'];
  const graphs = [broken, ...names.map(readFixture)].map((text) => buildGraph(documentOf(text)));

  it('gives every node a place of its own, inside its lane and the drawing', () => {
    for (const graph of graphs) {
      const { nodes, lanes, width, height } = layoutGraph(graph);
      expect(nodes.size).to.equal(graph.nodes.length);
      const places = [...nodes.values()].map((box) => `${box.x},${box.y}`);
      expect(new Set(places).size).to.equal(places.length);
      for (const box of nodes.values()) {
        expect(box.x + box.width).to.be.at.most(width);
        expect(box.y + box.height).to.be.at.most(height);
        const home = lanes.filter((lane) => lane.y <= box.y && box.y + box.height <= lane.y + lane.height);
        expect(home).to.have.length(1);
      }
    }
  });

  it('goes from left to right', () => {
    for (const graph of graphs) {
      const { nodes, junctions } = layoutGraph(graph);
      for (const edge of graph.edges.filter((one) => one.kind === 'flow')) {
        const from = nodes.get(edge.from) ?? junctions.get(edge.from)!;
        const to = nodes.get(edge.to) ?? junctions.get(edge.to)!;
        expect(from.x + from.width).to.be.below(to.x);
      }
    }
  });
});

describe('the drawing of a graph', () => {
  it('is one document that says in words what it shows', () => {
    const graph = buildGraph(documentOf(broken));
    for (const theme of ['light', 'dark'] as const) {
      const svg = renderGraphSvg(graph, { title: 'edge <v1> & "more"', theme });
      expect(svg).to.match(/^<svg /);
      expect(svg).to.contain('edge &lt;v1&gt; &amp; &quot;more&quot;');
      expect(svg).to.not.match(/href=|<script|<style|NaN/);
    }
    expect(describeGraph(graph)).to.equal(
      'Pipeline traces: from otlp, nowhere, through batch, batch, to debug, spanmetrics. ' +
        'Pipeline metrics: from spanmetrics, to debug. Pipeline logs: from otlp, to nothing. Defined and not used: spare.',
    );
  });
});

describe('any configuration', () => {
  const ids = fc.array(fc.constantFrom('otlp', 'batch', 'forward', 'a b', '${env:X}', '<b>"&'), {
    maxLength: 4,
  });
  const pipeline = fc.oneof(
    fc.record({ receivers: ids, processors: ids, exporters: ids }, { requiredKeys: [] }),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const section = fc.oneof(
    fc.dictionary(fc.constantFrom('otlp', 'batch', 'forward', 'x'), fc.jsonValue({ maxDepth: 1 })),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const config = fc.record(
    {
      receivers: section,
      processors: section,
      exporters: section,
      connectors: section,
      extensions: section,
      service: fc.oneof(
        fc.record({
          extensions: fc.oneof(ids, fc.jsonValue({ maxDepth: 1 })),
          pipelines: fc.dictionary(fc.constantFrom('traces', 'logs', 'metrics/x', 'odd'), pipeline),
        }),
        fc.jsonValue({ maxDepth: 2 }),
      ),
    },
    { requiredKeys: ['service'] },
  );

  it('however wrong, has a graph whose edges end at nodes, each node placed, and a drawing', () => {
    fc.assert(
      fc.property(config, (given) => {
        const parsed = parseConfig(JSON.stringify(given));
        if (!parsed.ok) return;
        const graph = buildGraph(parsed.document, checkConfig(parsed.document));
        const { nodes, junctions } = layoutGraph(graph);
        const keys = new Set([...graph.nodes, ...graph.junctions].map((one) => one.key));
        expect(keys.size).to.equal(graph.nodes.length + graph.junctions.length);
        expect(nodes.size + junctions.size).to.equal(keys.size);
        for (const edge of graph.edges) expect(keys.has(edge.from) && keys.has(edge.to)).to.equal(true);
        const svg = renderGraphSvg(graph, { title: 'any' });
        expect(svg).to.not.contain('NaN');
        expect(svg.replaceAll(/<[^<>]*>/g, '')).to.not.match(/[<>]/);
      }),
      { numRuns: 500 },
    );
  });
});
