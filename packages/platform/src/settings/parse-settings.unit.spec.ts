import { expect } from 'chai';
import { parseSettings, SettingsError, type SettingsSources } from './parse-settings.ts';

function faultsOf(sources: SettingsSources): readonly string[] {
  try {
    parseSettings(sources);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have safe defaults for every key and cannot be changed', () => {
    const settings = parseSettings({});
    expect(settings.Http).to.deep.equal({ Port: 8080, Host: '127.0.0.1' });
    expect(settings.OpAmp).to.include({
      Port: 4320,
      Host: '127.0.0.1',
      Path: '/v1/opamp',
      MaxMessageBytes: 10485760,
    });
    expect(settings.OpAmp).to.include({ Path: '/v1/opamp', HeartbeatWindowSeconds: 90 });
    expect(settings.Data.Directory).to.equal('.ampora');
    expect(settings.EventLog).to.deep.equal({ Provider: 'Postgres', ConnectionString: '' });
    expect(settings.Logging.LogLevel).to.deep.equal({ Default: 'Information' });
    expect(settings.OpenTelemetry).to.include({
      OtlpEndpoint: '',
      SamplingRatio: 0.05,
      ServiceName: 'ampora-server',
    });
    expect(() => {
      (settings.Http as { Port: number }).Port = 1;
    }).to.throw(TypeError);
  });

  it('let the environment win over the file and flags over both, key by key', () => {
    const settings = parseSettings({
      yamlText: 'Http:\n  Port: 1001\n  Host: localhost\nOpAmp:\n  Port: 2001\n  Path: /file\n',
      env: { Http__Port: '1002', OpAmp__Port: '2002', PATH: '/bin', Http: 'x' },
      flags: ['OpAmp:Port=2003', 'Data:Directory=/var/a=b'],
    });
    expect(settings.Http).to.deep.equal({ Port: 1002, Host: 'localhost' });
    expect(settings.OpAmp).to.include({ Port: 2003, Path: '/file' });
    expect(settings.Data.Directory).to.equal('/var/a=b');
  });

  it('take levels and headers under names of their own', () => {
    const settings = parseSettings({
      yamlText:
        'Logging:\n  LogLevel:\n    Ampora.Edge: Debug\nOpenTelemetry:\n  Headers:\n    Authorization: Bearer x\n',
      env: { 'Logging__LogLevel__Ampora.Api': 'Error' },
    });
    expect(settings.Logging.LogLevel).to.deep.equal({
      Default: 'Information',
      'Ampora.Edge': 'Debug',
      'Ampora.Api': 'Error',
    });
    expect(settings.OpenTelemetry.Headers).to.deep.equal({ Authorization: 'Bearer x' });
  });

  const cases: readonly (readonly [string, SettingsSources, RegExp])[] = [
    [
      'a wrong number in the file',
      { yamlText: '\nHttp:\n  Port: eighty\n' },
      /^ampora\.yaml line 3: Http:Port is "eighty"; expected a whole number from 0 to 65535$/,
    ],
    [
      'a fraction',
      { env: { Http__Port: '80.5' } },
      /^environment variable Http__Port: Http:Port is "80\.5"; expected/,
    ],
    [
      'a number too large',
      { flags: ['Http:Port=65536'] },
      /^--set Http:Port: Http:Port is "65536"; expected/,
    ],
    ['an empty number', { env: { Http__Port: '' } }, /Http:Port is empty; expected/],
    ['hexadecimal', { env: { Http__Port: '0x50' } }, /Http:Port is "0x50"; expected/],
    [
      'an unknown provider',
      { env: { EventLog__Provider: 'postgres' } },
      /EventLog:Provider is "postgres"; expected one of Postgres, EventStoreDB/,
    ],
    [
      'own metrics sent to no URL',
      { env: { OpAmp__OwnMetrics: 'on' } },
      /OpAmp:OwnMetrics .*expected off, auto, or an http or https URL with its path and no user name/,
    ],
    [
      'own metrics sent with a password',
      { env: { OpAmp__OwnMetrics: 'https://me:hunter2@host/v1/metrics' } },
      /OpAmp:OwnMetrics (?!.*hunter2).*expected off, auto/,
    ],
    [
      'an unknown level',
      { env: { Logging__LogLevel__Default: 'Info' } },
      /expected one of Debug, Information, Warning, Error, Critical/,
    ],
    [
      'an unknown key in the file',
      { yamlText: 'Http:\n  Prt: 1\n' },
      /^ampora\.yaml line 2: Http:Prt is not a setting; did you mean Http:Port\?$/,
    ],
    [
      'an unknown section in the file',
      { yamlText: 'Web:\n  Port: 1\n' },
      /^ampora\.yaml line 1: Web is not a setting/,
    ],
    [
      'an unknown variable of a known section',
      { env: { OpAmp__Prt: '1' } },
      /^environment variable OpAmp__Prt is not a setting; did you mean OpAmp__Port\?$/,
    ],
    [
      'a variable in the wrong case',
      { env: { HTTP__PORT: '1' } },
      /^environment variable HTTP__PORT is not a setting; did you mean Http__Port\?$/,
    ],
    [
      'an unknown flag',
      { flags: ['Http:Prot=1'] },
      /^--set Http:Prot is not a setting; did you mean Http:Port\?$/,
    ],
    ['a flag without a value', { flags: ['hunter2'] }, /^--set is not of the form Section:Key=value/],
    ['a list for a value', { yamlText: 'Http:\n  Port: [1]\n' }, /line 2: Http:Port is a list; expected/],
    ['a value for a section', { yamlText: 'Http: 8080\n' }, /^ampora\.yaml line 1: Http is not a section/],
    ['a file that is a list', { yamlText: '- Http\n' }, /^ampora\.yaml line 1: the file is not a section/],
    [
      'broken YAML',
      { yamlText: 'Http:\n  Port: [1\n' },
      /^ampora\.yaml line \d+, column \d+: not valid YAML: /,
    ],
    [
      'a key twice',
      { yamlText: 'Http:\n  Port: 1\n  Port: 2\n' },
      /^ampora\.yaml line 3, column 3: not valid YAML: /,
    ],
    [
      'a path without its slash',
      { env: { OpAmp__Path: 'v1/opamp' } },
      /OpAmp:Path is "v1\/opamp"; expected a path that begins with \//,
    ],
    [
      'an open binding of the console',
      { env: { Http__Host: '0.0.0.0' } },
      /^environment variable Http__Host: Http:Host is "0\.0\.0\.0".*set Http__Host to 127\.0\.0\.1/,
    ],
    [
      'an open binding of the agents',
      { yamlText: 'OpAmp:\n  Host: "::"\n' },
      /^ampora\.yaml line 2: OpAmp:Host is "::".*TLS.*tokens/,
    ],
    [
      'one port for both',
      { env: { Http__Port: '5000', OpAmp__Port: '5000' } },
      /are both 5000; expected two ports/,
    ],
    [
      'EventStoreDB without an address',
      { env: { EventLog__Provider: 'EventStoreDB' } },
      /EventLog:ConnectionString is empty; expected one like esdb:/,
    ],
  ];
  for (const [title, sources, expected] of cases) {
    it(`refuse ${title}`, () => {
      const faults = faultsOf(sources);
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(expected);
    });
  }

  it('name every fault of every source in one message', () => {
    const sources = {
      yamlText: 'Http:\n  Port: x\n  Colour: red\n',
      env: { OpAmp__Port: '-1', Projections__BatchSize: '0' },
      flags: ['Data:Directory='],
    };
    expect(faultsOf(sources)).to.have.length(5);
    expect(() => parseSettings(sources)).to.throw(SettingsError, /5 settings are wrong/);
  });

  it('judge only the value that wins', () => {
    expect(parseSettings({ yamlText: 'Http:\n  Port: x\n', env: { Http__Port: '1' } }).Http.Port).to.equal(1);
  });

  it('never show a secret', () => {
    const sources: SettingsSources = {
      yamlText: 'ConnectionStrings:\n  Ampora: [hunter2]\n',
      env: {
        EventLog__ConnectionString: 'mysql://u:hunter2@h',
        OpenTelemetry__OtlpEndpoint: 'ftp://u:hunter2@h',
      },
      flags: ['ConnectionStrings:Amporra=hunter2'],
    };
    const faults = faultsOf(sources);
    expect(faults).to.have.length(4);
    expect(faults.join('\n')).not.to.contain('hunter2');
  });

  it('take loopback by any of its names', () => {
    for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost', 'LOCALHOST']) {
      expect(faultsOf({ env: { Http__Host: host } }), host).to.deep.equal([]);
    }
    for (const host of ['127.0.0.1.evil.example', 'localhost.example', '10.0.0.1', '*']) {
      expect(faultsOf({ env: { Http__Host: host } }), host).to.have.length(1);
    }
  });
});
