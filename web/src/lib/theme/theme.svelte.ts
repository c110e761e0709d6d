import { browser } from '$app/env';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'ampora-theme';

function remembered(): Theme {
  if (!browser) return 'system';
  const text = document.documentElement.dataset['theme'];
  return text === 'light' || text === 'dark' ? text : 'system';
}

/** Light, dark, or as the system has it. The script in app.html applies the remembered choice before the first paint. */
class ThemeChoice {
  #theme = $state<Theme>(remembered());

  get current(): Theme {
    return this.#theme;
  }

  choose(theme: Theme): void {
    this.#theme = theme;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem(key, theme);
    } catch {
      // Private windows may refuse storage: the choice then lasts as long as the page.
    }
  }
}

export const theme = new ThemeChoice();
