import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '@ampora/cli';
import { expect } from 'chai';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { freePort } from '../system/free-ports.ts';
import { runCli } from '../system/run-cli.ts';

const fine = `receivers: { otlp: { protocols: { grpc: } } }
exporters: { otlp: { endpoint: "backend:4317" } }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [otlp] }
`;

interface SarifLog {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly region: { readonly startLine: number } };
      }[];
    }[];
  }[];
}

describe('files linted from the command line', function () {
  this.timeout(180_000);
  let ampora: AmporaProcess;
  let folder: string;
  const lint = (...args: readonly string[]) =>
    runCli(['configs', 'lint', ...args], { env: { AMPORA_URL: ampora.url } });
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-lint-'));
    ampora = await startAmpora({ args: ['--no-console'] });
  });
  after(async () => {
    await ampora.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('are told by the exit code: all fine, errors, and a file that cannot be read', async () => {
    const good = await file('good.yaml', fine);
    const bad = await file('bad.yaml', fine.replace('exporters: [otlp]', 'exporters: [oltp]'));
    const { code, stdout } = await lint(good, bad);
    expect((await lint(good)).code).to.equal(exitCodes.ok);
    expect(code).to.equal(exitCodes.failed);
    expect(stdout).to.match(/bad\.yaml:5:46 error .*reference\/undefined-exporter/);
    expect((await lint(good, join(folder, 'nowhere.yaml'))).code).to.equal(exitCodes.cannotLint);
    expect((await lint(await file('utf16.yaml', `\uFEFF${fine}`.split('').join('\0')))).code).to.equal(
      exitCodes.cannotLint,
    );
  });

  it('are judged by the rules of the server, and offline by those that come with Ampora', async () => {
    const plain = await file('plain.yaml', fine.replace('4317"', '4317", tls: { insecure: true }'));
    expect((await lint(plain)).stdout).to.contain('lint/tls-insecure');
    const relaxed = await runCli(['lint-rules', 'set', 'tls-insecure', '--severity', 'warning'], {
      env: { AMPORA_URL: ampora.url },
    });
    expect(relaxed.code, relaxed.stderr).to.equal(exitCodes.ok);
    const online = await lint(plain, '--format', 'sarif');
    expect(online.code).to.equal(exitCodes.ok);
    const [result] = ((JSON.parse(online.stdout) as SarifLog).runs[0]?.results ?? []).filter(
      ({ ruleId }) => ruleId === 'lint/tls-insecure',
    );
    expect(result?.level).to.equal('warning');
    expect(result?.locations[0]?.physicalLocation.region.startLine).to.equal(2);
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const offline = await runCli(['--url', nobody, 'configs', 'lint', '--offline', plain]);
    expect(offline.code).to.equal(exitCodes.failed);
    expect((await runCli(['--url', nobody, 'configs', 'lint', plain])).code).to.equal(exitCodes.unreachable);
  });

  it('are read from standard input and from folders, and printed for programs', async () => {
    const run = await runCli(['configs', 'lint', '-', '--format', 'json', '--target', 'all'], {
      env: { AMPORA_URL: ampora.url },
      input: 'receivers:\n\totlp:\n',
    });
    expect(run.code, run.stderr).to.equal(exitCodes.failed);
    const [only] = (JSON.parse(run.stdout) as { files: { file: string; findings: { line: number }[] }[] })
      .files;
    expect(only).to.include({ file: '-' });
    expect(only?.findings[0]?.line).to.equal(2);
  });
});
