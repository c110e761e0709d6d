import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, type Document } from 'yaml';
import type { SettingEntry, SettingFault } from './setting-entry.ts';
import { findSettingKey, settingKeys } from './setting-keys.ts';
import { suggestion } from './suggestion.ts';

export interface YamlReading {
  readonly entries: readonly SettingEntry[];
  readonly faults: readonly SettingFault[];
}

/** Every key of the file with its line. Sections are nested mappings; anything else is a fault that names its line. */
export function readYamlEntries(yamlText: string, fileName: string): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${fileName} line ${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    return {
      entries: [],
      faults: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return `${fileName} line ${line}, column ${col}: not valid YAML: ${error.message}`;
      }),
    };
  }
  const entries: SettingEntry[] = [];
  const faults: SettingFault[] = [];
  walk(document.contents, '');
  return { entries, faults };

  function walk(node: unknown, path: string): void {
    const content = resolve(node, document);
    if (content === null || (isScalar(content) && content.value === null)) return;
    if (!isMap(content)) {
      const what = path === '' ? 'the file' : path;
      faults.push(`${at(content.range?.[0] ?? 0)}: ${what} is not a section of "Key: value" lines`);
      return;
    }
    for (const pair of content.items) visit(pair.key, pair.value, path);
  }

  function visit(keyNode: unknown, valueNode: unknown, path: string): void {
    const key = isScalar(keyNode) ? String(keyNode.value) : '?';
    const offset = isScalar(keyNode) ? (keyNode.range?.[0] ?? 0) : 0;
    const name = path === '' ? key : `${path}:${key}`;
    if (isSection(name)) {
      walk(valueNode, name);
      return;
    }
    if (findSettingKey(name) === undefined) {
      faults.push(`${at(offset)}: ${name} is not a setting${suggestion(name)}`);
      return;
    }
    const content = resolve(valueNode, document);
    entries.push({ name, value: isScalar(content) ? content.value : shapeOf(content), source: at(offset) });
  }
}

function resolve(node: unknown, document: Document): Node | null {
  if (isAlias(node)) return (node.resolve(document) as Node | undefined) ?? null;
  return (node as Node | null | undefined) ?? null;
}

function isSection(name: string): boolean {
  for (const key of settingKeys.keys()) if (key.startsWith(`${name}:`)) return true;
  return false;
}

/** Stands for a mapping or list where one value belongs; no key accepts it. */
function shapeOf(node: Node | null): unknown {
  if (node === null) return null;
  return isMap(node) ? {} : [];
}
