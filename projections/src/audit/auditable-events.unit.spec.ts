import { catalogue } from '@ampora/catalogue';
import { expect } from 'chai';
import { auditableEvents, notAudited } from './auditable-events.ts';

describe('the audit log', () => {
  for (const { type } of catalogue)
    it(`shows ${type}, or says why not`, () => {
      const isShown = type in auditableEvents;
      const isLeftOut = type in notAudited;
      expect(
        isShown !== isLeftOut,
        `${type}: add it to auditableEvents, or to notAudited with the reason`,
      ).to.equal(true);
    });
});
