import type { FieldDoc } from './component-doc.ts';

/** Below `service.telemetry`. */
export const telemetryDocs: Readonly<Record<string, FieldDoc>> = {
  logs: "The Collector's own log.",
  'logs.level': 'Lowest level that is written.',
  'logs.encoding': { doc: 'How a line is written.', enum: ['console', 'json'] },
  'logs.development': 'Write as a developer wants it: stack traces from warn on.',
  'logs.initial_fields': 'Fields that every line gets.',
  'logs.output_paths': 'Where the log goes.',
  'logs.error_output_paths': "Where the logger's own errors go.",
  'logs.sampling': 'Leave out repetitions.',
  metrics: "The Collector's own metrics.",
  'metrics.level': 'How many metrics are made.',
  'metrics.readers': 'How they are given out: scraped, or sent at intervals.',
  traces: "The Collector's own traces.",
  resource: 'Attributes of the Collector itself.',
};
