// The spec reporter, which also leaves its totals where the runner finds them.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class TallyReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      if (process.env.AMPORA_TALLY)
        writeFileSync(
          process.env.AMPORA_TALLY,
          JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
        );
    });
  }
};
