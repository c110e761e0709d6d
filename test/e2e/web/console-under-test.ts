// What is evaluated in the page is written for the page.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { BrowserMissing, needsBrowser, openBrowser } from '@ampora/testkit/browser';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type AmporaProcess, startAmpora } from '../../system/ampora-process.ts';
import { waitUntil } from '../../system/wait-until.ts';

/** As long as a busy machine may need for what a person would call at once. */
const patienceMs = 30_000;

export interface ConsoleUnderTest {
  readonly ampora: AmporaProcess;
  /** A page in a browser profile of its own: nothing is remembered from other pages. */
  newPage(options?: BrowserContextOptions): Promise<WatchedPage>;
  close(): Promise<void>;
}

export interface WatchedPage {
  readonly page: Page;
  /** Opens a path and waits until the page is alive. */
  open(path: string): Promise<void>;
  /** What a person with the developer tools open would have seen go wrong since the last call. */
  takeTroubles(): readonly string[];
}

/**
 * A real server and a real browser, for a `before` hook. Where no browser can be had every test of the suite is
 * pending, with the reason in its title.
 */
export async function startConsole(hook: Mocha.Context): Promise<ConsoleUnderTest> {
  let browser: Browser;
  try {
    browser = await openBrowser();
  } catch (error) {
    if (!(error instanceof BrowserMissing)) throw error;
    hook.test!.parent!.eachTest((test) => {
      test.title = `${test.title} (${needsBrowser(error)})`;
    });
    return hook.skip();
  }
  const ampora = await startAmpora().catch(async (error: unknown) => {
    await browser.close();
    throw error;
  });
  await consoleBuilt(ampora);
  return {
    ampora,
    newPage: async (options) => watch(await newPage(browser, ampora.url, options)),
    close: async () => {
      await browser.close();
      await ampora.dispose();
    },
  };
}

/** A server is ready before its console is: that one is built when its sources have changed. */
export async function consoleBuilt(ampora: AmporaProcess): Promise<void> {
  await waitUntil('the console being built', async () => (await fetch(ampora.url)).ok, {
    timeoutMs: 180_000,
    context: () => ampora.lastOutput(),
  });
}

/** Movement is off: a picture taken in the middle of a fade has the colours of neither end. */
export async function newPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    ...options,
  });
  context.setDefaultTimeout(patienceMs);
  return context.newPage();
}

function watch(page: Page): WatchedPage {
  let troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`thrown: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`logged: ${message.text()} at ${message.location().url}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A page that is left behind gives up what it still loads.
    if (reason !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.url()} ${reason}`);
  });
  return {
    page,
    open: (path) => openAlive(page, path),
    takeTroubles: () => {
      const taken = troubles;
      troubles = [];
      return taken;
    },
  };
}

/** Alive: the live connection stands, or the page says that it shows the past; text that is code is in its editor. */
export async function openAlive(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await untilAlive(page);
}

/** As `openAlive`, of the page that is there. */
export async function reloadAlive(page: Page): Promise<void> {
  await page.reload();
  await untilAlive(page);
}

async function untilAlive(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (document.documentElement.dataset['alive'] === undefined) return false;
    const indicator = document.querySelector('button.live')?.textContent ?? '';
    const waitsForEditor = document.querySelector('.editor textarea, .code pre') !== null;
    return /Live|past/.test(indicator) && !waitsForEditor;
  });
}
