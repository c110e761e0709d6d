import { contextSchemas, type ContextName, type ContextSchema } from './context-schema.ts';
import { parseDuration } from './duration.ts';
import { functions } from './functions.ts';
import { nearestName } from './nearest-name.ts';
import { parseExpression } from './parse-expression.ts';
import { printExpression } from './print-expression.ts';
import { type Problem, Problems } from './problem.ts';
import { compilePattern, maxPatternCost } from './regular-expression.ts';
import { type ElementScope, resolvePath } from './resolve-path.ts';
import type {
  Call,
  Comparison,
  Expression,
  HasKey,
  Literal,
  Matches,
  Membership,
  Path,
  Quantifier,
  Span,
} from './syntax-tree.ts';
import { anyType, booleanType, nameOfType, stringType, type ValueType } from './value-type.ts';

export interface CheckedExpression {
  /** False when a problem is an error: the expression must not be saved. */
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly type: ValueType;
  readonly ast: Expression;
  /** Paths that are read, from their roots, each once, in order: `agent.description["service.name"]`. */
  readonly references: readonly string[];
  /** Labels among them, by key. */
  readonly labelKeys: readonly string[];
}

/** Parses a text and checks it against a context: every problem has a place. Never throws. */
export function checkExpression(text: string, context: ContextName | ContextSchema): CheckedExpression {
  const parsed = parseExpression(text);
  const schema = typeof context === 'string' ? contextSchemas[context] : context;
  const problems = new Problems(text);
  for (const problem of parsed.problems) problems.add(problem);
  const check = new Check(schema, problems);
  const isReadable = !parsed.problems.some((problem) => problem.code.startsWith('limit/'));
  const type = isReadable ? check.whole(parsed.ast) : anyType;
  return {
    ok: !problems.hasErrors,
    problems: problems.list(),
    type,
    ast: parsed.ast,
    references: [...check.references],
    labelKeys: [...check.labelKeys],
  };
}

class Check {
  readonly references = new Set<string>();
  readonly labelKeys = new Set<string>();
  readonly #schema: ContextSchema;
  readonly #problems: Problems;
  readonly #scopes: ElementScope[] = [];
  #patternCost = 0;

  constructor(schema: ContextSchema, problems: Problems) {
    this.#schema = schema;
    this.#problems = problems;
  }

  whole(node: Expression): ValueType {
    const type = this.#condition(node);
    return type;
  }

  #typeOf(node: Expression): ValueType {
    if (this.#problems.isFull) return anyType;
    switch (node.kind) {
      case 'literal':
        return { kind: node.literal.type };
      case 'path':
        return this.#path(node);
      case 'call':
        return this.#call(node);
      case 'not':
        this.#condition(node.operand);
        return booleanType;
      case 'and':
      case 'or':
        for (const operand of node.operands) this.#condition(operand);
        return booleanType;
      case 'comparison':
        this.#comparison(node);
        return booleanType;
      case 'in':
        this.#membership(node);
        return booleanType;
      case 'matches':
        this.#matches(node);
        return booleanType;
      case 'has-key':
        this.#hasKey(node);
        return booleanType;
      case 'any':
      case 'all':
        this.#quantifier(node);
        return booleanType;
      case 'missing':
        return anyType;
    }
  }

  #condition(node: Expression): ValueType {
    const type = this.#typeOf(node);
    if (type.kind === 'boolean' || type.kind === 'any') return type;
    const shown = clip(printExpression(node));
    const advice =
      node.kind === 'path' && type.kind === 'string'
        ? ` Compare it: ${shown} = "…", or ask whether it is there: ${shown} != null.`
        : type.kind === 'list'
          ? ` Say what holds for its elements: any (${shown}) where …`
          : '';
    this.#error(
      'type/condition',
      node,
      `A condition is wanted here, and ${shown} is ${nameOfType(type)}.${advice}`,
    );
    return booleanType;
  }

  #path(node: Path): ValueType {
    const { type, reference, label, fault, notHere } = resolvePath(node, this.#schema, this.#scopes);
    if (reference !== null) this.references.add(reference);
    if (label !== null) this.labelKeys.add(label);
    const [head] = node.steps;
    if (label !== null && head !== undefined && node.steps.length > 1 && this.#isRootElsewhere(head.key))
      this.#warn(
        'path/other-context',
        node,
        `${clip(printExpression(node))} is read as a label here: ${head.key} is not known in a ${this.#schema.name} expression.`,
      );
    if (notHere !== undefined) this.#error(notHere.code, node, notHere.message);
    if (fault === undefined) return type;
    const { step, why, known } = fault;
    const nearest = nearestName(step.key, known);
    const mean = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    const there = known.length === 0 ? '' : ` There are ${known.join(', ')}.`;
    if (why === 'unknown-root')
      this.#error(
        'path/unknown',
        step,
        `"${clip(step.key)}" is not known in a ${this.#schema.name} expression.${mean || there}`,
        nearest,
      );
    else if (why === 'unknown-field')
      this.#error('path/unknown', step, `There is no "${clip(step.key)}" here.${mean || there}`, nearest);
    else {
      const parent = nameOfType(fault.parent ?? anyType);
      const isElement = this.#scopes.length > 0 && step === node.steps[0];
      const advice = isElement ? ' Its elements are called it.' : '';
      this.#error(
        'path/no-fields',
        step,
        `"${clip(step.key)}" is asked of ${parent}, which has no keys.${advice}`,
      );
    }
    return type;
  }

  #isRootElsewhere(name: string): boolean {
    return (
      !Object.hasOwn(this.#schema.roots, name) &&
      Object.values(contextSchemas).some((other) => Object.hasOwn(other.roots, name))
    );
  }

  #call(node: Call): ValueType {
    const definition = functions.get(node.name);
    if (definition === undefined) {
      const nearest = nearestName(node.name, functions.keys());
      const advice =
        nearest === undefined
          ? ` There are ${[...functions.keys()].join(', ')}.`
          : ` Did you mean ${nearest}?`;
      this.#error(
        'function/unknown',
        node.nameSpan,
        `There is no function "${clip(node.name)}".${advice}`,
        nearest,
      );
      for (const argument of node.args) this.#typeOf(argument);
      return anyType;
    }
    const { parameters, repeatsLast = false, result } = definition;
    const isFit = repeatsLast
      ? node.args.length >= parameters.length
      : node.args.length === parameters.length;
    if (!isFit) {
      const wanted = `${parameters.map((one) => one.name).join(', ')}${repeatsLast ? ', …' : ''}`;
      this.#error(
        'function/arguments',
        node,
        `${node.name}(${wanted}) is given ${node.args.length} ${node.args.length === 1 ? 'argument' : 'arguments'}.`,
      );
    }
    for (const [index, argument] of node.args.entries()) {
      const type = this.#typeOf(argument);
      const wanted = (parameters[index] ?? parameters.at(-1))?.type ?? anyType;
      if (wanted.kind === 'any' || type.kind === 'any' || type.kind === wanted.kind) continue;
      if (type.kind === 'null') this.#warn('null/always', argument, `${node.name} of null is null.`);
      else
        this.#error(
          'type/argument',
          argument,
          `${node.name} takes ${nameOfType(wanted)} here, not ${nameOfType(type)}.`,
        );
    }
    const [first] = node.args;
    if (
      node.name === 'duration' &&
      first !== undefined &&
      isText(first) &&
      parseDuration(first.literal.value) === undefined
    )
      this.#error(
        'type/duration',
        first,
        `"${clip(first.literal.value)}" is no duration. Write 90s, 1m30s or 500ms.`,
      );
    if (node.name === 'regex' && first !== undefined && isText(first))
      this.#pattern(first.literal.value, first);
    return result;
  }

  #comparison(node: Comparison): void {
    const left = this.#typeOf(node.left);
    const right = this.#typeOf(node.right);
    const { operator } = node;
    const isEquality = operator === '=' || operator === '!=';
    if (left.kind === 'null' || right.kind === 'null') {
      if (!isEquality)
        this.#warn(
          'null/always',
          node,
          `Nothing is ${operator} null: this is always false. Ask = null or != null.`,
        );
      else if (left.kind === 'null' && right.kind === 'null')
        this.#warn('constant', node, `Both sides are null: this is always ${operator === '='}.`);
      return;
    }
    if (isLiteral(node.left) && isLiteral(node.right))
      this.#warn('constant', node, 'Both sides are written out: the comparison always gives the same.');
    const [one, other] = [scalarOf(left), scalarOf(right)];
    if (one.kind === 'any' || other.kind === 'any') {
      const wrong = isEquality ? undefined : [one, other].find(isUnordered);
      if (wrong !== undefined)
        this.#error(
          'type/comparison',
          node,
          `${operator} orders numbers, texts and durations, not ${nameOfType(wrong)}.`,
        );
      return;
    }
    if (isDurationWithText(one, other)) return this.#durationText(node);
    if (one.kind !== other.kind) {
      const literal = isLiteral(node.right) ? node.right : isLiteral(node.left) ? node.left : undefined;
      const isLabel =
        (one.kind === 'string' || other.kind === 'string') && literal !== undefined && !isText(literal);
      const quoted = isLabel ? JSON.stringify(printExpression(literal)) : undefined;
      const asNumber = isLabel && literal.literal.type === 'number' && !isEquality;
      const advice = asNumber
        ? ` Turn the text into a number: number(${clip(printExpression(literal === node.right ? node.left : node.right))}).`
        : quoted === undefined
          ? ''
          : ` Put quotes around it: ${quoted}.`;
      this.#error(
        'type/comparison',
        node,
        `This compares ${nameOfType(one)} with ${nameOfType(other)}.${advice}`,
        asNumber ? undefined : quoted,
      );
      return;
    }
    if (!isEquality && isUnordered(one))
      this.#error(
        'type/comparison',
        node,
        `${operator} orders numbers, texts and durations, not ${nameOfType(one)}.`,
      );
  }

  #durationText(node: Comparison): void {
    for (const side of [node.left, node.right])
      if (isText(side) && parseDuration(side.literal.value) === undefined)
        this.#error(
          'type/duration',
          side,
          `"${clip(side.literal.value)}" is no duration. Write 90s, 1m30s or 500ms.`,
        );
  }

  #membership(node: Membership): void {
    const left = scalarOf(this.#typeOf(node.left));
    if (left.kind === 'null') this.#warn('null/always', node, 'null is in no list: this is always false.');
    for (const item of node.items) {
      const type = scalarOf(this.#typeOf(item));
      if (type.kind === 'null')
        this.#warn('null/always', item, 'null in a list matches nothing. Ask = null instead.');
      else if (
        left.kind !== 'any' &&
        left.kind !== 'null' &&
        type.kind !== 'any' &&
        type.kind !== left.kind &&
        !isDurationWithText(left, type)
      ) {
        const quoted =
          left.kind === 'string' && isLiteral(item) ? JSON.stringify(printExpression(item)) : undefined;
        const advice = quoted === undefined ? '' : ` Put quotes around it: ${quoted}.`;
        this.#error(
          'type/comparison',
          item,
          `${nameOfType(type)} stands in a list for ${nameOfType(left)}.${advice}`,
          quoted,
        );
      }
    }
  }

  #matches(node: Matches): void {
    const type = scalarOf(this.#typeOf(node.left));
    if (type.kind === 'null') this.#warn('null/always', node, 'null matches nothing: this is always false.');
    else if (type.kind !== 'any' && type.kind !== 'string')
      this.#error('type/matches', node.left, `matches takes text, not ${nameOfType(type)}.`);
    this.#pattern(node.pattern, node.patternSpan);
  }

  #pattern(pattern: string, span: Span): void {
    if (this.#patternCost > maxPatternCost) return;
    const compiled = compilePattern(pattern);
    if (!compiled.ok) return this.#error('regex/invalid', span, compiled.message);
    this.#patternCost += compiled.expression.cost;
    if (this.#patternCost > maxPatternCost)
      this.#error(
        'regex/too-many',
        span,
        'The patterns up to here are too large together. Use fewer, or smaller repeats.',
      );
  }

  #hasKey(node: HasKey): void {
    if (node.target === null && this.#scopes.length === 0) {
      if (!this.#schema.hasBareLabels)
        return this.#error(
          'has-key/no-target',
          node,
          `Say whose key it is: config.yaml has-key ${node.key}.`,
        );
      this.labelKeys.add(node.key);
      this.references.add(`agent.description[${JSON.stringify(node.key)}]`);
      return;
    }
    const type = node.target === null ? (this.#scopes.at(-1)?.type ?? anyType) : this.#typeOf(node.target);
    if (node.target?.kind === 'path') {
      const { reference } = resolvePath(node.target, this.#schema, this.#scopes);
      if (reference === 'agent.description') this.labelKeys.add(node.key);
    }
    if (type.kind === 'any' || type.kind === 'map') return;
    if (type.kind !== 'object')
      return this.#error('type/has-key', node, `has-key asks a mapping, not ${nameOfType(type)}.`);
    if (Object.hasOwn(type.fields, node.key)) return;
    const nearest = nearestName(node.key, Object.keys(type.fields));
    this.#warn(
      'path/unknown',
      node,
      `There is never a key "${clip(node.key)}" here.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
    );
  }

  #quantifier(node: Quantifier): void {
    const type = this.#typeOf(node.list);
    if (type.kind === 'null') this.#warn('null/always', node.list, 'null has no elements.');
    const element = elementOf(type);
    if (element === undefined)
      this.#error(
        'type/quantifier',
        node.list,
        `${node.kind} goes over a list or a mapping, not ${nameOfType(type)}.`,
      );
    if (node.name !== null && Object.hasOwn(this.#schema.roots, node.name))
      this.#error(
        'name/taken',
        node,
        `"${node.name}" is a name of its own already: call the element something else.`,
      );
    this.#scopes.push({ name: node.name, type: element ?? anyType });
    this.#condition(node.condition);
    this.#scopes.pop();
  }

  #error(code: string, { from, to }: Span, message: string, suggestion?: string): void {
    this.#problems.add({ code, message, from, to, suggestion });
  }

  #warn(code: string, { from, to }: Span, message: string): void {
    this.#problems.add({ severity: 'warning', code, message, from, to });
  }
}

function elementOf(type: ValueType): ValueType | undefined {
  if (type.kind === 'list') return type.element;
  if (type.kind === 'map') return type.value;
  return type.kind === 'any' || type.kind === 'object' || type.kind === 'null' ? anyType : undefined;
}

/** Of a list the type of its elements: a comparison holds when it holds for one of them. */
function scalarOf(type: ValueType): ValueType {
  return type.kind === 'list' ? type.element : type;
}

function isUnordered(type: ValueType): boolean {
  return type.kind === 'boolean' || type.kind === 'map' || type.kind === 'object';
}

function isDurationWithText(one: ValueType, other: ValueType): boolean {
  return (
    (one.kind === 'duration' && other.kind === stringType.kind) ||
    (one.kind === stringType.kind && other.kind === 'duration')
  );
}

function isLiteral(node: Expression): node is Literal {
  return node.kind === 'literal';
}

function isText(
  node: Expression,
): node is Literal & { readonly literal: { readonly type: 'string'; readonly value: string } } {
  return node.kind === 'literal' && node.literal.type === 'string';
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
