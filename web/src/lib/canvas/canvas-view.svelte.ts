import type { GraphNode } from '@ampora/collector-config';
import { getContext, setContext } from 'svelte';
import { byKey, noMembers } from './changed-copy.ts';
import type { Drawing } from './drawing.ts';
import type { Throughput } from './edge-rate.ts';

type Marks = ReadonlyMap<string, 'added' | 'removed' | 'modified' | 'moved'>;

/** What the parts of one canvas share, beside what is drawn. */
export class CanvasView {
  /** Of what the pointer, or the cursor of the text, is at. */
  pointed = $state.raw<ReadonlySet<string>>(noMembers);
  picked = $state<string | null>(null);
  /** The one that the Tab key comes to. */
  reachable = $state<string | null>(null);
  /** The lane over which something is being dragged. */
  over = $state<string | null>(null);
  isEditable = $state(false);
  throughput = $state.raw<Throughput | null>(null);
  marks = $state.raw<Marks | null>(null);
  drawing = $state.raw<Drawing | null>(null);
  nodes = $derived(byKey<GraphNode>(this.drawing?.graph.nodes ?? []));
  onkey: (event: KeyboardEvent, node: GraphNode) => void = () => {};
  onreach: (node: GraphNode) => void = () => {};
}

const key = Symbol('canvas');

export function provideCanvasView(): CanvasView {
  return setContext(key, new CanvasView());
}

export function canvasView(): CanvasView {
  return getContext<CanvasView>(key);
}
