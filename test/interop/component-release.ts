import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import {
  buildOnce,
  buildStep,
  builderTool,
  buildTool,
  manifestDirectory,
  type BuildOptions,
  type BuildPlace,
} from './go-build.ts';
import { toReleaseSource, type PrintedRelease } from './release-source.ts';
import { buildWideCollector } from './wide-collector.ts';

/** Where the library keeps a release, in the form in which it is generated. */
export interface GeneratedRelease {
  /** Such as `0.149.0`. */
  readonly version: string;
  /** The text of its module, ready to be written. */
  readonly source: string;
  /** Named from the top of the repository. */
  readonly file: string;
}

const printed = 'components.json';

/** The releases that can be generated: the one of the suite's own Collector, and those of which a folder is there. */
export async function knownReleases(): Promise<readonly string[]> {
  const others = await readdir(join(manifestDirectory, 'wide'), { withFileTypes: true });
  return [await suiteRelease(), ...others.filter((entry) => entry.isDirectory()).map((entry) => entry.name)];
}

async function suiteRelease(): Promise<string> {
  const manifest = await readFile(join(manifestDirectory, 'wide/builder.yaml'), 'utf8');
  const version = /^ {2}version: (\S+)$/m.exec(manifest)?.[1];
  if (version === undefined)
    throw new Error('infra/collector/wide/builder.yaml names no dist.version: add it');
  return version;
}

/** Reads one release from the real components; at once when this Go has done so before. */
export async function generateRelease(version: string, options: BuildOptions): Promise<GeneratedRelease> {
  const isSuites = version === (await suiteRelease());
  const folder = isSuites ? 'wide' : `wide/${version}`;
  // Its sources come first, in a build of their own that a failure here does not throw away.
  const sources = isSuites ? (await buildWideCollector(options)).sources : undefined;
  const directory = await buildOnce(
    {
      manifests: [
        `${folder}/builder.yaml`,
        ...(isSuites ? ['go.mod', 'go.sum'] : [`${folder}/go.mod`, `${folder}/go.sum`]),
        ...generatorFiles.map((file) => `schema/${file}`),
      ],
      outputs: [printed],
      announcement: `reading the components of ${version} (half a minute once their packages are compiled)`,
      steps: async (place) => {
        const module = join(place.directory, 'module');
        if (sources === undefined) await makeSources(place, folder, version);
        else await takeSources(sources, module);
        await printComponents(place);
        await rm(module, { recursive: true });
      },
    },
    options,
  );
  const release = JSON.parse(await readFile(join(directory, printed), 'utf8')) as PrintedRelease;
  const name = `v${version.replaceAll('.', '-')}`;
  return {
    version,
    source: toReleaseSource(version, release),
    file: `packages/component-library/src/releases/${name}.ts`,
  };
}

/** The module of the wide Collector, its own main left out. */
async function takeSources(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of ['components.go', 'go.mod', 'go.sum']) await cp(join(from, file), join(to, file));
}

/**
 * The sources of a release that is read and not built. The builder's own `go mod tidy` asks for what the components'
 * tests and other systems need as well, which is not always to be had: here the manifest is the go.mod.
 */
async function makeSources(place: BuildPlace, folder: string, version: string): Promise<void> {
  const manifest = join(manifestDirectory, folder, 'builder.yaml');
  await buildTool(place, { name: 'builder', tool: builderTool, module: folder });
  await buildStep(place, {
    name: 'sources',
    command: join(place.directory, 'builder'),
    args: ['--config', manifest, '--skip-compilation', '--skip-get-modules'],
    output: 'otelcol-wide/components.go',
  });
  const module = join(place.directory, 'module');
  await mkdir(module, { recursive: true });
  await cp(join(place.directory, 'otelcol-wide/components.go'), join(module, 'components.go'));
  await rm(join(place.directory, 'otelcol-wide'), { recursive: true });
  const modules = [...(await readFile(manifest, 'utf8')).matchAll(/^ {2}- gomod: (\S+ \S+)$/gm)];
  const required = [
    ...modules.map(([, one = '']) => one),
    `go.opentelemetry.io/collector/otelcol v${version}`,
  ];
  const lines = required.map((one) => `\t${one}\n`).join('');
  await writeFile(join(module, 'go.mod'), `module ampora/components\n\ngo 1.25.0\n\nrequire (\n${lines})\n`);
}

const generatorFiles = readdirSync(join(manifestDirectory, 'schema'))
  .filter((file) => file.endsWith('.go'))
  .toSorted();

async function printComponents(place: BuildPlace): Promise<void> {
  const module = join(place.directory, 'module');
  for (const file of generatorFiles)
    await cp(join(manifestDirectory, 'schema', file), join(module, basename(file)));
  await buildStep(place, {
    name: 'schema',
    command: place.go.executable,
    // -mod=mod: the generator imports what the build itself needs, and go.mod calls that indirect.
    args: ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', '../schema', '.'],
    output: 'schema',
    from: 'module',
  });
  const { stdout } = await promisify(execFile)(join(place.directory, 'schema'), [], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 5 * 60_000,
    // Defaults that come from the machine would make every machine's library another one.
    env: {},
  });
  await writeFile(join(place.directory, printed), stdout);
  await rm(join(place.directory, 'schema'));
}
