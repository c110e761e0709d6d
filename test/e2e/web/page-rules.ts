// What is evaluated in the page is written for the page.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What breaks the rules that every page has to keep: names, one first heading, landmarks. */
export function findStructuralFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
    const textOf = (ids: string | null) =>
      (ids ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' ');
    const imagesIn = (element: Element) =>
      [...element.querySelectorAll('[aria-label]')]
        .map((image) => image.getAttribute('aria-label'))
        .join(' ');
    const labelsOf = (element: Element) =>
      [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join(' ');
    const nameOf = (element: Element) =>
      [
        element.getAttribute('aria-label'),
        textOf(element.getAttribute('aria-labelledby')),
        labelsOf(element),
        element.textContent,
        imagesIn(element),
        element.getAttribute('title'),
      ].find((text) => text !== null && text.trim() !== '');

    const controls = document.querySelectorAll(
      'button, a[href], input:not([type=hidden]), select, textarea, [role=textbox], [role=button], [role=slider]',
    );
    for (const control of controls) {
      const isField = control.matches('input, select, textarea');
      // What stands in a field is its value, not its name.
      const name = isField && nameOf(control) === control.textContent ? undefined : nameOf(control);
      if (isShown(control) && name === undefined)
        faults.push(`has no name: ${control.outerHTML.slice(0, 160)}`);
    }
    const headings = [...document.querySelectorAll('h1')].filter(isShown);
    if (headings.length !== 1) faults.push(`has ${headings.length} first headings`);
    if (document.querySelectorAll('main').length !== 1) faults.push('has not one main landmark');
    const navigations = [...document.querySelectorAll('nav, [role=navigation]')].filter(isShown);
    const names = navigations.map((navigation) => navigation.getAttribute('aria-label'));
    if (!names.includes('Main')) faults.push('has no main navigation');
    if (names.includes(null)) faults.push('has a navigation without a name');
    if (new Set(names).size !== names.length) faults.push(`has navigations of one name: ${names.join(', ')}`);
    if (document.documentElement.lang === '') faults.push('does not say its language');
    if (!/ · Ampora$/.test(document.title)) faults.push(`has the title "${document.title}"`);
    return faults;
  });
}

/** Serious and critical violations of WCAG 2.2 A and AA, each with where it is. */
export async function findAccessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
}

/** By how many CSS pixels the page is wider than the window, and what sticks out. */
export function findOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const excess = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (excess <= 0) return [];
    const widest = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1,
    );
    return [
      `${excess} px wider than the window`,
      ...widest.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
    ];
  });
}
