import type { PersonEvent } from '@ampora/catalogue';
import { fold } from '@ampora/kernel';
import { expect } from 'chai';
import { personDecider } from './person.ts';

const personId = '7d0b6a6e-3c55-4d0f-9b2b-0c3cfb1c3a10';
const sealedName = 'enc:AAAA';
const forgotten: PersonEvent = { type: 'PersonForgotten', data: { personId } };

const after = (...events: PersonEvent[]) => fold(personDecider, events);

describe('a person', () => {
  it('is named, again and again', () => {
    const named: PersonEvent = { type: 'PersonNamed', data: { personId, sealedName } };
    const command = { type: 'name-person', personId, sealedName } as const;
    expect(personDecider.decide(command, after())).to.deep.equal([named]);
    expect(personDecider.decide(command, after(named))).to.deep.equal([named]);
  });

  it('is forgotten once, and not named after that', () => {
    const forget = { type: 'forget-person', personId } as const;
    expect(personDecider.decide(forget, after())).to.deep.equal([forgotten]);
    expect(personDecider.decide(forget, after(forgotten))).to.deep.equal([]);
    expect(() =>
      personDecider.decide({ type: 'name-person', personId, sealedName }, after(forgotten)),
    ).to.throw('forgotten');
  });
});
