type Mutable<Value> = Value extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Mutable<Value[Key]> }
    : Value;

/** Read models hand out readonly rows; answers are typed by schemas, which know no readonly. */
export function mutable<Value>(value: Value): Mutable<Value> {
  return value as Mutable<Value>;
}
