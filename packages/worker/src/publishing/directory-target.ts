import { mkdir } from 'node:fs/promises';
import { publishedSize, writeRoot } from './published-files.ts';
import type { PublishingTarget } from './publishing-target.ts';

export function createDirectoryTarget(directory: string): PublishingTarget {
  return {
    name: 'directory',
    prepare: async () => void (await mkdir(directory, { recursive: true })),
    publishedSize: (tenant) => publishedSize(directory, tenant),
    publish: (root) => writeRoot(directory, root),
    finish: async () => undefined,
  };
}
