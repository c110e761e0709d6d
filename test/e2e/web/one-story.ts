/**
 * To be called in a `describe` whose tests tell one story: after one that failed, the rest are skipped and counted as
 * skipped. Mocha's own `bail` would leave such a suite out without a word once any test of the run had failed.
 */
export function tellOneStory(): void {
  let isBroken = false;
  beforeEach(function () {
    if (isBroken) this.skip();
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') isBroken = true;
  });
}
