import { ApiProblem, type Client, currentDraft, type VersionDetail } from '@ampora/api-contract';

/** Someone else's newer text, met while saving. */
export interface Conflict {
  /** What both began with. */
  readonly base: string;
  readonly theirs: string;
  /** What was typed when the two met. */
  readonly mine: string;
  readonly rowVersion: number;
  readonly by: string;
}

/** A draft being edited: what the person has typed, what is stored, and what happened when the two met. */
export class Draft {
  readonly #api: Client;
  readonly #of: { readonly id: string; readonly version: number };
  text = $state('');
  #stored = $state('');
  #rowVersion = $state(0);
  #saving = $state(false);
  #savedAt = $state<number | null>(null);
  #conflict = $state.raw<Conflict | null>(null);
  #failure = $state.raw<unknown>(null);

  constructor(api: Client, version: VersionDetail) {
    this.#api = api;
    this.#of = { id: version.configurationId, version: version.version };
    this.text = version.body;
    this.#stored = version.body;
    this.#rowVersion = version.rowVersion;
  }

  get isDirty(): boolean {
    return this.text !== this.#stored;
  }

  get rowVersion(): number {
    return this.#rowVersion;
  }

  get saving(): boolean {
    return this.#saving;
  }

  get savedAt(): number | null {
    return this.#savedAt;
  }

  get conflict(): Conflict | null {
    return this.#conflict;
  }

  get failure(): unknown {
    return this.#failure;
  }

  /** Whether the stored draft is newer than what this one was made from. */
  isBehind(latest: VersionDetail): boolean {
    return latest.rowVersion > this.#rowVersion;
  }

  /** Takes a newer stored draft over when nothing typed would be lost. */
  adopt(latest: VersionDetail): void {
    if (this.isDirty || this.#saving || !this.isBehind(latest)) return;
    this.text = latest.body;
    this.#stored = latest.body;
    this.#rowVersion = latest.rowVersion;
  }

  /** Stores what is typed. False when it was not stored: `conflict` or `failure` then says why. */
  async save(): Promise<boolean> {
    if (this.#saving) return false;
    if (!this.isDirty) return true;
    this.#saving = true;
    this.#failure = null;
    const body = this.text;
    try {
      const { rowVersion } = await this.#api('editVersion', {
        params: this.#of,
        body: { body },
        ifMatch: this.#rowVersion,
      });
      this.#stored = body;
      this.#rowVersion = rowVersion;
      this.#savedAt = Date.now();
      return true;
    } catch (cause) {
      if (cause instanceof ApiProblem && cause.code === 'configuration/stale-row-version') this.#meet(cause);
      else this.#failure = cause;
      return false;
    } finally {
      this.#saving = false;
    }
  }

  /** Ends a conflict with the text that should go on; it is saved over the other one when the person saves. */
  resolve(text: string): void {
    if (this.#conflict === null) return;
    this.text = text;
    this.#stored = this.#conflict.theirs;
    this.#rowVersion = this.#conflict.rowVersion;
    this.#conflict = null;
  }

  /** Closes the view of the conflict and changes nothing: the next save meets it again. */
  postpone(): void {
    this.#conflict = null;
  }

  /** The refusal carries what is stored now: a read might not show it yet. */
  #meet(refused: ApiProblem): void {
    const current = currentDraft.safeParse(refused.problem['current']);
    if (!current.success || current.data.rowVersion === null) {
      this.#failure = refused;
      return;
    }
    const { body, rowVersion, updatedBy } = current.data;
    this.#conflict = { base: this.#stored, theirs: body, mine: this.text, rowVersion, by: updatedBy };
  }
}
