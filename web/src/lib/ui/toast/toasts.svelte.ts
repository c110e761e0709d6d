import type { Tone } from '#lib/status/tone.ts';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: Tone;
  readonly link: { readonly href: string; readonly word: string } | null;
}

const shownMs = 6_000;

/** Short words about what was just done. Errors do not belong here: they stay where they happened. */
class Toasts {
  #items = $state<Toast[]>([]);
  #next = 1;

  get items(): readonly Toast[] {
    return this.#items;
  }

  say(text: string, link: Toast['link'] = null): void {
    const id = this.#next++;
    this.#items = [...this.#items, { id, text, tone: 'good', link }];
    setTimeout(() => {
      this.dismiss(id);
    }, shownMs);
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
