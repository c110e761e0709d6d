import type { ComponentDoc } from './component-doc.ts';

export const connectorDocs: Readonly<Record<string, ComponentDoc>> = {
  forward: { doc: 'Passes telemetry of one pipeline on to others of the same signal.', fields: {} },
  routing: {
    doc: 'Sends telemetry to different pipelines of the same signal, by conditions.',
    fields: {
      default_pipelines: 'Where telemetry goes that no route takes.',
      table: 'The routes, in this order.',
      'table.context': {
        doc: 'What the condition is asked of.',
        enum: ['resource', 'span', 'metric', 'datapoint', 'log', 'request'],
      },
      'table.condition': 'OTTL condition: what makes it true takes this route.',
      'table.statement': 'OTTL statement: route() with a where clause.',
      'table.pipelines': 'Where it goes.',
    },
  },
};
