type Leaf = Uint8Array | bigint | string | number | boolean | undefined;

/**
 * What an encoder accepts for a message: any part may be left out, at any depth. A field left out, `undefined` or at its default is
 * not on the wire, except sub-messages: those are on the wire when present, empty or not.
 */
export type MessageInit<Message> = Message extends Leaf
  ? Message
  : Message extends readonly (infer Item)[]
    ? readonly MessageInit<Item>[]
    : string extends keyof Message
      ? { readonly [Key in keyof Message]: MessageInit<Message[Key]> }
      : { readonly [Key in keyof Message]?: MessageInit<Message[Key]> | undefined };
