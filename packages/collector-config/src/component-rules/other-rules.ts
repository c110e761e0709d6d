import { isConfigMap, memberOf } from '../config-value.ts';
import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import { notNegative, required } from './component-rule.ts';
import type { Settings } from './settings.ts';

const bearerToken: ComponentRule = {
  section: 'extensions',
  types: ['bearertokenauth'],
  check: (settings) => [
    ['token', 'tokens', 'filename'].every((key) => settings.at(key).isEmpty)
      ? {
          kind: 'required',
          path: settings.path,
          message: 'A token must be given: token, tokens or filename.',
        }
      : undefined,
  ],
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ulid = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i;

const opamp: ComponentRule = {
  section: 'extensions',
  types: ['opamp'],
  check: (settings) => {
    const uid = settings.at('instance_uid');
    const isKnown = uid.text === undefined || uid.text === '' || uuid.test(uid.text) || ulid.test(uid.text);
    const server = settings.at('server');
    const [ws, http] = [server.at('ws'), server.at('http')];
    return [
      isKnown
        ? undefined
        : {
            kind: 'range',
            path: uid.path,
            at: 'value',
            message: 'instance_uid must be a UUID, or be left out.',
          },
      ws.isEmpty && http.isEmpty && !server.isHidden
        ? {
            kind: 'required',
            path: settings.path,
            message: 'server.ws or server.http must say where the server is.',
          }
        : undefined,
      ...[ws, http].map((one) =>
        one.isEmpty ? undefined : required(one.at('endpoint'), 'endpoint, the URL of the server,'),
      ),
    ];
  },
};

const fileStorage: ComponentRule = {
  section: 'extensions',
  types: ['file_storage'],
  check: (settings) => [notNegative(settings.at('timeout'))],
};

const routing: ComponentRule = {
  section: 'connectors',
  types: ['routing'],
  check: (settings, root) => {
    const table = settings.at('table');
    const pipelines = memberOf(memberOf(root, 'service'), 'pipelines');
    const known = isConfigMap(pipelines) ? new Set(Object.keys(pipelines).map((id) => id.trim())) : undefined;
    const lists = [settings.at('default_pipelines'), ...table.items().map((row) => row.at('pipelines'))];
    return [
      required(table, 'table, with at least one route,'),
      ...table.items().flatMap(checkRoute),
      ...lists.flatMap((list) => list.items().map((item) => checkPipeline(item, known))),
    ];
  },
};

function checkRoute(row: Settings): readonly (ComponentRemark | undefined)[] {
  return [
    required(row.at('pipelines'), 'pipelines, where the route leads,'),
    row.at('statement').isEmpty && row.at('condition').isEmpty
      ? { kind: 'required', path: row.path, message: 'A route needs a condition or a statement.' }
      : undefined,
  ];
}

function checkPipeline(item: Settings, known: ReadonlySet<string> | undefined): ComponentRemark | undefined {
  if (known === undefined || item.text === undefined || known.has(item.text.trim())) return undefined;
  return {
    kind: 'reference',
    path: item.path,
    at: 'value',
    message: `There is no pipeline "${item.text.slice(0, 80)}" under service.pipelines.`,
  };
}

export const otherRules: readonly ComponentRule[] = [bearerToken, opamp, fileStorage, routing];
