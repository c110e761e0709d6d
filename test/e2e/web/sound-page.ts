// What is evaluated in the page is written for the page.
/// <reference lib="dom" />
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { WatchedPage } from './console-under-test.ts';
import { findAccessibilityFaults, findOverflow, findStructuralFaults } from './page-rules.ts';

const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };

/** The page as it stands now keeps every rule, as wide as a screen and as narrow as a telephone. */
export async function expectSound({ page, takeTroubles }: WatchedPage, state: string): Promise<void> {
  const faults: string[] = [];
  for (const viewport of [narrow, wide]) {
    await page.setViewportSize(viewport);
    await settled(page);
    const found = [
      ...(await findStructuralFaults(page)),
      ...(await findOverflow(page)),
      ...(await findAccessibilityFaults(page)),
    ];
    faults.push(...found.map((fault) => `${viewport.width} px: ${fault}`));
  }
  expect(faults, state).to.deep.equal([]);
  expect(takeTroubles(), state).to.deep.equal([]);
}

/**
 * Drawings measure themselves after the page has its new size. At its top nothing is half under the bar, which would
 * count as too small.
 */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        scrollTo(0, 0);
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      }),
  );
}
