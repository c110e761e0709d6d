// The spec reporter, which also leaves its totals, and what failed, where the runner finds them.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class TallyReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const broken = [];
    runner.on('fail', (test, error) =>
      broken.push({ title: test.fullTitle(), message: String(error?.stack ?? error).slice(0, 2000) }),
    );
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      if (process.env.AMPORA_TALLY)
        writeFileSync(
          process.env.AMPORA_TALLY,
          JSON.stringify({ passed: passes, failed: failures, skipped: pending, broken }),
        );
    });
  }
};
