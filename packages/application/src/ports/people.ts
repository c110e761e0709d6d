/** Somebody who signs in; the log knows the id alone. */
export interface Person {
  readonly id: string;
  /** Null once forgotten. */
  readonly name: string | null;
  readonly createdAtMs: number;
  readonly forgottenAtMs: number | null;
}

/** A text that only the key of the actor's person opens. */
export interface Sealed {
  readonly actor: string;
  readonly text: string;
}

/** The vault's keys of people. A key never leaves the adapter. */
export interface People {
  list(): Promise<readonly Person[]>;
  find(id: string): Promise<Person | undefined>;
  /** Seals a text for a person; `undefined` when there is no such person or the key is gone. */
  seal(id: string, text: string): Promise<string | undefined>;
  /** Keeps a sealed name. */
  keepName(id: string, sealedName: string): Promise<void>;
  /** Names by actor; those that are forgotten, or are no people, are left out. */
  namesOf(actors: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Opens texts, in the order given: what is not sealed comes back as it is, what nothing opens any more as null. */
  open(texts: readonly Sealed[]): Promise<readonly (string | null)[]>;
  /** Destroys key, name and sessions. Doing it again changes nothing. */
  destroy(id: string): Promise<void>;
}
