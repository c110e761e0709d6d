import { hash } from 'node:crypto';
import type { Hashing } from '@ampora/proof';

export const nodeHashing: Hashing = {
  ofText: (text) => hash('sha256', text, 'buffer'),
  ofBytes: (bytes) => hash('sha256', bytes, 'buffer'),
};
