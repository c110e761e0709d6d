import { findOttlFault } from '../ottl/find-ottl-fault.ts';
import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import type { Settings } from './settings.ts';

type Remark = ComponentRemark | undefined;

function checkOttl(settings: Settings, kind: 'statement' | 'condition'): Remark {
  const { text } = settings;
  if (text === undefined) return undefined;
  // Two dollar signs are one by the time that a statement is read.
  const fault = findOttlFault(text.replaceAll('$$', '$'), kind);
  if (fault === undefined) return undefined;
  return { kind: 'expression', path: settings.path, at: 'value', message: fault.message };
}

function each(list: Settings, kind: 'statement' | 'condition'): readonly Remark[] {
  return list.items().map((item) => checkOttl(item, kind));
}

const statementKeys = ['trace_statements', 'metric_statements', 'log_statements', 'profile_statements'];

const transform: ComponentRule = {
  section: 'processors',
  types: ['transform'],
  check: (settings) =>
    statementKeys.flatMap((key) => {
      const items = settings.at(key).items();
      const group = items.find((item) => item.keys().length > 0);
      const mixed = group === undefined ? undefined : items.find((item) => item.text !== undefined);
      return [
        mixed === undefined
          ? undefined
          : {
              kind: 'conflict',
              path: mixed.path,
              message:
                'Statements stand either bare in this list or under a context, not both: put this one under a context too.',
            },
        ...items.flatMap((item) => [
          checkOttl(item, 'statement'),
          ...each(item.at('statements'), 'statement'),
          ...each(item.at('conditions'), 'condition'),
        ]),
      ];
    }),
};

const conditionLists = [
  ['traces', 'resource'],
  ['traces', 'span'],
  ['traces', 'spanevent'],
  ['metrics', 'resource'],
  ['metrics', 'metric'],
  ['metrics', 'datapoint'],
  ['logs', 'resource'],
  ['logs', 'log_record'],
  ['profiles', 'profile'],
] as const;

const filter: ComponentRule = {
  section: 'processors',
  types: ['filter'],
  check: (settings) => conditionLists.flatMap((keys) => each(settings.at(...keys), 'condition')),
};

const routing: ComponentRule = {
  section: 'connectors',
  types: ['routing'],
  check: (settings) =>
    settings
      .at('table')
      .items()
      .flatMap((row) => [
        checkOttl(row.at('statement'), 'statement'),
        // A condition on a request is of a language of its own.
        row.at('context').text === 'request' ? undefined : checkOttl(row.at('condition'), 'condition'),
      ]),
};

export const ottlRules: readonly ComponentRule[] = [transform, filter, routing];
