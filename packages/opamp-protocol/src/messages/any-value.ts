import { noItems } from './empty.ts';

/** One value; at most one member is set, none means null. Integers are signed 64-bit. */
export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: bigint;
  readonly doubleValue?: number;
  readonly arrayValue?: ArrayValue;
  readonly kvlistValue?: KeyValueList;
  readonly bytesValue?: Uint8Array;
}

type Member = keyof AnyValue;

/** The decoder announces each member it sets by assigning the oneof's name; the member set before it then goes. */
export class AnyValueMessage implements AnyValue {
  declare stringValue?: string;
  declare boolValue?: boolean;
  declare intValue?: bigint;
  declare doubleValue?: number;
  declare arrayValue?: ArrayValue;
  declare kvlistValue?: KeyValueList;
  declare bytesValue?: Uint8Array;
  #member: Member | undefined = undefined;

  set value(member: Member) {
    // Deleting is slow, and only a peer that sets two members of one oneof pays for it.
    if (this.#member !== undefined && this.#member !== member) Reflect.deleteProperty(this, this.#member);
    this.#member = member;
  }
}

export class ArrayValue {
  readonly values: readonly AnyValue[] = noItems;
}

export class KeyValueList {
  readonly values: readonly KeyValue[] = noItems;
}

export class KeyValue {
  readonly key: string = '';
  declare readonly value?: AnyValue;
}
