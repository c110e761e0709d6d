import { defineBench, type Measured } from './harness.ts';
import { createEdgeRun } from './servers/edge-run.ts';

/**
 * P5: one 5 KB configuration assigned to all of 10,000 connected agents, until the last one has the last byte.
 * The product's time begins with the operator's command, so the append, the edge's subscription and the reading of the
 * text count. Baseline: a bare broadcast of one frame, made once, of the same size.
 */
const AGENTS = 10_000;
const CONFIG_BYTES = 5 * 1024;
const run = createEdgeRun({
  agents: AGENTS,
  agentsWhenQuick: 2_000,
  baseline: 'bare-server',
});

defineBench({
  id: 'push',
  title: 'P5 one 5 KB configuration to all agents (10,000; quick: 2,000), last byte',
  rounds: 7,
  unit: 'ms',
  higherIsBetter: false,
  bound: 2,
  aim: 1.2,
  setUp: (quick) => run.setUp(quick),
  tearDown: () => run.tearDown(),
  baseline(): Promise<Measured> {
    const frame = Buffer.alloc(CONFIG_BYTES + 80, 120);
    return run.push('baseline', async (server) => () => server.ask('broadcast', frame));
  },
  product(): Promise<Measured> {
    return run.push('product', async (server) => {
      const published = await server.ask('publish', configurationText());
      return () => server.ask('assignToAll', published);
    });
  },
});

let texts = 0;

/** A valid Collector configuration of 5 KB, another one each time. */
function configurationText(): string {
  const head = `receivers: { otlp: { protocols: { grpc: { endpoint: 127.0.0.1:4317 } } } }
processors:
  batch: { timeout: ${++texts}s }
  attributes:
    actions:
`;
  const tail = `exporters: { otlp: { endpoint: gateway.example.net:4317 } }
service: { pipelines: { traces: { receivers: [otlp], processors: [attributes, batch], exporters: [otlp] } } }
`;
  let actions = '';
  for (let line = 0; head.length + actions.length + tail.length < CONFIG_BYTES - 70; line++)
    actions += `      - { key: deployment.label.${line}, value: ${(line * 2_654_435_761) % 100_000}, action: upsert }\n`;
  const text = head + actions + tail;
  return `${text}#${'.'.repeat(Math.max(0, CONFIG_BYTES - text.length - 2))}\n`;
}
