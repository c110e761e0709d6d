import type { ContextSchema } from './context-schema.ts';
import { printPath } from './print-expression.ts';
import type { Path, PathStep } from './syntax-tree.ts';
import { anyType, type Field, stringType, type ValueType } from './value-type.ts';

/** A quantifier around: the name of its element, if it has one, and what is known of it. */
export interface ElementScope {
  readonly name: string | null;
  readonly type: ValueType;
}

export interface ResolvedPath {
  readonly type: ValueType;
  /** From a root, as text: `agent.description["service.name"]`. Null for a path into an element. */
  readonly reference: string | null;
  /** The label that is read, when it is one. */
  readonly label: string | null;
  readonly fault?: PathFault;
  readonly notHere?: Field['notHere'];
}

export interface PathFault {
  readonly step: PathStep;
  readonly why: 'unknown-root' | 'unknown-field' | 'no-fields';
  /** What could stand there. */
  readonly known: readonly string[];
  readonly parent: ValueType | null;
}

/** What a path names, in a context and inside quantifiers (outermost first). */
export function resolvePath(
  path: Path,
  schema: ContextSchema,
  scopes: readonly ElementScope[],
): ResolvedPath {
  const [head] = path.steps;
  if (head === undefined) return { type: anyType, reference: null, label: null };
  const named = scopes.findLast((scope) => scope.name === head.key);
  if (named !== undefined) return walk(named.type, path.steps.slice(1), null);
  const innermost = scopes.at(-1);
  if (innermost !== undefined && head.key === 'it') return walk(innermost.type, path.steps.slice(1), null);
  if (Object.hasOwn(schema.roots, head.key))
    return walk(schema.roots[head.key]?.type ?? anyType, path.steps.slice(1), head.key);
  if (innermost !== undefined) return walk(innermost.type, path.steps, null);
  if (schema.hasBareLabels) return walk({ kind: 'map', value: stringType }, path.steps, 'agent.description');
  const known = Object.keys(schema.roots);
  const fault: PathFault = { step: head, why: 'unknown-root', known, parent: null };
  return { type: anyType, reference: null, label: null, fault };
}

function walk(start: ValueType, steps: readonly PathStep[], root: string | null): ResolvedPath {
  let type = start;
  let reference = root;
  let label: string | null = null;
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined) break;
    if (type.kind === 'any') {
      if (reference !== null) reference += printPath([{ ...step, key: '' }, ...steps.slice(at)]);
      break;
    }
    if (type.kind === 'map' && type.value.kind === 'string') {
      // Keys of labels hold dots: the steps that are left are one key.
      let end = at + 1;
      if (!step.bracketed) while (end < steps.length && steps[end]?.bracketed === false) end += 1;
      const key = steps
        .slice(at, end)
        .map((one) => one.key)
        .join('.');
      label = reference === 'agent.description' ? key : null;
      if (reference !== null) reference += `[${JSON.stringify(key)}]`;
      type = type.value;
      at = end - 1;
    } else if (type.kind === 'map') {
      if (reference !== null) reference += `[${JSON.stringify(step.key)}]`;
      type = type.value;
    } else if (type.kind === 'list' && /^\d+$/.test(step.key)) {
      if (reference !== null) reference += `[${step.key}]`;
      type = type.element;
    } else if (type.kind === 'object' && Object.hasOwn(type.fields, step.key)) {
      const field = type.fields[step.key];
      if (reference !== null) reference += `.${step.key}`;
      type = field?.type ?? anyType;
      if (field?.notHere !== undefined) return { type, reference, label, notHere: field.notHere };
    } else {
      const isObject = type.kind === 'object';
      const fault: PathFault = {
        step,
        why: isObject ? 'unknown-field' : 'no-fields',
        known: type.kind === 'object' ? Object.keys(type.fields) : [],
        parent: type,
      };
      return { type: anyType, reference, label, fault };
    }
  }
  return { type, reference, label };
}
