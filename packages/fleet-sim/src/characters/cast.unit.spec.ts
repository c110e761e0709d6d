import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '../random.ts';
import { cast, characterNames, type CharacterName, dealCharacters } from './cast.ts';
import type { OfferView, Script, Stage } from './character.ts';

const stage = (over: Partial<Stage> = {}): Stage => ({
  ordinal: 0,
  random: new Random(7),
  hasOffer: true,
  status: 'unset',
  isEdited: false,
  restarts: 0,
  health: 'ok',
  ...over,
});
const good: OfferView = { isEmpty: false, fault: undefined };
const statuses = (script: Script) => script.flatMap((act) => (act.status ? [act.status.is] : []));
const lasts = (script: Script) => script.reduce((sum, act) => sum + act.afterMs, 0);

describe('the cast', () => {
  it('deals each character its share, give or take one agent per character, for any mix and size', () => {
    const mix = fc.dictionary(fc.constantFrom(...characterNames), fc.integer({ min: 1, max: 50 }), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(mix, fc.integer({ min: 1, max: 300 }), (parts, agents) => {
        const dealt = dealCharacters(parts, agents);
        const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
        expect(dealt.length).to.equal(agents);
        for (const [name, part] of Object.entries(parts)) {
          const count = dealt.filter((one) => one === name).length;
          expect(count).to.be.closeTo((agents * part) / total, Object.keys(parts).length);
        }
      }),
    );
  });

  it('deals every character of ten tenths once', () => {
    const dealt = dealCharacters({ healthy: 7, flaps: 2, observer: 1 }, 10);
    expect(dealt.filter((name) => name === 'healthy').length).to.equal(7);
    expect(dealt.filter((name) => name === 'flaps').length).to.equal(2);
    expect(dealt.filter((name) => name === 'observer').length).to.equal(1);
  });

  it('refuses a mix without a part', () => {
    expect(() => dealCharacters({ healthy: 0 }, 3)).to.throw(RangeError, 'No character has a part');
  });

  it('never waits a negative time, and never lives without waiting', () => {
    const anyStage = fc.record({
      ordinal: fc.nat(9),
      random: fc.nat().map((seed) => new Random(seed)),
      hasOffer: fc.boolean(),
      status: fc.constantFrom('unset' as const, 'applying' as const, 'applied' as const, 'failed' as const),
      isEdited: fc.boolean(),
      restarts: fc.nat(20),
      health: fc.constantFrom('ok' as const, 'down' as const, 'unknown' as const),
    });
    fc.assert(
      fc.property(fc.constantFrom(...characterNames), anyStage, (name: CharacterName, on) => {
        const life = cast[name].live(on);
        for (const act of [...life, ...cast[name].onOffer(good, on)]) expect(act.afterMs).to.be.at.least(0);
        if (life.length > 0) expect(lasts(life)).to.be.at.least(1_000);
      }),
    );
  });
});

describe('a character that is offered a configuration', () => {
  it('healthy: applies it at once', () => {
    expect(statuses(cast.healthy.onOffer(good, stage()))).to.deep.equal(['applying', 'applied']);
  });

  it('healthy: stops its Collector on an empty map', () => {
    const script = cast.healthy.onOffer({ isEmpty: true, fault: undefined }, stage());
    expect(script.at(-1)).to.deep.include({ status: { is: 'applied' }, health: { is: 'idle' } });
    expect(script.some((act) => act.runs !== undefined)).to.equal(false);
  });

  it('healthy: refuses what its build has not, and runs on', () => {
    const script = cast.healthy.onOffer({ isEmpty: false, fault: 'unknown type: "carbon"' }, stage());
    expect(script.at(-1)!.status).to.deep.equal({
      is: 'failed',
      error: 'config validation failed: unknown type: "carbon"',
    });
    expect(script.some((act) => act.runs !== undefined || act.health !== undefined)).to.equal(false);
  });

  it('slow-to-apply: is APPLYING for five seconds at least', () => {
    const script = cast['slow-to-apply'].onOffer(good, stage());
    expect(statuses(script)).to.deep.equal(['applying', 'applied']);
    expect(script.at(-1)!.afterMs).to.be.at.least(5_000);
  });

  it('refuses-config: one finds out by validation, the next by dying for ever', () => {
    const validating = cast['refuses-config'].onOffer(good, stage({ ordinal: 1 }));
    expect(validating.some((act) => act.health !== undefined)).to.equal(false);
    const dying = cast['refuses-config'].onOffer(good, stage({ ordinal: 0 }));
    expect(statuses(dying)).to.deep.equal(['applying', 'failed']);
    expect(dying.at(-1)!.health!.is).to.equal('down');
    const on = stage({ status: 'failed', health: 'down' });
    const deaths = [1, 2].map(() => cast['refuses-config'].live(on)[0]!);
    expect(deaths[0]!.afterMs).to.equal(5_000);
    expect(deaths[0]!.health).to.not.deep.equal(deaths[1]!.health);
  });

  it('never-answers and observer: say nothing', () => {
    for (const name of ['never-answers', 'observer'] as const)
      expect(cast[name].onOffer(good, stage())).to.deep.equal([]);
  });

  it('restarts-with-new-uid: waits twice as long each time, so that a long run leaves few strangers', () => {
    const firstWait = (restarts: number) =>
      cast['restarts-with-new-uid'].live(stage({ restarts }))[0]!.afterMs;
    expect(firstWait(4)).to.equal(firstWait(0) * 16);
  });

  it('edits-own-config: turns a knob once it is applied, and only once', () => {
    expect(cast['edits-own-config'].live(stage())).to.deep.equal([]);
    expect(cast['edits-own-config'].live(stage({ status: 'applied' }))[0]!.runs).to.equal('edited');
    expect(cast['edits-own-config'].live(stage({ status: 'applied', isEdited: true }))).to.deep.equal([]);
  });
});
