import { anyType, type Field, listOf, stringType, type ValueType } from './value-type.ts';

/** What an expression is written for. */
export type ContextName = 'selector' | 'lint' | 'policy';

/** The names that an expression may use in one context. */
export interface ContextSchema {
  readonly name: ContextName;
  readonly roots: Readonly<Record<string, Field>>;
  /** Whether a path that starts with no root names a label. */
  readonly hasBareLabels: boolean;
}

const capabilities: Field = {
  type: listOf(stringType),
  doc: 'What the agent can do, by name: AcceptsRemoteConfig, ReportsHealth …',
};

const group: Field = { type: stringType, doc: 'The name of its group; null when it is in none.' };

const agent: Field = {
  doc: 'The agent.',
  type: {
    kind: 'object',
    fields: {
      description: {
        type: { kind: 'map', value: stringType },
        doc: 'Labels: what the agent reports of itself, overlaid by the labels that the server set.',
      },
      capabilities,
      group,
    },
  },
};

/** Where an agent is now is not for a selector to ask: the answer would move the agent, and with it the answer. */
const selectedAgent: Field = {
  doc: agent.doc,
  type: {
    kind: 'object',
    fields: {
      ...(agent.type.kind === 'object' ? agent.type.fields : {}),
      group: {
        ...group,
        notHere: {
          code: 'selector/asks-for-group',
          message:
            'A selector decides which group an agent is in and cannot ask for it. Ask for a label instead.',
        },
      },
    },
  },
};

const tenant: Field = { type: stringType, doc: 'The name of the tenant.' };
const capability: Field = {
  ...capabilities,
  doc: 'The same as agent.capabilities: a comparison holds when it holds for one of them.',
};

const component: ValueType = {
  kind: 'object',
  fields: {
    alias: { type: stringType, doc: 'The id as written: otlp/backup.' },
    type: { type: stringType, doc: 'The part before the slash: otlp.' },
    name: { type: stringType, doc: 'The part after the slash; null when there is none.' },
    props: { type: anyType, doc: 'The settings as written; null when there are none.' },
    used: { type: { kind: 'boolean' }, doc: 'Whether a pipeline, or for extensions the service, names it.' },
  },
};

const componentIds: ValueType = listOf(stringType);

const config: Field = {
  doc: 'The configuration.',
  type: {
    kind: 'object',
    fields: {
      yaml: { type: anyType, doc: 'All of it as written: config.yaml.service.telemetry.logs.level.' },
      receivers: { type: listOf(component), doc: 'The receivers defined.' },
      processors: { type: listOf(component), doc: 'The processors defined.' },
      exporters: { type: listOf(component), doc: 'The exporters defined.' },
      connectors: { type: listOf(component), doc: 'The connectors defined.' },
      extensions: { type: listOf(component), doc: 'The extensions defined.' },
      pipelines: {
        doc: 'The pipelines by id: config.pipelines.traces.exporters.',
        type: {
          kind: 'map',
          value: {
            kind: 'object',
            fields: {
              id: { type: stringType, doc: 'The id: traces/backup.' },
              signal: { type: stringType, doc: 'traces, metrics, logs or profiles.' },
              receivers: { type: componentIds, doc: 'Ids of its receivers.' },
              processors: { type: componentIds, doc: 'Ids of its processors, in order.' },
              exporters: { type: componentIds, doc: 'Ids of its exporters.' },
            },
          },
        },
      },
    },
  },
};

/** The three contexts. */
export const contextSchemas: Readonly<Record<ContextName, ContextSchema>> = {
  selector: { name: 'selector', hasBareLabels: true, roots: { agent: selectedAgent, capability, tenant } },
  lint: { name: 'lint', hasBareLabels: false, roots: { config } },
  policy: { name: 'policy', hasBareLabels: false, roots: { agent, capability, config, tenant } },
};
