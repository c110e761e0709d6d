/** What `infra/collector/schema` prints. */
export interface PrintedRelease {
  readonly components: readonly PrintedComponent[];
  readonly telemetry: PrintedNode;
}

interface PrintedComponent {
  readonly kind: string;
  readonly type: string;
  readonly module: string;
  readonly version: string;
  readonly deprecatedAlias?: string;
  readonly stability: Readonly<Record<string, string>>;
  readonly needsSettings?: boolean;
  readonly settings: PrintedNode;
}

interface PrintedNode {
  readonly type: string;
  readonly fields?: readonly (PrintedNode & { readonly name: string })[];
  readonly element?: PrintedNode;
  readonly default?: unknown;
  readonly optional?: string;
  readonly accepts: string;
  readonly enum?: readonly string[];
  readonly anyCase?: boolean;
  readonly open?: boolean;
  readonly discriminator?: string;
  readonly variants?: Readonly<Record<string, PrintedNode>>;
}

/**
 * The module that keeps a release: every different node once, in a table that names earlier entries only. Lines are
 * kept short enough to be compared, and their order depends on nothing but the components.
 */
export function toReleaseSource(version: string, release: PrintedRelease): string {
  const table = new NodeTable(usualShapes(release));
  const components = release.components.map((component) => {
    const settings = table.add(component.settings);
    const stability = Object.fromEntries(
      Object.entries(component.stability).map(([signal, level]) => [signal, level.toLowerCase()]),
    );
    const { kind, type, module, deprecatedAlias, needsSettings } = component;
    return JSON.stringify({
      kind,
      type,
      module,
      version: component.version,
      ...(deprecatedAlias === undefined ? {} : { deprecatedAlias }),
      stability,
      ...(needsSettings === true ? { needsSettings } : {}),
      settings,
    });
  });
  const telemetry = table.add(release.telemetry);
  const lines = (items: readonly string[]): string => items.map((item) => `    ${item},\n`).join('');
  return `// Generated from the components of Collector ${version} by \`npm run component-library\`: never edited.
import type { ReleaseData } from '../release-data.ts';

// prettier-ignore
export const release: ReleaseData = {
  version: ${JSON.stringify(version)},
  telemetry: ${String(telemetry)},
  accepts: ${JSON.stringify(table.usual)},
  components: [
${lines(components)}  ],
  nodes: [
${lines(table.lines)}  ],
};
`;
}

// The shape that a place of a type takes by its nature. A word can still be refused for what it says.
const naturalShapes: Readonly<Record<string, string>> = {
  string: 's',
  secret: 's',
  int: 'i',
  uint: 'i',
  float: 'f',
  bool: 'b',
  duration: 'd',
  id: 's',
  text: '',
  struct: 'm',
  list: 'l',
  map: 'm',
  any: '',
};

function shapesOf(node: PrintedNode): string {
  if (node.accepts === '?') return '';
  const natural = [...(naturalShapes[node.type] ?? '')].filter((shape) => !node.accepts.includes(shape));
  // A dot: it was asked, and takes none of the shapes, only words of its own.
  return node.accepts + natural.join('') || '.';
}

/** Of each type what most of its places take: only the others say it of themselves. */
function usualShapes(release: PrintedRelease): Readonly<Record<string, string>> {
  const counts = new Map<string, Map<string, number>>();
  const count = (node: PrintedNode): void => {
    const ofType = counts.get(node.type) ?? new Map<string, number>();
    counts.set(node.type, ofType);
    const shapes = shapesOf(node);
    // Where nothing could be asked, the node says so itself.
    if (shapes !== '') ofType.set(shapes, (ofType.get(shapes) ?? 0) + 1);
    for (const child of childrenOf(node)) count(child);
  };
  for (const { settings } of release.components) count(settings);
  count(release.telemetry);
  return Object.fromEntries(
    [...counts]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([type, ofType]) => {
        const most = [...ofType].toSorted(
          ([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1),
        );
        return [type, most[0]?.[0] ?? ''];
      }),
  );
}

function childrenOf(node: PrintedNode): readonly PrintedNode[] {
  return [
    ...(node.fields ?? []),
    ...(node.element === undefined ? [] : [node.element]),
    ...Object.values(node.variants ?? {}),
  ];
}

class NodeTable {
  readonly usual: Readonly<Record<string, string>>;
  readonly lines: string[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(usual: Readonly<Record<string, string>>) {
    this.usual = usual;
  }

  add(node: PrintedNode): number {
    const shapes = shapesOf(node);
    const line = JSON.stringify({
      type: node.type,
      ...(node.fields === undefined
        ? {}
        : { fields: node.fields.map((field) => [field.name, this.add(field)]) }),
      ...(node.element === undefined ? {} : { element: this.add(node.element) }),
      ...(node.default === undefined ? {} : { default: node.default }),
      ...(node.optional === undefined ? {} : { optional: node.optional }),
      ...(shapes === this.usual[node.type] ? {} : { accepts: shapes }),
      ...(node.enum === undefined ? {} : { enum: node.enum }),
      ...(node.anyCase === true ? { anyCase: true } : {}),
      ...(node.open === true ? { open: true } : {}),
      ...(node.discriminator === undefined ? {} : { discriminator: node.discriminator }),
      ...(node.variants === undefined
        ? {}
        : { variants: Object.entries(node.variants).map(([word, variant]) => [word, this.add(variant)]) }),
    });
    const known = this.#indexes.get(line);
    if (known !== undefined) return known;
    this.#indexes.set(line, this.lines.length);
    this.lines.push(line);
    return this.lines.length - 1;
  }
}
