import type { ConfigPath } from '../config-path.ts';
import type { ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, isReference, memberOf } from '../config-value.ts';
import { readDuration, readInteger } from '../read-quantity.ts';

/** A value among a component's settings, with its path. What stands behind a reference is `hidden`: nothing is said of it. */
export class Settings {
  readonly value: ConfigValue | undefined;
  readonly path: ConfigPath;
  readonly isHidden: boolean;

  constructor(value: ConfigValue | undefined, path: ConfigPath, isHidden = false) {
    this.isHidden = isHidden || isReference(value);
    this.value = this.isHidden ? undefined : value;
    this.path = path;
  }

  /** The value below; absent when there is none on the way. */
  at(...keys: readonly string[]): Settings {
    return keys.reduce<Settings>(
      (below, key) => new Settings(memberOf(below.value, key), [...below.path, key], below.isHidden),
      this,
    );
  }

  /** Written, and not as nothing; a reference counts as written. */
  get isSet(): boolean {
    return this.isHidden || (this.value !== undefined && this.value !== null);
  }

  /** Not written, written as nothing, or empty text, list or mapping. */
  get isEmpty(): boolean {
    if (!this.isSet) return true;
    if (isConfigList(this.value)) return this.value.length === 0;
    return this.value === '' || (isConfigMap(this.value) && Object.keys(this.value).length === 0);
  }

  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get number(): number | undefined {
    if (typeof this.value === 'number') return this.value;
    const integer = this.value === undefined ? undefined : readInteger(this.value);
    return integer === undefined ? undefined : Number(integer);
  }

  /** In nanoseconds. A bare 0 is a duration too. */
  get duration(): bigint | undefined {
    if (this.value === 0 || this.value === '0') return 0n;
    return typeof this.value === 'string' ? readDuration(this.value) : undefined;
  }

  items(): readonly Settings[] {
    if (!isConfigList(this.value)) return [];
    return this.value.map((item, index) => new Settings(item, [...this.path, index]));
  }

  entries(): readonly (readonly [key: string, value: Settings])[] {
    const { value } = this;
    if (!isConfigMap(value)) return [];
    return Object.keys(value).map((key) => [key, this.at(key)] as const);
  }

  keys(): readonly string[] {
    return isConfigMap(this.value) ? Object.keys(this.value) : [];
  }
}
