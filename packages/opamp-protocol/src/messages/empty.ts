/** The value of a bytes field that is not on the wire. Shared: it has no bytes to change. */
export const noBytes = new Uint8Array(0);

/** The value of a repeated field that is not on the wire. Shared and frozen; the decoder replaces it before it adds. */
export const noItems: readonly never[] = Object.freeze([]);

/**
 * A string-keyed record that inherits nothing, so that `constructor` and `__proto__` are keys like any other.
 * A constructor whose prototype is empty gives V8 a fast object, where `Object.create(null)` gives a slow dictionary.
 */
export const EmptyRecord = function EmptyRecord() {
  // Nothing to set: the point is the prototype below.
} as unknown as new () => Record<string, never>;
Object.defineProperty(EmptyRecord, 'prototype', { value: Object.create(null) });
