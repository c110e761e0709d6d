import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, symlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartupError } from '@ampora/platform';
import { expect } from 'chai';
import { openDataDirectory, readServerNotice } from './open-data-directory.ts';

const isRoot = process.getuid?.() === 0;
const code = `
  const { openDataDirectory } = await import(${JSON.stringify(new URL('./open-data-directory.ts', import.meta.url).href)});
  try {
    await openDataDirectory(process.argv[1]);
    console.log('open');
    setInterval(() => undefined, 60000);
  } catch (error) {
    console.log(error.name + ': ' + error.message);
  }
`;

async function refusal(path: string): Promise<StartupError> {
  try {
    await openDataDirectory(path);
  } catch (error) {
    expect(error).to.be.instanceOf(StartupError);
    return error as StartupError;
  }
  throw new Error('It was opened.');
}

describe('the data directory', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'ampora-spec-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('is made when missing, closed to others, and left as it was found', async () => {
    const directory = await openDataDirectory(join(parent, 'a/b'));
    expect(await readdir(directory.path)).to.deep.equal([]);
    await directory.close();
  });

  it('keeps a second server out, by whatever path it comes, until the first lets go', async () => {
    const first = await openDataDirectory(join(parent, 'data'));
    await first.announce({ console: 'http://localhost:1234' });
    symlinkSync(join(parent, 'data'), join(parent, 'alias'));
    expect((await refusal(join(parent, 'alias'))).message).to.match(
      new RegExp(
        `in use by the Ampora with process id ${process.pid} \\(http://localhost:1234\\).*Data__Directory`,
      ),
    );
    await first.close();
    expect(await readServerNotice(join(parent, 'data'))).to.equal(undefined);
    await (await openDataDirectory(join(parent, 'alias'))).close();
  });

  it('is free again the moment its holder is killed', async () => {
    const holder = spawn(process.execPath, ['--input-type=module', '-e', code, '--', join(parent, 'data')]);
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    expect(String(line)).to.equal('open\n');
    await refusal(join(parent, 'data'));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await openDataDirectory(join(parent, 'data'))).close();
  });

  it('is refused when a file is in its place', async () => {
    await writeFile(join(parent, 'file'), '');
    expect((await refusal(join(parent, 'file'))).message).to.match(
      /Data:Directory.*a file of that name is in its place/,
    );
    expect((await refusal(join(parent, 'file/below'))).message).to.match(/a part of its path is a file/);
  });

  it('is refused when this user may not write it', function () {
    if (!isRoot) this.skip();
    chmodSync(parent, 0o755);
    const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
    const answer = execFileSync(
      'setpriv',
      [
        `--reuid=${uid}`,
        '--clear-groups',
        '--',
        process.execPath,
        '--input-type=module',
        '-e',
        code,
        '--',
        join(parent, 'data'),
      ],
      { encoding: 'utf8' },
    );
    expect(answer).to.match(
      /^StartupError: The data directory .*data \(Data:Directory\) cannot be written: permission denied/,
    );
    expect(existsSync(join(parent, 'data'))).to.equal(false);
    chownSync(parent, uid, uid);
  });
});
