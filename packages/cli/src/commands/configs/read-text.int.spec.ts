import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { nameOf, readText } from './read-text.ts';

describe('a text that a command is given', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-read-text-'));
  });
  after(() => rm(folder, { recursive: true }));

  const refusal = async (bytes: Uint8Array): Promise<CommandFailure> => {
    const file = join(folder, 'edge.yaml');
    await writeFile(file, bytes);
    const thrown = await readText(file).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(CommandFailure);
    expect((thrown as CommandFailure).message).to.contain(file);
    return thrown as CommandFailure;
  };

  it('is kept to the byte', async () => {
    const text = '\uFEFFreceivers:\r\n  otlp: {}  # ü \n';
    const file = join(folder, 'kept.yaml');
    await writeFile(file, text);
    expect(await readText(file)).to.equal(text);
  });

  it('is refused when it is none, with the file, the line and what to do', async () => {
    expect((await refusal(Buffer.from('\uFEFFa: 1', 'utf16le'))).message).to.match(
      /UTF-16.*Save it as UTF-8/,
    );
    expect((await refusal(Buffer.from('a: 1\nb', 'utf16le'))).message).to.contain('UTF-16');
    expect((await refusal(Buffer.from('receivers: {}\nexporters: \0\n'))).message).to.contain('line 2');
    expect((await refusal(Buffer.from([0x61, 0x3a, 0x0a, 0xff]))).message).to.contain('line 2');
  });

  it('has the name that it gives itself, or that of its file; standard input has none of its own', () => {
    expect(nameOf('x/edge.yml', 'a: 1\n')).to.equal('edge');
    expect(nameOf('x/edge.yml', '# ampora.name: payments\na: 1\n')).to.equal('payments');
    expect(nameOf('-', '# ampora.name: payments\na: 1\n')).to.equal('payments');
    expect(() => nameOf('-', 'a: 1\n'))
      .to.throw(CommandFailure, 'Standard input has no name')
      .with.property('exitCode', exitCodes.usage);
  });
});
